"""How workers enter: a roster file (名册), or the QR code on the workshop wall."""

from typing import Self, TypeVar, assert_never

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.attachments.models import Attachment
from ankang.core.ciphers import keyring
from ankang.jobs.models import Job
from ankang.organizations.models import District, Employer, Employment, Membership

Row = TypeVar("Row", bound=models.Model)


class OfEmployerQuerySet(models.QuerySet[Row]):
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

    def count(self, group: str) -> int:
        """How many rows the check put into a group."""
        return int(self.outcome.get("counts", {}).get(group, 0))

    def good_count(self) -> int:
        groups = ImportPage.Group
        kept = (groups.NEW, groups.JOINED, groups.CHANGED, groups.UNCHANGED)
        return sum(self.count(group) for group in kept)

    def is_working(self) -> bool:
        """Is a job of it still to end?"""
        return bool(self.job and not self.job.is_over())


class ImportPage(models.Model):
    """One page of what a check found, as the result page shows it (核对结果的一页)."""

    class Group(models.TextChoices):
        ERRORS = "errors", "有错"
        NEW = "new", "新增"
        JOINED = "joined", "新到本单位"
        CHANGED = "changed", "变更"
        CORRECTED = "corrected", "证件号码更正"
        UNCHANGED = "unchanged", "不变"
        LEFT = "left", "名册里没有了"
        WARNINGS = "warnings", "提醒"

    roster_import = models.ForeignKey(
        RosterImport, on_delete=models.CASCADE, related_name="pages"
    )
    group = models.CharField("分组", max_length=10, choices=Group)
    number = models.PositiveIntegerField("页")
    rows = models.JSONField("各行")

    class Meta:
        verbose_name = "核对结果页"
        verbose_name_plural = "核对结果页"
        constraints = [
            models.UniqueConstraint(
                name="roster_import_page_once_per_group_and_number",
                fields=["roster_import", "group", "number"],
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.group}:{self.number}"


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


class FlexibleRegistrationQuerySet(models.QuerySet["FlexibleRegistration"]):
    """Who sees which registrations, and which hold."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see."""
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.EVALUATOR
            ):
                return self
            case Membership.Scope.DISTRICT:
                return self.filter(district=membership.district)
            case Membership.Scope.EMPLOYER | Membership.Scope.PROVIDER:
                return self.none()
            case other:
                assert_never(other)

    def current(self) -> Self:
        return self.filter(to_date=None)


class FlexibleRegistration(models.Model):
    """Somebody works for no employer, but in a district (灵活就业登记), for a time.

    Such a person belongs to the city as those of an employer do, and counts.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="flexible_registrations"
    )
    district = models.ForeignKey(
        District, verbose_name="所属区市", on_delete=models.PROTECT
    )
    post = models.CharField("从事的工作", max_length=40, blank=True)
    from_date = models.DateField("开始日期")
    to_date = models.DateField("结束日期", null=True, blank=True)
    changed_at = models.DateTimeField("变更时间", default=timezone.now)

    objects = FlexibleRegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = "灵活就业登记"
        verbose_name_plural = "灵活就业登记"
        constraints = [
            models.UniqueConstraint(
                name="flexible_registration_open_once_per_person",
                fields=["person"],
                condition=Q(to_date=None),
                violation_error_message="此人已登记为灵活就业。",
            ),
            models.CheckConstraint(
                name="flexible_registration_ends_after_start",
                condition=Q(to_date=None) | Q(to_date__gte=models.F("from_date")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]
        indexes = [
            # the district's own list
            models.Index(fields=["district", "to_date"], name="flexible_by_district"),
            # the recount of those whose registration changed lately
            models.Index(fields=["changed_at"], name="flexible_by_change"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id}"
