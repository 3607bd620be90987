"""Random retests of certificate holders: announced, drawn, taken, stated."""

from datetime import date, datetime, timedelta
from typing import Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.organizations.models import Department, Membership
from ankang.policies.models import RuleEdition
from ankang.policies.retests import RetestRules
from ankang.quizzes.models import QuestionVersion


class RetestQuerySet(models.QuerySet["Retest"]):
    """Who sees which retests."""

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


def may_run_retests(membership: Membership) -> bool:
    """The labor office, and the auditor, announce and draw; the others look on."""
    return (
        membership.scope == Membership.Scope.AUDITOR
        or membership.department_code() == Department.Code.LABOR
    )


class Retest(models.Model):
    """One retest (抽测): the list is fixed and announced before its seed can be known.

    `packed` is the list's file, compressed with zlib; `quotas` says of each stratum how
    many people it has, how many are drawn, and its name. What follows is filled once.
    """

    class Strata(models.TextChoices):
        NONE = "none", "不分层"
        DISTRICT = "district", "按区市"
        INDUSTRY = "industry", "按行业"

    year = models.PositiveSmallIntegerField("年度")
    edition = models.ForeignKey(RuleEdition, on_delete=models.PROTECT)
    strata = models.CharField("分层", max_length=10, choices=Strata)
    size = models.PositiveSmallIntegerField("抽几人")
    seed_source = models.CharField("种子的来源", max_length=200)
    seed_at = models.DateTimeField("种子产生的时间")
    people = models.PositiveIntegerField("名单人数")
    digest = models.CharField("名单的 SHA-256", max_length=64)
    packed = models.BinaryField("名单")
    quotas = models.JSONField("各层人数")
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    announced_at = models.DateTimeField("公告时间")
    seed = models.CharField("种子", max_length=100, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)
    closes_at = models.DateTimeField("截止时间", null=True, blank=True)
    stated_at = models.DateTimeField("结果登记时间", null=True, blank=True)

    objects = RetestQuerySet.as_manager()

    class Meta:
        verbose_name = "抽测"
        verbose_name_plural = "抽测"
        constraints = [
            models.CheckConstraint(
                name="retest_announced_before_its_seed",
                condition=Q(seed_at__gt=F("announced_at")),
                violation_error_message="种子产生的时间要在公告以后。",
            ),
            models.CheckConstraint(
                name="retest_drawn_after_its_seed",
                condition=Q(seed="", drawn_at=None, drawn_by=None, closes_at=None)
                | (
                    Q(drawn_at__gte=F("seed_at"), closes_at__gt=F("drawn_at"))
                    & Q(drawn_by__isnull=False)
                    & ~Q(seed="")
                ),
            ),
            models.CheckConstraint(
                name="retest_size_within_the_list",
                condition=Q(size__gte=1, size__lte=F("people")),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.year}"

    @property
    def rules(self) -> RetestRules:
        return self.edition.rules().retest

    @property
    def is_drawn(self) -> bool:
        return self.drawn_at is not None

    def is_open(self, at: datetime) -> bool:
        """Can somebody who was drawn begin now?"""
        return self.closes_at is not None and at < self.closes_at

    @property
    def last_day(self) -> date | None:
        """The last whole day of the window."""
        if self.closes_at is None:
            return None
        return timezone.localdate(self.closes_at - timedelta(seconds=1))

    def sizes(self) -> dict[str, int]:
        """How many are drawn in each stratum."""
        return {code: stratum["size"] for code, stratum in self.quotas.items()}

    @property
    def file_name(self) -> str:
        return f"holders-{self.year}-{self.pk}.txt"


class InvitationQuerySet(models.QuerySet["RetestInvitation"]):
    """Invitations by state."""

    def overdue(self, at: datetime) -> Self:
        return self.filter(begun_at__isnull=False, handed_in_at=None, due_at__lte=at)


class RetestInvitation(models.Model):
    """One person drawn for a retest (抽测邀请), and that person's one try."""

    retest = models.ForeignKey(
        Retest, on_delete=models.PROTECT, related_name="invitations"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="retest_invitations"
    )
    stratum = models.CharField("层", max_length=10)
    ticket = models.CharField("签", max_length=64)
    place = models.PositiveSmallIntegerField("签序")
    begun_at = models.DateTimeField("开始时间", null=True, blank=True)
    due_at = models.DateTimeField("截止时间", null=True, blank=True)
    handed_in_at = models.DateTimeField("交卷时间", null=True, blank=True)
    score = models.PositiveSmallIntegerField("成绩", null=True, blank=True)
    is_passed = models.BooleanField("合格", default=False)
    device = models.CharField("设备", max_length=16, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "抽测邀请"
        verbose_name_plural = "抽测邀请"
        constraints = [
            models.UniqueConstraint(
                name="retest_invitation_once_per_person", fields=["retest", "person"]
            ),
            models.CheckConstraint(
                name="retest_invitation_begun_with_an_end",
                condition=Q(begun_at=None, due_at=None, handed_in_at=None)
                | Q(begun_at__isnull=False, due_at__gt=F("begun_at")),
            ),
            models.CheckConstraint(
                name="retest_invitation_has_score_once_handed_in",
                condition=Q(handed_in_at=None, score=None, is_passed=False)
                | Q(handed_in_at__isnull=False, score__range=(0, 100)),
            ),
        ]
        indexes = [
            # the worker hands in what is overdue
            models.Index(fields=["handed_in_at", "due_at"], name="retest_overdue"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.retest_id}/{self.person_id}"


class RetestQuestion(models.Model):
    """A question of one person's retest, its options in the order shown (抽测题目)."""

    invitation = models.ForeignKey(
        RetestInvitation, on_delete=models.PROTECT, related_name="questions"
    )
    position = models.PositiveSmallIntegerField("题号")
    question = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT)
    option_order = models.JSONField("选项次序")
    chosen = models.JSONField("作答", default=list)
    answered_at = models.DateTimeField("作答时间", null=True)
    is_right = models.BooleanField("答对", default=False)

    class Meta:
        verbose_name = "抽测题目"
        verbose_name_plural = "抽测题目"
        constraints = [
            models.UniqueConstraint(
                name="retest_question_once_per_position",
                fields=["invitation", "position"],
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.invitation_id}/{self.position}"
