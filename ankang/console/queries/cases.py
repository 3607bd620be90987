"""The fraud desk: cases, whom they touch, and what waits of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ankang.accounts.models import Person
from ankang.console.queries.people import visible_people
from ankang.counting.models import Standing
from ankang.integrity.models import Case, Exclusion, Involvement, Signal
from ankang.integrity.queries import WEAK, weighed
from ankang.organizations.models import Employment, Membership

State = Case.State


@dataclass(frozen=True)
class Reason:
    """A kind of signal in a case, and how often."""

    label: str
    times: int
    is_weak: bool


@dataclass(frozen=True)
class Touched:
    """A person whom a case touches, as the desk needs it."""

    person: Person
    employer: str
    standing: Standing | None
    exclusion: Exclusion | None
    is_visible: bool

    @property
    def is_excluded(self) -> bool:
        return self.exclusion is not None and not hasattr(self.exclusion, "readmission")


def listed_cases(cases: QuerySet[Case]) -> QuerySet[Case]:
    """What a row prints and is sorted by: weight, names, and the place of a person."""
    latest = Employment.objects.filter(person=OuterRef("person")).order_by(
        F("to_date").desc(nulls_first=True), "-from_date", "-pk"
    )
    return weighed(cases).annotate(
        place=Coalesce(
            F("employer__name"), Subquery(latest.values("employer__name")[:1])
        )
    )


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The rows with whom they are about and their signals' codes, in three queries."""
    signals = Signal.objects.only("case", "code").order_by("code")
    return cases.select_related("person", "employer").prefetch_related(
        Prefetch("signals", signals)
    )


def reasons_of(case: Case) -> list[Reason]:
    """The kinds of a case's signals, the strong ones first."""
    codes = Counter(signal.code for signal in case.signals.all())
    return sorted(
        (
            Reason(str(Signal.Code(code).label), times, code in WEAK)
            for code, times in codes.items()
        ),
        key=lambda one: one.is_weak,
    )


def subject_words(case: Case) -> str:
    """Whom a case is about."""
    if case.person:
        return case.person.name
    if case.employer:
        return case.employer.name
    return f"设备 {case.device[:8]}"


def state_counts(cases: QuerySet[Case]) -> dict[str, int]:
    """How many cases there are in each state, and in all ("")."""
    rows = cases.order_by().values("state").annotate(number=Count("pk", distinct=True))
    found = {row["state"]: row["number"] for row in rows}
    return {"": sum(found.values())} | {
        state: found.get(state, 0) for state in State.values
    }


@dataclass(frozen=True)
class Waiting:
    """Open cases: how many, how many people they touch, and how many are overdue."""

    cases: int
    people: int
    overdue: int


def waiting_cases(membership: Membership, year: int, today: date) -> Waiting:
    """What nobody has decided yet; it excludes nobody."""
    opened = Case.objects.visible_to(membership).open().filter(year=year)
    found = opened.aggregate(
        cases=Count("pk", distinct=True),
        people=Count("involvements__person", distinct=True),
        overdue=Count("pk", filter=Q(due_on__lt=today), distinct=True),
    )
    return Waiting(**found)


def first_opened(cases: QuerySet[Case], today: date) -> dict[str, Any]:
    """Number, oldest and overdue of open cases of all years."""
    return cases.aggregate(
        people=Count("pk", distinct=True),
        since=Min("opened_at"),
        overdue=Count("pk", filter=Q(due_on__lt=today), distinct=True),
    )


def touched_by(case: Case, membership: Membership) -> list[Touched]:
    """The people of a case, those excluded first. Five queries for any number."""
    people = [
        one.person
        for one in Involvement.objects.filter(case=case)
        .select_related("person")
        .order_by("pk")
    ]
    keys = [person.pk for person in people]
    seen = set(
        visible_people(membership).filter(pk__in=keys).values_list("pk", flat=True)
    )
    standings = {
        one.person_id: one
        for one in Standing.objects.filter(person__in=keys, year=case.year)
    }
    exclusions = {
        one.person_id: one
        for one in Exclusion.objects.filter(decision__case=case).select_related(
            "readmission"
        )
    }
    places = employers_named(keys)
    found = [
        Touched(
            person,
            places.get(person.pk, ""),
            standings.get(person.pk),
            exclusions.get(person.pk),
            person.pk in seen,
        )
        for person in people
    ]
    return sorted(found, key=lambda one: not one.is_excluded)


def employers_named(people: Sequence[int]) -> dict[int, str]:
    """Where each person works now; of several employers, the first."""
    rows = Employment.objects.current().filter(person__in=people).order_by("-pk")
    return dict(rows.values_list("person", "employer__name"))


def devices_in(signals: Iterable[Signal]) -> list[str]:
    """The devices that the evidence names."""
    found: dict[str, None] = {}
    for signal in signals:
        for row in signal.evidence.get("rows", []):
            for key in ("device", "next_device"):
                if row.get(key):
                    found[row[key]] = None
    return list(found)
