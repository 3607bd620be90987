"""What was reckoned in a night: the retained-knowledge index and its calibration."""

from typing import Self, assert_never

from django.db import models
from django.db.models import Q

from ankang.organizations.models import District, Employer, Membership
from ankang.policies.models import RuleEdition


class RetentionRun(models.Model):
    """One night's reckoning of the retained-knowledge index (知识保持指数).

    `bins` compares what was predicted with what came out, by tenths; `log_loss` is the
    mean over the same answers. Empty where too few people answered again.
    """

    edition = models.ForeignKey(RuleEdition, on_delete=models.PROTECT)
    day = models.DateField("截至日期", unique=True)
    at = models.DateTimeField("计算时间")
    seconds = models.FloatField("用时（秒）")
    people = models.PositiveIntegerField("有练习记录的人")
    again_people = models.PositiveIntegerField("重答过的人", default=0)
    again_answers = models.PositiveIntegerField("重答次数", default=0)
    bins = models.JSONField("预测与实际", default=list)
    error = models.FloatField("校准误差", null=True)
    log_loss = models.FloatField("对数损失", null=True)

    class Meta:
        verbose_name = "知识保持计算"
        verbose_name_plural = "知识保持计算"

    def __str__(self) -> str:
        return f"#{self.pk} {self.day}"


class RetentionCellQuerySet(models.QuerySet["RetentionCell"]):
    """Who sees which figures."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see; every console page starts here."""
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.EVALUATOR
            ):
                return self.filter(employer=None)
            case Membership.Scope.DISTRICT:
                return self.filter(district=membership.district_id, employer=None)
            case Membership.Scope.EMPLOYER:
                return self.filter(employer=membership.employer_id)
            case Membership.Scope.PROVIDER:
                return self.none()
            case other:
                assert_never(other)

    def of_area(self, district: int | None, employer: int | None) -> Self:
        """The tables of the whole city, of a district, or of an employer."""
        return self.filter(district=district, employer=employer)


class RetentionCell(models.Model):
    """One line of a table of the index (知识保持数据); what is hidden has no row.

    `district` and `employer` say whose table it is: neither, the city's. `figures` holds
    mean, low and high for each horizon. Only the line of the whole area has `left_out`:
    how many lines of each table are hidden.
    """

    class By(models.TextChoices):
        ALL = "all", "合计"
        TOPIC = "topic", "主题"
        POST = "post", "岗位"
        INDUSTRY = "industry", "行业"
        DISTRICT = "district", "区市"
        EMPLOYER = "employer", "用人单位"

    run = models.ForeignKey(RetentionRun, on_delete=models.CASCADE)
    district = models.ForeignKey(
        District, on_delete=models.CASCADE, null=True, blank=True
    )
    employer = models.ForeignKey(
        Employer, on_delete=models.CASCADE, null=True, blank=True
    )
    by = models.CharField("按什么分", max_length=10, choices=By)
    place = models.PositiveIntegerField("次序")
    key = models.CharField("代码", max_length=60, blank=True)
    label = models.CharField("名称", max_length=100)
    people = models.PositiveIntegerField("人数")
    answers = models.PositiveIntegerField("作答次数")
    figures = models.JSONField("预计记得")
    left_out = models.JSONField("没有列出", default=dict, blank=True)

    objects = RetentionCellQuerySet.as_manager()

    class Meta:
        verbose_name = "知识保持数据"
        verbose_name_plural = "知识保持数据"
        constraints = [
            models.CheckConstraint(
                name="retention_cell_of_a_district_or_an_employer",
                condition=Q(district=None) | Q(employer=None),
            ),
            models.CheckConstraint(
                name="retention_cell_has_people", condition=Q(people__gte=1)
            ),
        ]
        indexes = [
            # one table of one area, in its order
            models.Index(
                fields=["run", "district", "employer", "by", "place"],
                name="retention_cell_in_table",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.by}:{self.key}"
