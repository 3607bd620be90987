"""The annual plan (年度实施计划): its projects, targets and quotas."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from ankang.organizations.models import District


class AnnualPlan(models.Model):
    """The plan of one year, as its document says."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    title = models.CharField("名称", max_length=120)
    document_number = models.CharField("文号", max_length=60)
    document_date = models.DateField("成文日期")

    class Meta:
        verbose_name = "年度实施计划"
        verbose_name_plural = "年度实施计划"

    def __str__(self) -> str:
        return f"#{self.pk} {self.year}"


class Project(models.Model):
    """One project of the plan's annex (项目), word for word."""

    class Category(models.TextChoices):
        PUBLICITY = "publicity", "工伤预防宣传项目"
        TRAINING = "training", "工伤预防培训项目"

    plan = models.ForeignKey(
        AnnualPlan, on_delete=models.PROTECT, related_name="projects"
    )
    category = models.CharField("类别", max_length=10, choices=Category)
    code = models.CharField("代码", max_length=20)
    number = models.PositiveSmallIntegerField("序号")
    name = models.CharField("项目名称", max_length=100)
    form = models.TextField("具体形式")
    deadline_text = models.CharField("完成时限", max_length=40)
    deadline = models.DateField("截止日期")

    class Meta:
        verbose_name = "项目"
        verbose_name_plural = "项目"
        constraints = [
            models.UniqueConstraint(
                name="project_once_per_plan", fields=["plan", "code"]
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

    def days_left(self, today: date) -> int:
        """Days until the deadline, negative after it."""
        return (self.deadline - today).days


class Target(models.Model):
    """A number of people to reach by a day (目标), e.g. 150,000 online."""

    plan = models.ForeignKey(
        AnnualPlan, on_delete=models.PROTECT, related_name="targets"
    )
    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=40)
    people = models.PositiveIntegerField("目标人数")
    starts_on = models.DateField("开始日期")
    deadline = models.DateField("截止日期")

    class Meta:
        verbose_name = "目标"
        verbose_name_plural = "目标"
        constraints = [
            models.UniqueConstraint(
                name="target_once_per_plan", fields=["plan", "code"]
            ),
            models.CheckConstraint(
                name="target_ends_after_start",
                condition=Q(deadline__gt=F("starts_on")),
                violation_error_message="截止日期必须晚于开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.code}"

    def expected_by(self, day: date) -> int:
        """Where the straight line to the deadline stands at the end of a day."""
        total = (self.deadline - self.starts_on).days + 1
        gone = min(max((day - self.starts_on).days + 1, 0), total)
        return self.people * gone // total


class DistrictQuota(models.Model):
    """A district's share of a target (分配指标)."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="quotas")
    district = models.ForeignKey(District, on_delete=models.PROTECT)
    people = models.PositiveIntegerField("人数")

    class Meta:
        verbose_name = "区市指标"
        verbose_name_plural = "区市指标"
        constraints = [
            models.UniqueConstraint(
                name="district_quota_once_per_target", fields=["target", "district"]
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.people}"
