"""Boards (榜单), where an edition allows them: places, and how many people hold which.

Written by one act only, `fold_boards`, which takes in what the days have gained since.
"""

from django.db import models
from django.db.models import F

from ankang.accounts.models import Person
from ankang.organizations.models import Employer
from ankang.policies.points import Period

PERIODS = [
    (Period.DAY.value, "日榜"),
    (Period.WEEK.value, "周榜"),
    (Period.MONTH.value, "月榜"),
    (Period.ALL.value, "总榜"),
]


class BoardPlace(models.Model):
    """One person's points in one period; their own employer's board shows it too.

    `starts_on` is the period's first day; the board of all time starts on day 1.
    """

    period = models.CharField("榜单", max_length=5, choices=PERIODS)
    starts_on = models.DateField("开始日期")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    employer = models.ForeignKey(
        Employer, on_delete=models.CASCADE, null=True, related_name="+"
    )
    total = models.IntegerField("积分")

    class Meta:
        verbose_name = "榜上成绩"
        verbose_name_plural = "榜上成绩"
        constraints = [
            models.UniqueConstraint(
                name="board_place_once_per_period_and_person",
                fields=["person", "period", "starts_on"],
            )
        ]
        indexes = [
            # the first fifty of the city, and of an employer
            models.Index(
                F("period"),
                F("starts_on"),
                F("total").desc(),
                F("person"),
                name="board_place_of_city",
            ),
            models.Index(
                F("employer"),
                F("period"),
                F("starts_on"),
                F("total").desc(),
                F("person"),
                name="board_place_of_employer",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.period} {self.starts_on}"


class BoardBucket(models.Model):
    """How many people have how many points on a board (名次分布).

    `employer` 0 is the city. Bucket n of a width w counts who has w*n points or more and
    less than w*(n+1). A rank is a sum over few rows of three widths: see `boards`.
    """

    employer = models.BigIntegerField("用人单位")
    period = models.CharField("榜单", max_length=5, choices=PERIODS)
    starts_on = models.DateField("开始日期")
    width = models.PositiveIntegerField("宽度")
    bucket = models.PositiveIntegerField("档")
    people = models.IntegerField("人数")

    class Meta:
        verbose_name = "名次分布"
        verbose_name_plural = "名次分布"
        constraints = [
            models.UniqueConstraint(
                name="board_bucket_once",
                fields=["employer", "period", "starts_on", "width", "bucket"],
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.width}*{self.bucket}"


class BoardState(models.Model):
    """When the boards last took in the ledger. Its one row is their lock."""

    folded_at = models.DateTimeField("更新时间", null=True)

    class Meta:
        verbose_name = "榜单状态"
        verbose_name_plural = "榜单状态"

    def __str__(self) -> str:
        return f"#{self.pk} {self.folded_at}"
