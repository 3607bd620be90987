"""The city, its districts and departments, employers, providers, and who acts for whom."""

import secrets
from typing import Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ankang.accounts.models import Person


def new_join_code() -> str:
    """The unguessable part of a workshop's QR code."""
    return secrets.token_urlsafe(9)


class City(models.Model):
    """The city (统筹地区) that this deployment serves: exactly one row."""

    code = models.CharField("行政区划代码", max_length=6, unique=True)
    name = models.CharField("名称", max_length=30)
    platform_name = models.CharField("平台名称", max_length=40)
    slogan = models.CharField("口号", max_length=60, blank=True)
    accent = models.CharField("主色", max_length=7)
    program_year = models.PositiveSmallIntegerField("当前年度")
    document_number = models.CharField("文号", max_length=60, blank=True)
    document_title = models.CharField("文件名称", max_length=120, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = "城市"
        verbose_name_plural = "城市"

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Department(models.Model):
    """An office of the city that takes part: 人社、财政、应急、卫健、工会、经办."""

    class Code(models.TextChoices):
        LABOR = "labor", "人社"
        FINANCE = "finance", "财政"
        EMERGENCY = "emergency", "应急"
        HEALTH = "health", "卫健"
        UNION = "union", "工会"
        AGENCY = "agency", "经办机构"

    code = models.CharField("代码", max_length=10, choices=Code, unique=True)
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=20)
    role = models.CharField("职责", max_length=200, blank=True)

    class Meta:
        verbose_name = "部门"
        verbose_name_plural = "部门"

    def __str__(self) -> str:
        return f"#{self.pk} {self.short_name}"


class Strand(models.Model):
    """One of the programme's content strands (内容板块) and the office that reviews it."""

    code = models.CharField("代码", max_length=10, unique=True)
    name = models.CharField("名称", max_length=30)
    reviewer = models.ForeignKey(
        Department, verbose_name="审核部门", on_delete=models.PROTECT
    )

    class Meta:
        verbose_name = "内容板块"
        verbose_name_plural = "内容板块"

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class District(models.Model):
    """A district or county-level city (区市), in the order of its code."""

    code = models.CharField("行政区划代码", max_length=6, unique=True)
    name = models.CharField("名称", max_length=30)
    short_name = models.CharField("简称", max_length=10)

    class Meta:
        verbose_name = "区市"
        verbose_name_plural = "区市"

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class DistrictAlias(models.Model):
    """An abolished code that old files still carry (旧代码)."""

    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="aliases"
    )
    code = models.CharField("旧代码", max_length=6, unique=True)

    class Meta:
        verbose_name = "区市旧代码"
        verbose_name_plural = "区市旧代码"

    def __str__(self) -> str:
        return f"#{self.pk} {self.code}"


class Industry(models.Model):
    """A division of GB/T 4754-2017 (行业大类)."""

    code = models.CharField("代码", max_length=2, unique=True)
    name = models.CharField("名称", max_length=60)
    section = models.CharField("门类", max_length=1)
    section_name = models.CharField("门类名称", max_length=60)
    is_high_risk = models.BooleanField("安全生产高危行业", default=False)
    is_dust = models.BooleanField("尘肺病重点行业", default=False)

    class Meta:
        verbose_name = "行业"
        verbose_name_plural = "行业"

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Provider(models.Model):
    """A service body (服务机构): trains, runs the platform, or evaluates."""

    class Kind(models.TextChoices):
        TRAINING = "training", "培训机构"
        PLATFORM = "platform", "平台运营机构"
        EVALUATION = "evaluation", "评估机构"

    credit_code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("类型", max_length=10, choices=Kind)

    class Meta:
        verbose_name = "服务机构"
        verbose_name_plural = "服务机构"

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Membership(models.Model):
    """For whom a user acts (管理身份). A staff request acts as exactly one."""

    class Scope(models.TextChoices):
        CITY = "city", "市级"
        DISTRICT = "district", "区市"
        EMPLOYER = "employer", "用人单位"
        PROVIDER = "provider", "服务机构"
        EVALUATOR = "evaluator", "评估"
        AUDITOR = "auditor", "审计"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    scope = models.CharField("范围", max_length=10, choices=Scope)
    department = models.ForeignKey(
        Department, verbose_name="部门", on_delete=models.PROTECT, null=True, blank=True
    )
    district = models.ForeignKey(
        District, verbose_name="区市", on_delete=models.PROTECT, null=True, blank=True
    )
    employer = models.ForeignKey(
        "organizations.Employer",
        verbose_name="用人单位",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    provider = models.ForeignKey(
        Provider,
        verbose_name="服务机构",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField("开始时间", default=timezone.now)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "管理身份"
        verbose_name_plural = "管理身份"
        constraints = [
            models.CheckConstraint(
                name="membership_names_what_its_scope_needs_and_nothing_else",
                condition=(
                    Q(scope="city", department__isnull=False)
                    & Q(district=None, employer=None, provider=None)
                )
                | (
                    Q(scope="district", district__isnull=False)
                    & Q(department=None, employer=None, provider=None)
                )
                | (
                    Q(scope="employer", employer__isnull=False)
                    & Q(department=None, district=None, provider=None)
                )
                | (
                    Q(scope__in=["provider", "evaluator"], provider__isnull=False)
                    & Q(department=None, district=None, employer=None)
                )
                | Q(
                    scope="auditor",
                    department=None,
                    district=None,
                    employer=None,
                    provider=None,
                ),
                violation_error_message="管理身份的范围和所属单位不一致。",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.scope}"

    def label(self) -> str:
        """How the console names it, e.g. 市人社局, 市南区, 示例造船有限公司."""
        match Membership.Scope(self.scope):
            case Membership.Scope.CITY:
                return self.department.name if self.department else "市级"
            case Membership.Scope.DISTRICT:
                return self.district.name if self.district else "区市"
            case Membership.Scope.EMPLOYER:
                return self.employer.name if self.employer else "用人单位"
            case Membership.Scope.PROVIDER | Membership.Scope.EVALUATOR:
                return self.provider.name if self.provider else "服务机构"
            case Membership.Scope.AUDITOR:
                return "审计"
            case other:
                assert_never(other)

    def department_code(self) -> str:
        """The office acted for, empty outside the city's scope."""
        return self.department.code if self.department else ""

    def needs_second_factor(self) -> bool:
        """Is a second factor required of whoever acts as this (a setting)?"""
        return bool(
            {self.scope, self.department_code()} & set(settings.MFA_REQUIRED_SCOPES)
        )

    def may_manage_roster(self) -> bool:
        """May this membership import rosters and confirm workers?"""
        return self.scope in {self.Scope.EMPLOYER, self.Scope.DISTRICT} or (
            self.department_code() == Department.Code.LABOR
        )


class EmployerQuerySet(models.QuerySet["Employer"]):
    """Who sees which employers."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see; every console page starts here."""
        match Membership.Scope(membership.scope):
            case Membership.Scope.CITY | Membership.Scope.AUDITOR:
                return self
            case Membership.Scope.EVALUATOR:
                return self
            case Membership.Scope.DISTRICT:
                return self.filter(district=membership.district)
            case Membership.Scope.EMPLOYER:
                return self.filter(pk=membership.employer_id)
            case Membership.Scope.PROVIDER:
                return self.none()
            case other:
                assert_never(other)


class Employer(models.Model):
    """An employer (用人单位) of the city, insured or not."""

    credit_code = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("名称", max_length=100)
    district = models.ForeignKey(
        District, verbose_name="所属区市", on_delete=models.PROTECT
    )
    industry = models.ForeignKey(
        Industry, verbose_name="行业", on_delete=models.PROTECT, null=True, blank=True
    )
    headcount = models.PositiveIntegerField("参保人数", default=0)
    contact_name = models.CharField("联系人", max_length=50, blank=True)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    join_code = models.CharField(
        "加入码", max_length=16, unique=True, default=new_join_code, editable=False
    )
    created_at = models.DateTimeField("登记时间", default=timezone.now)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = "用人单位"
        verbose_name_plural = "用人单位"
        indexes = [
            # search and sort of the console's employer list
            models.Index(fields=["district", "name"], name="employer_by_district"),
            models.Index(fields=["name"], name="employer_by_name"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class EmploymentQuerySet(models.QuerySet["Employment"]):
    """Who sees which employments, and which hold at a time."""

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
                return self.filter(employer__district=membership.district)
            case Membership.Scope.EMPLOYER:
                return self.filter(employer=membership.employer_id)
            case Membership.Scope.PROVIDER:
                return self.none()
            case other:
                assert_never(other)

    def current(self) -> Self:
        return self.filter(to_date=None)


class Employment(models.Model):
    """A person works for an employer, from a day until a day (用工关系)."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", "合同工"
        DISPATCHED = "dispatched", "劳务派遣"
        INTERN = "intern", "实习"
        FLEXIBLE = "flexible", "灵活就业"
        NEW_FORM = "new_form", "新业态"

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="employments"
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, related_name="employments"
    )
    kind = models.CharField(
        "用工形式", max_length=10, choices=Kind, default=Kind.CONTRACT
    )
    post = models.CharField("岗位", max_length=40, blank=True)
    from_date = models.DateField("开始日期")
    to_date = models.DateField("结束日期", null=True, blank=True)
    changed_at = models.DateTimeField("变更时间", default=timezone.now)

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        verbose_name = "用工关系"
        verbose_name_plural = "用工关系"
        constraints = [
            models.UniqueConstraint(
                name="employment_open_once_per_person_and_employer",
                fields=["person", "employer"],
                condition=Q(to_date=None),
                violation_error_message="此人已在本单位名册中。",
            ),
            models.CheckConstraint(
                name="employment_ends_after_start",
                condition=Q(to_date=None) | Q(to_date__gte=models.F("from_date")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]
        indexes = [
            # the employer's own list of current people
            models.Index(fields=["employer", "to_date"], name="employment_by_employer"),
            # the worker's recount of whoever changed employer lately
            models.Index(fields=["changed_at"], name="employment_by_change"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id}@{self.employer_id}"
