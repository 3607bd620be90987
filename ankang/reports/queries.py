"""The city's figures: one function for the overview page and for `ankang progress`."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from django.db.models import Count
from django.utils import timezone

from ankang.budgets.models import BudgetLine
from ankang.counting.models import Standing
from ankang.organizations.models import District, Membership
from ankang.policies.models import RuleEdition, edition_for
from ankang.projects.models import DistrictQuota, Project, Target

RECENT_DAYS = 28
ONLINE = "online"


@dataclass(frozen=True)
class Pace:
    """A target against time. `ahead` is negative when behind the line."""

    name: str
    people: int
    starts_on: date
    deadline: date
    counted: int
    expected: int
    recent_per_day: float
    reached_on: date | None
    at_deadline: int
    days_left: int
    curve: list[tuple[date, int]]

    @property
    def ahead(self) -> int:
        return self.counted - self.expected

    @property
    def behind(self) -> int:
        return -self.ahead

    @property
    def missing(self) -> int:
        return max(0, self.people - self.counted)

    @property
    def percent(self) -> float:
        return self.counted * 100 / self.people if self.people else 0.0

    @property
    def bar(self) -> float:
        return min(100.0, self.percent)

    @property
    def expected_percent(self) -> float:
        return self.expected * 100 / self.people if self.people else 0.0


@dataclass(frozen=True)
class DistrictLine:
    """One district (区市), in the order of its code. `points` is against the line."""

    pk: int
    name: str
    counted: int
    began: int
    quota: int
    expected_percent: float

    @property
    def percent(self) -> float:
        return self.counted * 100 / self.quota if self.quota else 0.0

    @property
    def bar(self) -> float:
        return min(100.0, self.percent)

    @property
    def points(self) -> float:
        return round(self.percent - self.expected_percent, 1)


@dataclass(frozen=True)
class ReasonLine:
    """A reason why people are not counted, and how many."""

    code: str
    name: str
    people: int
    share: float


@dataclass(frozen=True)
class ProjectLine:
    """One project of the plan, and the days until its deadline."""

    pk: int
    number: int
    category: str
    name: str
    deadline: date
    deadline_text: str
    days_left: int


@dataclass(frozen=True)
class Overview:
    """What the overview shows; `counted` and `excluded` sum to `began`."""

    year: int
    at: datetime
    edition: RuleEdition
    began: int
    counted: int
    reasons: list[ReasonLine]
    pace: Pace | None
    other_targets: list[Target]
    districts: list[DistrictLine]
    budget: list[BudgetLine]
    projects: list[ProjectLine]

    @property
    def excluded(self) -> int:
        return self.began - self.counted

    @property
    def budget_total(self) -> Decimal:
        return sum((line.amount for line in self.budget), Decimal(0))

    def as_json(self) -> dict[str, object]:
        """The same figures for other programs."""
        return {
            "year": self.year,
            "at": timezone.localtime(self.at).isoformat(timespec="seconds"),
            "edition": self.edition.name,
            "began": self.began,
            "counted": self.counted,
            "excluded": self.excluded,
            "reasons": {line.code: line.people for line in self.reasons},
            "target": _pace_json(self.pace),
            "districts": [
                {
                    "name": line.name,
                    "counted": line.counted,
                    "began": line.began,
                    "quota": line.quota,
                }
                for line in self.districts
            ],
            "budget": {line.code: str(line.amount) for line in self.budget},
            "projects": [
                {
                    "name": line.name,
                    "deadline": line.deadline.isoformat(),
                    "days_left": line.days_left,
                }
                for line in self.projects
            ],
        }


def overview(*, year: int, at: datetime, membership: Membership | None) -> Overview:
    """The figures of a year as this membership may see them; None is the whole city.

    Six queries, however many people; the people are read from an index alone.
    """
    today = timezone.localdate(at)
    tally = _tally(year, membership)
    targets = list(Target.objects.filter(plan__year=year).order_by("deadline", "pk"))
    online = next((target for target in targets if target.code == ONLINE), None)
    quotas = dict(
        DistrictQuota.objects.filter(target=online).values_list("district", "people")
    )
    people = _target_people(online, quotas, membership)
    pace = (
        _pace(online, people, tally.counted_by_day, today)
        if online and people
        else None
    )
    return Overview(
        year=year,
        at=at,
        edition=edition_for(year),
        began=sum(tally.reasons.values()),
        counted=tally.reasons[Standing.Reason.COUNTED],
        reasons=_reason_lines(tally.reasons),
        pace=pace,
        other_targets=[target for target in targets if target is not online],
        districts=_district_lines(tally, quotas, pace, membership),
        budget=list(BudgetLine.objects.filter(year=year).order_by("pk")),
        projects=_project_lines(year, today),
    )


@dataclass
class _Tally:
    """People of a year by reason, by district, and the counted by day."""

    reasons: Counter[str]
    began: Counter[int | None]
    counted: Counter[int | None]
    counted_by_day: Counter[date]


def _tally(year: int, membership: Membership | None) -> _Tally:
    rows = Standing.objects.filter(year=year)
    if membership is not None:
        rows = rows.visible_to(membership)
    tally = _Tally(Counter(), Counter(), Counter(), Counter())
    groups = rows.values_list("district", "reason", "counted_on").order_by()
    for district, reason, day, people in groups.annotate(people=Count("*")):
        tally.reasons[reason] += people
        tally.began[district] += people
        if day is not None:
            tally.counted[district] += people
            tally.counted_by_day[day] += people
    return tally


def _target_people(
    online: Target | None, quotas: dict[int, int], membership: Membership | None
) -> int:
    if online is None:
        return 0
    if membership is None or membership.scope in _WHOLE_CITY:
        return online.people
    if membership.district_id is not None:
        return quotas.get(membership.district_id, 0)
    return 0


_WHOLE_CITY = {
    Membership.Scope.CITY,
    Membership.Scope.AUDITOR,
    Membership.Scope.EVALUATOR,
}


def _pace(
    target: Target, people: int, counted_by_day: Counter[date], today: date
) -> Pace:
    counted = sum(counted_by_day.values())
    recent_from = today - timedelta(days=RECENT_DAYS)
    recent = sum(n for day, n in counted_by_day.items() if day > recent_from)
    per_day = recent / RECENT_DAYS
    days_left = (target.deadline - today).days
    missing = max(0, people - counted)
    reached_on = None
    if missing and per_day:
        days = min(-int(-missing // per_day), 36_500)
        reached_on = today + timedelta(days=days)
    expected = target.expected_by(today) * people // target.people
    return Pace(
        name=target.name,
        people=people,
        starts_on=target.starts_on,
        deadline=target.deadline,
        counted=counted,
        expected=expected,
        recent_per_day=per_day,
        reached_on=reached_on,
        at_deadline=counted + int(per_day * max(0, days_left)),
        days_left=days_left,
        curve=_curve(counted_by_day, target, today),
    )


def _curve(
    counted_by_day: Counter[date], target: Target, today: date
) -> list[tuple[date, int]]:
    days = sorted(counted_by_day)
    totals = accumulate(counted_by_day[day] for day in days)
    curve = list(zip(days, totals, strict=True))
    if not curve or curve[0][0] > target.starts_on:
        curve.insert(0, (target.starts_on, 0))
    end = min(today, max(target.deadline, curve[-1][0]))
    if curve[-1][0] < end:
        curve.append((end, curve[-1][1]))
    return curve


def _reason_lines(reasons: Counter[str]) -> list[ReasonLine]:
    excluded = [
        reason for reason in Standing.Reason if reason != Standing.Reason.COUNTED
    ]
    most = max((reasons[reason] for reason in excluded), default=0) or 1
    return [
        ReasonLine(
            reason.value,
            str(reason.label),
            reasons[reason],
            reasons[reason] * 100 / most,
        )
        for reason in excluded
    ]


def _district_lines(
    tally: _Tally,
    quotas: dict[int, int],
    pace: Pace | None,
    membership: Membership | None,
) -> list[DistrictLine]:
    districts = District.objects.order_by("code")
    if membership is not None and membership.scope not in _WHOLE_CITY:
        districts = districts.filter(membership=membership)
    return [
        DistrictLine(
            pk=district.pk,
            name=district.name,
            counted=tally.counted[district.pk],
            began=tally.began[district.pk],
            quota=quotas.get(district.pk, 0),
            expected_percent=pace.expected_percent if pace else 0.0,
        )
        for district in districts
    ]


def _project_lines(year: int, today: date) -> list[ProjectLine]:
    return [
        ProjectLine(
            pk=project.pk,
            number=project.number,
            category=project.get_category_display(),
            name=project.name,
            deadline=project.deadline,
            deadline_text=project.deadline_text,
            days_left=project.days_left(today),
        )
        for project in Project.objects.filter(plan__year=year).order_by(
            "category", "number"
        )
    ]


def _pace_json(pace: Pace | None) -> dict[str, object] | None:
    if pace is None:
        return None
    return {
        "people": pace.people,
        "deadline": pace.deadline.isoformat(),
        "days_left": pace.days_left,
        "expected": pace.expected,
        "ahead": pace.ahead,
        "recent_per_day": round(pace.recent_per_day, 1),
        "reached_on": pace.reached_on.isoformat() if pace.reached_on else None,
        "at_deadline": pace.at_deadline,
    }
