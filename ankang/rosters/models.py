"""How workers enter: a roster file (名册), or the QR code on the workshop wall."""

from typing import Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import Q

from ankang.accounts.models import Person
from ankang.attachments.models import Attachment
from ankang.core.ciphers import keyring
from ankang.jobs.models import Job
from ankang.organizations.models import Employer, Employment, Membership


class OfEmployerQuerySet(models.QuerySet["models.Model"]):
    """Rows that belong to one employer."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see."""
        match Membership.Scope(membership.scope):
            case Membership.Scope.CITY | Membership.Scope.AUDITOR:
                return self
            case Membership.Scope.DISTRICT:
                return self.filter(employer__district=membership.district)
            case Membership.Scope.EMPLOYER:
                return self.filter(employer=membership.employer_id)
            case Membership.Scope.PROVIDER | Membership.Scope.EVALUATOR:
                return self.none()
            case other:
                assert_never(other)


class RosterImport(models.Model):
    """One uploaded roster: checked whole, shown as a difference, then saved or not."""

    class State(models.TextChoices):
        CHECKING = "checking", "核对中"
        CHECKED = "checked", "待确认"
        SAVING = "saving", "保存中"
        SAVED = "saved", "已保存"
        DROPPED = "dropped", "已放弃"
        FAILED = "failed", "无法读取"

    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="roster_imports"
    )
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True)
    outcome = models.JSONField("核对结果", default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    created_at = models.DateTimeField("上传时间")
    saved_at = models.DateTimeField("保存时间", null=True, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=State, default=State.CHECKING
    )

    objects = OfEmployerQuerySet.as_manager()

    class Meta:
        verbose_name = "名册导入"
        verbose_name_plural = "名册导入"
        constraints = [
            models.CheckConstraint(
                name="roster_import_state_is_known",
                condition=Q(
                    state__in=[
                        "checking",
                        "checked",
                        "saving",
                        "saved",
                        "dropped",
                        "failed",
                    ]
                ),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.employer_id}"


class JoinRequest(models.Model):
    """A worker scanned the wall's code and gave name, number and mobile (加入申请)."""

    class State(models.TextChoices):
        WAITING = "waiting", "待确认"
        CONFIRMED = "confirmed", "已确认"
        DECLINED = "declined", "已拒绝"

    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="join_requests"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True)
    name = models.CharField("姓名", max_length=50)
    id_kind = models.CharField("证件类型", max_length=10, choices=Person.IdKind)
    id_sealed = models.BinaryField("证件号码（加密）")
    id_index = models.BinaryField("证件号码索引", max_length=16)
    id_mask = models.CharField("证件号码", max_length=20)
    mobile_sealed = models.BinaryField("手机号（加密）")
    mobile_mask = models.CharField("手机号", max_length=11)
    post = models.CharField("岗位", max_length=40, blank=True)
    kind = models.CharField("用工形式", max_length=10, choices=Employment.Kind)
    created_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    comment = models.CharField("意见", max_length=200, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=State, default=State.WAITING
    )

    objects = OfEmployerQuerySet.as_manager()

    class Meta:
        verbose_name = "加入申请"
        verbose_name_plural = "加入申请"
        constraints = [
            models.UniqueConstraint(
                name="join_request_waits_once_per_person_and_employer",
                fields=["employer", "id_index"],
                condition=Q(state="waiting"),
                violation_error_message="已经提交过申请，请等单位确认。",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.employer_id}"

    def id_number(self) -> str:
        return keyring().open(bytes(self.id_sealed))

    def mobile(self) -> str:
        return keyring().open(bytes(self.mobile_sealed))
