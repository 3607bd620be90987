"""What learners object to."""

from typing import Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import Q

from ankang.accounts.models import Person
from ankang.organizations.models import Employer, Membership

CASE = "case:"


class ObjectionQuerySet(models.QuerySet["Objection"]):
    """Who sees which objections."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see; every console page starts here.

        Those against a finding are the fraud desk's and not listed here.
        """
        ours = self.exclude(subject__startswith=CASE)
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.PROVIDER
            ):
                return ours
            case (
                Membership.Scope.DISTRICT
                | Membership.Scope.EMPLOYER
                | Membership.Scope.EVALUATOR
            ):
                return self.none()
            case other:
                assert_never(other)


class Objection(models.Model):
    """A learner says that something should have counted (申诉); a person answers.

    An employer objects only to a finding about itself.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待答复"
        ANSWERED = "answered", "已答复"

    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="objections",
        null=True,
        blank=True,
    )
    employer = models.ForeignKey(
        Employer,
        on_delete=models.PROTECT,
        related_name="objections",
        null=True,
        blank=True,
    )
    subject = models.CharField("对象", max_length=60)
    about = models.CharField("事项", max_length=200)
    text = models.CharField("理由", max_length=500)
    created_at = models.DateTimeField("提出时间")
    due_on = models.DateField("应于此日前答复", null=True, blank=True)
    answer = models.CharField("答复", max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=State, default=State.WAITING
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = "申诉"
        verbose_name_plural = "申诉"
        constraints = [
            models.UniqueConstraint(
                name="objection_waits_once_per_subject",
                fields=["person", "subject"],
                condition=Q(state="waiting"),
                violation_error_message="这一项已经提出申诉，请等答复。",
            ),
            models.UniqueConstraint(
                name="objection_waits_once_per_subject_and_employer",
                fields=["employer", "subject"],
                condition=Q(state="waiting"),
                violation_error_message="这一项已经提出申诉，请等答复。",
            ),
            models.CheckConstraint(
                name="objection_of_a_person_or_of_an_employer",
                condition=Q(person__isnull=False, employer=None)
                | Q(person=None, employer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"
