"""Who counts, once per programme year, and why everyone else does not."""

from typing import Self, assert_never

from django.db import models

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
                condition=models.Q(reason="counted", counted_on__isnull=False)
                | (~models.Q(reason="counted") & models.Q(counted_on=None)),
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
