"""What a signal is given, and what it gives back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from ankang.integrity.models import Signal, Subject
from ankang.organizations.models import Employment
from ankang.policies.models import RuleEdition, Rules
from ankang.policies.thresholds import Thresholds

ROWS_SHOWN = 60


@dataclass(frozen=True)
class Scope:
    """The facts of one programme year on one day, and from when on they are a signal."""

    year: int
    since: datetime
    until: datetime
    rules: Rules

    @property
    def thresholds(self) -> Thresholds:
        return self.rules.signals

    @property
    def day(self) -> date:
        return timezone.localdate(self.since)


@dataclass(frozen=True)
class Finding:
    """A mark: on whom, why, since when, and whom else it touches.

    The same code, subject and key are the same finding however often it is made.
    """

    code: Signal.Code
    kind: Subject
    about: int | str
    key: str
    at: datetime
    evidence: dict[str, Any]
    people: tuple[int, ...]

    @property
    def subject(self) -> str:
        return f"{self.kind.value}:{self.about}"


def scope_of(year: int, day: date, edition: RuleEdition) -> Scope:
    """A local day under an edition."""
    since = timezone.make_aware(datetime.combine(day, time()))
    return Scope(year, since, since + timedelta(days=1), edition.rules())


def of_person(
    code: Signal.Code, person: int, key: str, at: datetime, evidence: dict[str, Any]
) -> Finding:
    """A finding on one person that touches nobody else."""
    return Finding(code, Subject.PERSON, person, key, at, evidence, (person,))


def shown(at: datetime | None) -> str:
    """A time as evidence keeps it."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


def first_rows(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The rows that staff look at, and how many there are in all."""
    return {"rows": list(rows[:ROWS_SHOWN]), "total": len(rows)}


def employers_of(people: Iterable[int]) -> dict[int, int]:
    """Where each person works now; of several employers, the first."""
    rows = Employment.objects.current().filter(person__in=set(people))
    pairs = rows.order_by("-pk").values_list("person", "employer")
    return dict(pairs)


def linked(pairs: Iterable[tuple[int, int]], least_links: int = 1) -> list[set[int]]:
    """Groups of those who are linked, each to at least so many of the others."""
    links: dict[int, set[int]] = {}
    for one, other in pairs:
        links.setdefault(one, set()).add(other)
        links.setdefault(other, set()).add(one)
    loose = [one for one, found in links.items() if len(found) < least_links]
    while loose:
        one = loose.pop()
        for other in links.pop(one, set()):
            links[other].discard(one)
            if len(links[other]) == least_links - 1:
                loose.append(other)
    return _components(links)


def _components(links: dict[int, set[int]]) -> list[set[int]]:
    groups = []
    unseen = set(links)
    while unseen:
        group, edge = set(), [unseen.pop()]
        while edge:
            one = edge.pop()
            group.add(one)
            edge += links[one] & unseen
            unseen -= links[one]
        groups.append(group)
    return groups
