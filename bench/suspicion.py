"""Recall and false positives of the signals, inside a process with a database."""

import time
from collections.abc import Iterable
from datetime import timedelta
from random import Random
from typing import Any

from django.utils import timezone

from ankang.console.simulation.cheats import CHEATS, Planted, Way
from ankang.console.simulation.city import Size, plant_ways, simulate_city
from ankang.integrity.models import Case, Involvement, Signal
from ankang.integrity.services.scanning import days_to_scan, scan_day
from ankang.learning.models import Paper, WatchSession
from bench.honest import HONEST, TABLETS

SEED = 7
EMPLOYERS, WORKERS, DAYS = 40, 12_000, 60
CHEAT_TIMES, HONEST_TIMES, TABLET_TIMES = 12, 25, 6
OF_PAPERS = {"fast_exam", "same_timing"}


def plant(times: int, ways: list[Way], draw: Random) -> list[Planted]:
    size = Size(EMPLOYERS, WORKERS, DAYS, SEED, times)
    return plant_ways(size=size, draw=draw, ways=ways)


def city() -> dict[str, Any]:
    """Simulate, scan day by day, and tell whom each signal found."""
    empty = Size(EMPLOYERS, WORKERS, DAYS, SEED)
    simulate_city(size=empty, report=lambda _done, _total: None)
    draw = Random(SEED + 1)
    tablets = plant(TABLET_TIMES, TABLETS, draw)
    cheats = plant(CHEAT_TIMES, CHEATS, draw)
    honest = [*tablets, *plant(HONEST_TIMES, HONEST, draw)]
    begun = time.perf_counter()
    last = WatchSession.objects.latest("opened_at").opened_at
    days = days_to_scan(last + timedelta(days=2))
    for day in days:
        scan_day(day=day, at=timezone.now())
    seconds = time.perf_counter() - begun
    guilty = {person for one in cheats for person in one.people}
    learners = WatchSession.objects.values("person").distinct()
    return {
        "seconds": seconds,
        "days": len(days),
        "honest": learners.exclude(person__in=guilty).count(),
        "examined": Paper.objects.exclude(person__in=guilty)
        .values("person")
        .distinct()
        .count(),
        "devices": WatchSession.objects.exclude(person__in=guilty)
        .values("device")
        .distinct()
        .count(),
        "employers": EMPLOYERS,
        "cases": Case.objects.count(),
        "innocent": Involvement.objects.exclude(person__in=guilty)
        .values("person")
        .distinct()
        .count(),
        "signals": {code: told(code, cheats, honest) for code in Signal.Code.values},
    }


def told(code: str, cheats: list[Planted], honest: list[Planted]) -> dict[str, Any]:
    """One signal: found of planted, false of all, and marked of the honest look-alikes."""
    marks = [(one.subject, people_of(one)) for one in Signal.objects.filter(code=code)]
    guilty = {person for one in cheats for person in one.people}
    innocent = [mark for mark in marks if not mark[1] & guilty]
    ours = [one for one in cheats if one.code == code]
    alike = [one for one in honest if one.code == code]
    return {
        "kind": kind_of(code),
        "planted": len(ours),
        "found": sum(is_marked(one, marks) for one in ours),
        "false": len({subject for subject, _ in innocent}),
        "by": sorted(
            {one.way for one in honest for _, people in innocent if people & one.people}
        ),
        "alike": len(alike),
        "alike_marked": sum(is_marked(one, innocent) for one in alike),
    }


def is_marked(one: Planted, marks: Iterable[tuple[str, set[int]]]) -> bool:
    return any(people & one.people for _, people in marks)


def people_of(signal: Signal) -> set[int]:
    """Whom the evidence names."""
    named = {row["person"] for row in signal.evidence["rows"] if "person" in row}
    kind, _, about = signal.subject.partition(":")
    return named or ({int(about)} if kind == "person" else set())


def kind_of(code: str) -> str:
    """What a signal's false marks are to be divided by."""
    subject = next((way.subject for way in CHEATS if way.code == code), "person")
    if code in OF_PAPERS:
        return "examined"
    return {"person": "honest", "employer": "employers", "device": "devices"}[subject]
