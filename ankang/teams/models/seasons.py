"""A season, its teams, and who takes part in them by their own will."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from ankang.accounts.models import Person
from ankang.policies.models import RuleEdition
from ankang.policies.teams import SeasonRules


class SeasonQuerySet(models.QuerySet["Season"]):
    """Seasons by their state."""

    def unclosed(self) -> Self:
        return self.filter(closed_at=None)


class Season(models.Model):
    """Two weeks in which teams practice together (班组赛季), under one edition's rules.

    Until `starts_on` one signs up; then teams are formed with `seed`, which everybody
    may know; after the end it is settled, closed, and nothing is counted any more.
    """

    edition = models.ForeignKey(RuleEdition, on_delete=models.PROTECT)
    starts_on = models.DateField("开始日期", unique=True)
    ends_on = models.DateField("结束日期")
    seed = models.CharField("分队种子", max_length=40)
    opened_at = models.DateTimeField("开放报名时间")
    formed_at = models.DateTimeField("分队时间", null=True, blank=True)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)

    objects = SeasonQuerySet.as_manager()

    class Meta:
        verbose_name = "班组赛季"
        verbose_name_plural = "班组赛季"
        constraints = [
            models.CheckConstraint(
                name="season_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.starts_on}"

    @property
    def rules(self) -> SeasonRules:
        return self.edition.rules().teams.seasons

    @property
    def settles_on(self) -> date:
        """The first day on which the result is made."""
        return self.ends_on + timedelta(days=self.rules.settle_days + 1)

    @property
    def last_late_day(self) -> date:
        """Until when one may still join a team with room."""
        return self.starts_on + timedelta(days=self.rules.late_days - 1)


class Team(models.Model):
    """A team of a season (队). Its result is its own: no two teams are compared.

    The numbers are written once, when it is settled: members who took part, questions
    recalled and aimed at, members who practiced on enough days and how many had to.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="teams")
    number = models.PositiveIntegerField("队号")
    settled_at = models.DateTimeField("结算时间", null=True, blank=True)
    is_reached = models.BooleanField("达到目标", default=False)
    active = models.PositiveSmallIntegerField("在练的队员", default=0)
    recalls = models.PositiveIntegerField("一起答对", default=0)
    recalls_aim = models.PositiveIntegerField("答对目标", default=0)
    full = models.PositiveSmallIntegerField("练满天数的队员", default=0)
    full_aim = models.PositiveSmallIntegerField("练满天数的目标", default=0)

    class Meta:
        verbose_name = "队"
        verbose_name_plural = "队"
        constraints = [
            models.UniqueConstraint(
                name="team_once_per_season_and_number", fields=["season", "number"]
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.season_id}/{self.number}"


class MemberQuerySet(models.QuerySet["SeasonMember"]):
    """Members who still take part."""

    def staying(self) -> Self:
        return self.filter(left_at=None)


class SeasonMember(models.Model):
    """Somebody signed up for a season (队员); with `team` once teams are formed.

    `risk` and `industry` are of their work on that day and only mix the teams. Before
    the start leaving deletes the row; afterwards it stays, so that the team is not
    formed again, and counts for nothing.
    """

    season = models.ForeignKey(Season, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="season_members"
    )
    risk = models.CharField("风险类别", max_length=10)
    industry = models.CharField("行业大类", max_length=2, blank=True)
    joined_at = models.DateTimeField("报名时间")
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    left_at = models.DateTimeField("退出时间", null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "队员"
        verbose_name_plural = "队员"
        constraints = [
            models.UniqueConstraint(
                name="season_member_once_per_person",
                fields=["season", "person"],
                violation_error_message="这个赛季已经报过名了。",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.season_id}/{self.person_id}"
