"""What a person is shown of their own points: today, level, streak, medals, history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import QuerySet

from ankang.accounts.models import Person
from ankang.points.models import Act, Medal, PointAccount, PointDay, PointEntry
from ankang.points.streaks import streak_of
from ankang.points.terms import Terms, terms_at
from ankang.policies.points import ActRule, Level, PointsRules

DAYS_LOOKED_AT = 400
PERCENT = 100


@dataclass(frozen=True)
class ActToday:
    """One act that earns points, and how much of its cap is used."""

    rule: ActRule
    earned: int

    @property
    def cap(self) -> int:
        return self.rule.day_cap or self.rule.week_cap

    @property
    def is_full(self) -> bool:
        return 0 < self.cap <= self.earned

    @property
    def percent(self) -> int:
        return min(PERCENT, self.earned * PERCENT // self.cap) if self.cap else 0


@dataclass(frozen=True)
class Today:
    """A person's points now. Read `is_on` first: who takes no part is shown none."""

    rules: PointsRules
    is_on: bool
    total: int
    earned: int
    streak: int
    acts: list[ActToday]

    @property
    def can_join(self) -> bool:
        """Are there points in force that the person takes no part in?"""
        return self.rules.has_points and not self.is_on

    @property
    def cap(self) -> int:
        return self.rules.day_cap

    @property
    def is_full(self) -> bool:
        return self.earned >= self.cap

    @property
    def percent(self) -> int:
        return min(PERCENT, self.earned * PERCENT // self.cap) if self.cap else 0

    @property
    def level_number(self) -> int:
        return self.rules.level_at(self.total)[0]

    @property
    def level(self) -> Level:
        return self.rules.level_at(self.total)[1]

    @property
    def next_level(self) -> Level | None:
        return self.rules.level_at(self.total)[2]

    @property
    def points_to_next(self) -> int:
        return self.next_level.least - self.total if self.next_level else 0

    @property
    def level_percent(self) -> int:
        """How far on the way from this level to the next."""
        if not self.next_level:
            return PERCENT
        way = self.next_level.least - self.level.least
        return (self.total - self.level.least) * PERCENT // way


def today_of(*, person: Person, at: datetime) -> Today:
    """Three queries; one where the edition knows no points."""
    terms = terms_at(at)
    if not terms.rules.has_points:
        return _nothing(terms)
    account = PointAccount.objects.filter(person=person).first()
    is_on = account.is_on(terms.rules.is_default) if account else terms.rules.is_default
    if not is_on:
        return _nothing(terms)
    days = list(
        PointDay.objects.filter(person=person, day__lte=terms.day)
        .order_by("-day")
        .only("day", "earned", "by_act", "has_learned")[:DAYS_LOOKED_AT]
    )
    own = next((one for one in days if one.day == terms.day), None)
    learned = {one.day for one in days if one.has_learned}
    return Today(
        rules=terms.rules,
        is_on=True,
        total=account.total if account else 0,
        earned=own.earned if own else 0,
        streak=streak_of(learned, terms.day, terms.rules.rest_days),
        acts=[
            ActToday(rule, _earned(rule, days, terms.day))
            for rule in terms.rules.offered
        ],
    )


def _nothing(terms: Terms) -> Today:
    return Today(terms.rules, is_on=False, total=0, earned=0, streak=0, acts=[])


def _earned(rule: ActRule, days: Iterable[PointDay], today: date) -> int:
    week = today.isocalendar()[:2]
    return sum(
        one.by_act.get(rule.act, 0)
        for one in days
        if one.day == today or (rule.week_cap and one.day.isocalendar()[:2] == week)
    )


def history_of(person: Person, *, act: str = "") -> QuerySet[PointEntry]:
    """A person's entries, newest first; of one act if it is named."""
    entries = person.point_entries.order_by("-at", "-pk")
    return entries.filter(act=act) if act in Act.values else entries


def by_day(
    entries: Iterable[PointEntry],
) -> list[tuple[date, int, list[PointEntry]]]:
    """The entries of a page in groups of a day, with what the shown ones add up to."""
    groups = []
    for day, rows in groupby(entries, key=lambda entry: entry.day):
        shown = list(rows)
        groups.append((day, sum(entry.points for entry in shown), shown))
    return groups


def medals_of(person: Person) -> list[Medal]:
    """The medals that the person holds, newest first."""
    return list(person.medals.filter(loss=None).order_by("-at", "pk"))
