"""Who counts, once per programme year, and why everyone else does not."""

from typing import Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ankang.accounts.models import Person
from ankang.organizations.models import District, Employer, Membership


class StandingQuerySet(models.QuerySet["Standing"]):
    """Who sees which standings."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see; every console page starts here."""
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.EVALUATOR
            ):
                return self
            case Membership.Scope.DISTRICT:
                return self.filter(district=membership.district)
            case Membership.Scope.EMPLOYER:
                return self.filter(employer=membership.employer_id)
            case Membership.Scope.PROVIDER:
                return self.none()
            case other:
                assert_never(other)

    def counted(self) -> Self:
        return self.filter(reason=Standing.Reason.COUNTED)


class Standing(models.Model):
    """A person who began in a year: counted, or not and why (计入情况).

    It follows from the facts and can be recomputed from nothing at any time.
    """

    class Reason(models.TextChoices):
        COUNTED = "counted", "已计入"
        UNVERIFIED = "unverified", "未实名核验"
        NO_EMPLOYER = "no_employer", "不在本市用人单位名册"
        HOURS_SHORT = "hours_short", "学时未满"
        EXAM_PENDING = "exam_pending", "学时已满，未参加考试"
        EXAM_FAILED = "exam_failed", "考试未合格"
        REVOKED = "revoked", "合格证明已撤销"
        FINDING = "finding", "诚信核查认定不计"
        MERGED = "merged", "与另一档案是同一人"

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="standings"
    )
    year = models.PositiveSmallIntegerField("年度")
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, blank=True
    )
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True
    )
    began_on = models.DateField("开始日期")
    counted_on = models.DateField("计入日期", null=True, blank=True)
    learned_seconds = models.PositiveIntegerField("已认定（秒）", default=0)
    reason = models.CharField("情况", max_length=15, choices=Reason)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = "计入情况"
        verbose_name_plural = "计入情况"
        constraints = [
            models.UniqueConstraint(
                name="standing_once_per_year_and_person", fields=["year", "person"]
            ),
            models.CheckConstraint(
                name="standing_counted_has_a_day",
                condition=Q(reason="counted", counted_on__isnull=False)
                | (~Q(reason="counted") & Q(counted_on=None)),
            ),
        ]
        indexes = [
            # overview and district figures and curves, answered from the index alone
            models.Index(
                fields=["year", "district", "reason", "counted_on"],
                name="standing_for_overview",
            ),
            # an employer's figures and people
            models.Index(
                fields=["year", "employer", "reason", "counted_on"],
                name="standing_for_employer",
            ),
            # the lists of people by reason, in the order of their numbers
            models.Index(
                fields=["year", "reason", "person"], name="standing_by_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.reason}"


class PersonMergeQuerySet(models.QuerySet["PersonMerge"]):
    """Merges that hold, and those about a person."""

    def holding(self) -> Self:
        return self.filter(undone_at=None)

    def about(self, person: Person) -> Self:
        return self.filter(Q(duplicate=person) | Q(into=person))


class PersonMerge(models.Model):
    """Two records are one person (档案合并): the duplicate's facts count for the other.

    Nothing is moved, so undoing is only saying so. Rows are only added and undone once.
    """

    duplicate = models.ForeignKey(
        Person, verbose_name="重复档案", on_delete=models.PROTECT, related_name="merges"
    )
    into = models.ForeignKey(
        Person,
        verbose_name="保留档案",
        on_delete=models.PROTECT,
        related_name="merged_duplicates",
    )
    reason = models.CharField("合并原因", max_length=200)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("合并时间")
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)
    undone_reason = models.CharField("撤回原因", max_length=200, blank=True)

    objects = PersonMergeQuerySet.as_manager()

    class Meta:
        verbose_name = "档案合并"
        verbose_name_plural = "档案合并"
        constraints = [
            models.CheckConstraint(
                name="person_merge_not_into_itself",
                condition=~Q(duplicate=F("into")),
                violation_error_message="不能把一份档案合并到它自己。",
            ),
            models.UniqueConstraint(
                name="person_merge_holds_once_per_duplicate",
                fields=["duplicate"],
                condition=Q(undone_at=None),
                violation_error_message="这份档案已经合并到另一份。",
            ),
            models.CheckConstraint(
                name="person_merge_is_undone_by_somebody_with_a_reason",
                condition=Q(undone_at=None, undone_by=None, undone_reason="")
                | (
                    Q(undone_at__isnull=False, undone_by__isnull=False)
                    & ~Q(undone_reason="")
                ),
            ),
        ]
        indexes = [
            # the list of merges, newest first
            models.Index(fields=["at"], name="person_merge_by_time"),
            # the recount of those whose merge was undone lately
            models.Index(fields=["undone_at"], name="person_merge_by_undoing"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.duplicate_id}→{self.into_id}"


class LikelyDuplicateQuerySet(models.QuerySet["LikelyDuplicate"]):
    """Pairs by what became of them."""

    def waiting(self) -> Self:
        """Neither told apart nor settled by a merge of either record."""
        aside = PersonMerge.objects.holding().values("duplicate")
        return (
            self.filter(told_apart_at=None)
            .exclude(first__in=aside)
            .exclude(second__in=aside)
        )

    def about(self, person: Person) -> Self:
        return self.filter(Q(first=person) | Q(second=person))


class LikelyDuplicate(models.Model):
    """Two records of one name that may be one person (疑似重复): a clerk looks.

    Found again every night; a pair that was told apart stays so.
    """

    class Clue(models.TextChoices):
        NEAR_ID = "near_id", "证件号码只差一两位"
        BIRTH = "birth", "出生日期相同"
        ID_ENDS = "id_ends", "证件号码头三位、后四位相同"
        MOBILE_ENDS = "mobile_ends", "手机号前三位、后四位相同"
        OTHER_ID = "other_id", "一份用身份证，一份用其他证件"
        EMPLOYER = "employer", "在过同一个单位"

    first = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    clues = models.JSONField("线索", default=list)
    weight = models.PositiveSmallIntegerField("线索的分量", default=0)
    found_at = models.DateTimeField("发现时间")
    seen_at = models.DateTimeField("最近一次发现")
    told_apart_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    told_apart_at = models.DateTimeField("认定不是同一人的时间", null=True, blank=True)
    told_apart_reason = models.CharField(
        "认定不是同一人的原因", max_length=200, blank=True
    )

    objects = LikelyDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = "疑似重复"
        verbose_name_plural = "疑似重复"
        constraints = [
            models.UniqueConstraint(
                name="likely_duplicate_once_per_pair", fields=["first", "second"]
            ),
            models.CheckConstraint(
                name="likely_duplicate_in_the_order_of_keys",
                condition=Q(first__lt=F("second")),
            ),
            models.CheckConstraint(
                name="likely_duplicate_is_told_apart_by_somebody_with_a_reason",
                condition=Q(told_apart_at=None, told_apart_by=None)
                & Q(told_apart_reason="")
                | (
                    Q(told_apart_at__isnull=False, told_apart_by__isnull=False)
                    & ~Q(told_apart_reason="")
                ),
            ),
        ]
        indexes = [
            # the list, the likeliest first
            models.Index(
                fields=["told_apart_at", "-weight", "id"], name="likely_dup_by_weight"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.first_id}~{self.second_id}"


class SamplingFrameQuerySet(models.QuerySet["SamplingFrame"]):
    """Who sees which lists, and so which samples."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see; every console page starts here."""
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.EVALUATOR
            ):
                return self
            case (
                Membership.Scope.DISTRICT
                | Membership.Scope.EMPLOYER
                | Membership.Scope.PROVIDER
            ):
                return self.none()
            case other:
                assert_never(other)


class SamplingFrame(models.Model):
    """The list that people are drawn from (抽样名单), fixed before the seed is known.

    Rows are only added. `packed` is the list's file, compressed with zlib.
    """

    class Population(models.TextChoices):
        COUNTED = "counted", "已计入的人"
        BEGAN = "began", "开始学习的人"

    year = models.PositiveSmallIntegerField("年度")
    population = models.CharField("抽谁", max_length=10, choices=Population)
    district = models.ForeignKey(
        District,
        verbose_name="区市",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    people = models.PositiveIntegerField("人数")
    digest = models.CharField("名单的 SHA-256", max_length=64)
    packed = models.BinaryField("名单")
    tree_size = models.PositiveBigIntegerField("当时的存证条数", null=True)
    root = models.CharField("当时的根哈希", max_length=64, blank=True)
    checkpoint_at = models.DateTimeField("当时的检查点", null=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("固定时间")

    objects = SamplingFrameQuerySet.as_manager()

    class Meta:
        verbose_name = "抽样名单"
        verbose_name_plural = "抽样名单"
        constraints = [
            models.CheckConstraint(
                name="sampling_frame_is_not_empty", condition=Q(people__gte=1)
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.year} {self.people}"


class Sample(models.Model):
    """People drawn from a fixed list by a public seed (抽样). Rows are only added."""

    frame = models.ForeignKey(
        SamplingFrame, on_delete=models.PROTECT, related_name="samples"
    )
    seed = models.CharField("种子", max_length=100)
    seed_source = models.CharField("种子的来源", max_length=200)
    size = models.PositiveSmallIntegerField("抽几人")
    numbers = models.JSONField("抽中的人员编号")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("抽取时间")

    class Meta:
        verbose_name = "抽样"
        verbose_name_plural = "抽样"
        constraints = [
            models.UniqueConstraint(
                name="sample_once_per_frame_seed_and_size",
                fields=["frame", "seed", "size"],
            ),
            models.CheckConstraint(
                name="sample_is_not_empty", condition=Q(size__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.seed} {self.size}"
