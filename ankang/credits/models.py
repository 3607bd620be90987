"""Credit hours (学时) in a ledger, and the certificates they lead to."""

import secrets
from typing import Self, assert_never

from django.conf import settings
from django.db import models

from ankang.accounts.models import Person
from ankang.organizations.models import Department, Employment, Membership


def new_verification_code() -> str:
    """The unguessable part of a certificate's public address."""
    return secrets.token_urlsafe(12)


class CreditEntry(models.Model):
    """Hours credited for one source, once. A correction is a reversing row."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="credit_entries"
    )
    year = models.PositiveSmallIntegerField("年度")
    source = models.CharField("来源", max_length=60)
    reason = models.CharField("说明", max_length=100)
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "学时记录"
        verbose_name_plural = "学时记录"
        constraints = [
            models.UniqueConstraint(
                name="credit_entry_once_per_person_and_source",
                fields=["person", "source"],
            )
        ]
        indexes = [
            # a person's hours of a year
            models.Index(fields=["person", "year"], name="credit_entry_by_person"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.source}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Who sees which certificates, and which hold."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see; every console page starts here."""
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.EVALUATOR
            ):
                return self
            case Membership.Scope.DISTRICT | Membership.Scope.EMPLOYER:
                employed = Employment.objects.visible_to(membership).current()
                return self.filter(person__in=employed.values("person"))
            case Membership.Scope.PROVIDER:
                return self.none()
            case other:
                assert_never(other)

    def valid(self) -> Self:
        return self.filter(revocation=None)


class Certificate(models.Model):
    """培训合格证明: this person passed this training. Not a qualification."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="certificates"
    )
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("年度序号")
    serial = models.CharField("编号", max_length=30, unique=True)
    code = models.CharField(
        "核验码", max_length=20, unique=True, default=new_verification_code
    )
    source = models.CharField("来源", max_length=60)
    course_title = models.CharField("课程", max_length=100)
    person_name = models.CharField("姓名", max_length=50)
    employer_name = models.CharField("用人单位", max_length=100, blank=True)
    issuer = models.CharField("发证单位", max_length=100)
    note = models.CharField("说明", max_length=200)
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1)
    score = models.PositiveSmallIntegerField("成绩")
    issued_at = models.DateTimeField("发证时间")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "培训合格证明"
        verbose_name_plural = "培训合格证明"
        constraints = [
            models.UniqueConstraint(
                name="certificate_once_per_person_and_source",
                fields=["person", "source"],
            ),
            models.UniqueConstraint(
                name="certificate_once_per_year_and_number", fields=["year", "number"]
            ),
        ]
        indexes = [
            # the console's list, newest first
            models.Index(fields=["issued_at"], name="certificate_by_time"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.serial}"

    def is_valid(self) -> bool:
        return not hasattr(self, "revocation")


def may_revoke(membership: Membership | None) -> bool:
    """Only the labor office, which issues, takes a certificate back."""
    return (
        membership is not None and membership.department_code() == Department.Code.LABOR
    )


class CertificateRevocation(models.Model):
    """A certificate no longer holds, by whom and why (撤销)."""

    certificate = models.OneToOneField(
        Certificate, on_delete=models.PROTECT, related_name="revocation"
    )
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    reason = models.CharField("撤销原因", max_length=200)
    at = models.DateTimeField("撤销时间")

    class Meta:
        verbose_name = "证明撤销"
        verbose_name_plural = "证明撤销"

    def __str__(self) -> str:
        return f"#{self.pk} {self.certificate_id}"
