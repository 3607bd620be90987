"""Messages to persons (通知), shown in the app; a copy may go out by SMS."""

from typing import Self, assert_never

from django.db import models

from ankang.accounts.models import Person
from ankang.organizations.models import Membership


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Which staff see what a person was told."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see."""
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


class Notice(models.Model):
    """One message to one person."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", "学习提醒"
        DECISION = "decision", "处理结果"
        SYSTEM = "system", "系统通知"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    text = models.CharField("内容", max_length=300)
    path = models.CharField("链接", max_length=200, blank=True)
    sent_on = models.DateField("发送日期")
    created_at = models.DateTimeField("发送时间")
    texted_at = models.DateTimeField("短信发出时间", null=True, blank=True)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        indexes = [
            # a person's messages, and the cap of reminders per day
            models.Index(fields=["person", "kind", "sent_on"], name="notice_by_person"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"
