"""Signals in how people watched together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from ankang.integrity.models import Signal, Subject
from ankang.integrity.signals.findings import (
    Finding,
    Scope,
    employers_of,
    first_rows,
    linked,
    shown,
)
from ankang.integrity.signals.watching import sessions_of
from ankang.learning.models import WatchSession

MONTH = timedelta(days=30)
NEIGHBORS = 50
Row = tuple[datetime, datetime, int, int]


def shared_device(scope: Scope) -> Iterator[Finding]:
    """One device serves more people than a family; found again when they double."""
    least = scope.thresholds.device_people
    today = sessions_of(scope).exclude(device="")
    rows = WatchSession.objects.filter(
        opened_at__gte=scope.until - MONTH,
        opened_at__lt=scope.until,
        lesson__course__year=scope.year,
    )
    crowded = (
        rows.filter(device__in=today.values("device"))
        .values("device")
        .annotate(people=Count("person", distinct=True))
        .filter(people__gte=least)
        .values_list("device", "people")
    )
    for device, people in list(crowded):
        level = (people // least).bit_length()
        yield _crowd(rows.filter(device=device), device, f"{scope.year}:{level}")


def _crowd(rows: QuerySet[WatchSession], device: str, key: str) -> Finding:
    served: dict[int, list[WatchSession]] = defaultdict(list)
    for session in rows.order_by("opened_at"):
        served[session.person_id].append(session)
    evidence = first_rows(
        [
            {
                "person": person,
                "sessions": len(sessions),
                "from": shown(sessions[0].opened_at),
                "until": shown(sessions[-1].closed_at),
            }
            for person, sessions in served.items()
        ]
    )
    last = max(sessions[-1].opened_at for sessions in served.values())
    return Finding(
        code=Signal.Code.SHARED_DEVICE,
        kind=Subject.DEVICE,
        about=device,
        key=key,
        at=last,
        evidence={**evidence, "people": len(served)},
        people=tuple(served),
    )


def lockstep(scope: Scope) -> Iterator[Finding]:
    """People of one employer begin and end lesson after lesson in the same seconds."""
    limits = scope.thresholds
    rows = sessions_of(scope).exclude(last_beat_at=None)
    found = list(
        rows.values_list("opened_at", "last_beat_at", "person", "lesson").order_by(
            "opened_at"
        )
    )
    employers = employers_of(person for _, _, person, _ in found)
    places: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row in found:
        if row[2] in employers:
            places[employers[row[2]], row[3]].append(row)
    together: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    for (employer, _), rows_here in places.items():
        together[employer].update(set(_pairs(rows_here, limits.lockstep_seconds)))
    for employer, times in together.items():
        pairs = [pair for pair, n in times.items() if n >= limits.lockstep_lessons]
        for group in linked(pairs, limits.lockstep_people - 1):
            evidence = first_rows(
                [
                    {
                        "person": person,
                        "lesson": lesson,
                        "from": shown(opened_at),
                        "until": shown(last_at),
                    }
                    for opened_at, last_at, person, lesson in found
                    if person in group
                ]
            )
            yield Finding(
                code=Signal.Code.LOCKSTEP,
                kind=Subject.EMPLOYER,
                about=employer,
                key=f"{scope.day.isoformat()}:{min(group)}",
                at=max(row[1] for row in found if row[2] in group),
                evidence={**evidence, "people": len(group)},
                people=tuple(sorted(group)),
            )


def _pairs(rows: list[Row], seconds: int) -> Iterable[tuple[int, int]]:
    """Two people whose sessions of a lesson begin and end within seconds."""
    near = timedelta(seconds=seconds)
    for place, (opened_at, last_at, person, _) in enumerate(rows):
        for other_opened, other_last, other, _ in rows[place + 1 : place + NEIGHBORS]:
            if other_opened - opened_at > near:
                break
            if person != other and abs(other_last - last_at) <= near:
                yield min(person, other), max(person, other)
