"""The year's prevention fee (工伤预防费) by line, in yuan."""

from django.db import models
from django.db.models import Q


class BudgetLine(models.Model):
    """One line of the budget, e.g. 宣传费 1,310,000.00 元."""

    year = models.PositiveSmallIntegerField("年度")
    code = models.CharField("代码", max_length=20)
    name = models.CharField("名称", max_length=40)
    amount = models.DecimalField("金额", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = "预算项"
        verbose_name_plural = "预算项"
        constraints = [
            models.UniqueConstraint(
                name="budget_line_once_per_year", fields=["year", "code"]
            ),
            models.CheckConstraint(
                name="budget_line_is_positive",
                condition=Q(amount__gt=0),
                violation_error_message="预算金额必须大于零。",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"
