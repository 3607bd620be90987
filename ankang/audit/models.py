"""Who did what, when, acting for whom (审计日志). Rows are only added."""

from typing import Self, assert_never

from django.conf import settings
from django.db import models

from ankang.organizations.models import Membership


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Who reads the audit."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see."""
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


class AuditEntry(models.Model):
    """One act worth knowing later. Never changed, never deleted."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="操作人",
        on_delete=models.PROTECT,
        null=True,
    )
    acting_for = models.CharField("身份", max_length=100, blank=True)
    act = models.CharField("操作", max_length=60)
    target = models.CharField("对象", max_length=100)
    detail = models.JSONField("内容", default=dict)
    at = models.DateTimeField("时间")

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "审计日志"
        verbose_name_plural = "审计日志"
        indexes = [
            # the timeline of one thing on its detail page
            models.Index(fields=["target", "at"], name="audit_entry_by_target"),
            # the audit page, newest first
            models.Index(fields=["at"], name="audit_entry_by_time"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.act} {self.target}"
