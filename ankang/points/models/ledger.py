"""The ledger of points, whether somebody takes part, and sums kept beside it.

`PointEntry` is the truth. The sums in `PointAccount` and `PointDay` are derived:
`ankang points check` adds the entries up and compares.
"""

from typing import Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ankang.accounts.models import Person
from ankang.organizations.models import Department, Membership
from ankang.policies.acts import Act
from ankang.policies.models import RuleEdition


class PointAccount(models.Model):
    """One person's points in all, and the row that every change of them locks.

    `choice` is what the person last said; None leaves it to the edition.
    """

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, related_name="point_account"
    )
    choice = models.BooleanField("参加积分", null=True)
    shows_name = models.BooleanField("榜上显示全名", default=False)
    total = models.IntegerField("积分", default=0)
    is_settled = models.BooleanField("勋章已核对", default=True)

    class Meta:
        verbose_name = "积分账户"
        verbose_name_plural = "积分账户"
        constraints = [
            models.CheckConstraint(
                name="point_account_not_negative",
                condition=Q(total__gte=0),
                violation_error_message="积分不能扣成负数。",
            )
        ]
        indexes = [
            # whose medals the timer looks at
            models.Index(
                fields=["id"],
                name="point_account_unsettled",
                condition=Q(is_settled=False),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id}"

    def is_on(self, is_default: bool) -> bool:
        """Does the person take part, under an edition with this default?"""
        return is_default if self.choice is None else self.choice


class PointChoice(models.Model):
    """Somebody switched points on or off (参加或退出积分). Rows are only added."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="point_choices"
    )
    is_on = models.BooleanField("参加")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "积分参加记录"
        verbose_name_plural = "积分参加记录"

    def __str__(self) -> str:
        return f"#{self.pk} {self.is_on}"


class PointDay(models.Model):
    """A person's points of one day, added up from the entries (每日积分).

    `earned` and `by_act` hold awards only, because the caps are about them; `total` has
    corrections too. `ranked` is what boards should hold of it (nothing where the edition
    has none or the person left), `folded` what they hold now.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="point_days"
    )
    day = models.DateField("日期")
    earned = models.PositiveIntegerField("得分", default=0)
    total = models.IntegerField("合计", default=0)
    by_act = models.JSONField("各项得分", default=dict)
    has_learned = models.BooleanField("当天学习过", default=False)
    ranked = models.IntegerField("应上榜", default=0)
    folded = models.IntegerField("已上榜", default=0)

    class Meta:
        verbose_name = "每日积分"
        verbose_name_plural = "每日积分"
        constraints = [
            models.UniqueConstraint(
                name="point_day_once_per_person_and_day", fields=["person", "day"]
            )
        ]
        indexes = [
            # what the boards have still to take in
            models.Index(
                fields=["id"],
                name="point_day_unfolded",
                condition=~Q(ranked=F("folded")),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id} {self.day}"


class PointEntryQuerySet(models.QuerySet["PointEntry"]):
    """Who sees whose points."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see: an employer sees nobody's points."""
        match Membership.Scope(membership.scope):
            case Membership.Scope.CITY | Membership.Scope.AUDITOR:
                return self
            case (
                Membership.Scope.DISTRICT
                | Membership.Scope.EMPLOYER
                | Membership.Scope.PROVIDER
                | Membership.Scope.EVALUATOR
            ):
                return self.none()
            case other:
                assert_never(other)


class PointEntry(models.Model):
    """Points for one act from one source, once (积分记录). Rows are only added.

    `full` is what the act is worth, `points` what was booked within the caps.
    """

    class Kind(models.TextChoices):
        AWARD = "award", "得分"
        SUPPLEMENT = "supplement", "补发"
        OPTIMIZE = "optimize", "优化"
        DEDUCT = "deduct", "违规扣减"

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="point_entries"
    )
    kind = models.CharField("类别", max_length=10, choices=Kind, default=Kind.AWARD)
    act = models.CharField("行为", max_length=20, choices=Act)
    source = models.CharField("来源", max_length=60)
    full = models.IntegerField("应得")
    points = models.IntegerField("积分")
    reason = models.CharField("原因", max_length=200)
    edition = models.ForeignKey(RuleEdition, on_delete=models.PROTECT)
    day = models.DateField("日期")
    at = models.DateTimeField("时间")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="经办人",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    comment = models.CharField("说明", max_length=200, blank=True)

    objects = PointEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "积分记录"
        verbose_name_plural = "积分记录"
        constraints = [
            models.UniqueConstraint(
                name="point_entry_once_per_person_act_and_source",
                fields=["person", "act", "source"],
            ),
            models.CheckConstraint(
                name="point_entry_has_the_sign_of_its_kind",
                condition=Q(
                    kind="award", points__gte=0, points__lte=F("full"), actor=None
                )
                | Q(kind="supplement", points__gt=0)
                | (Q(kind="optimize") & ~Q(points=0))
                | Q(kind="deduct", points__lt=0),
                violation_error_message="补发的积分要大于零，扣减的要小于零。",
            ),
            models.CheckConstraint(
                name="point_entry_of_staff_says_who_and_why",
                condition=Q(kind="award")
                | (Q(actor__isnull=False) & ~Q(comment="") & Q(act="correction")),
                violation_error_message="更正积分要写明原因。",
            ),
        ]
        indexes = [
            # a person's history, newest first
            models.Index(fields=["person", "at"], name="point_entry_by_person"),
            # the console's report
            models.Index(fields=["at"], name="point_entry_by_time"),
            models.Index(fields=["kind", "at"], name="point_entry_by_kind"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.act} {self.points}"

    @property
    def is_short(self) -> bool:
        """Was less booked than the act is worth, because of a cap?"""
        return self.kind == self.Kind.AWARD and self.points < self.full


def may_correct_points(membership: Membership | None) -> bool:
    """Only the labor office corrects points."""
    return (
        membership is not None and membership.department_code() == Department.Code.LABOR
    )
