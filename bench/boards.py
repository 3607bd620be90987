"""Boards among 200,000 and four million people; a thousand awards a second."""

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench import servers
from bench.report import Figure, limit_figure

SIZES = {200_000: 1, 4_000_000: 8}
PROCESSES = 4
SECONDS = 10
PEOPLE_EACH = 5000
AWARDS_A_SECOND = 1000
GROUP = 5


def points(*arguments: str, data: Path, database: str) -> Any:
    """What `bench.points` answers."""
    return json.loads(
        servers.python("bench.points", *arguments, data=data, database=database)
    )


def boards_on(kind: str, size: int) -> list[Figure]:
    """The two queries of a board, beside counting everybody with more points."""
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database(kind) as database,
    ):
        where: dict[str, Any] = {"data": Path(folder), "database": database}
        points("fill", str(size), **where)
        took = points("ask", **where)
    limit, text = SIZES[size], f"{size:,} people, {kind}"
    placement = "free, p95 of 360"
    return [
        limit_figure(f"First 50, {text}", placement, took["top"], limit, "ms"),
        limit_figure(f"My rank, {text}", placement, took["rank"], limit, "ms"),
        limit_figure(f"Whole page's data, {text}", placement, took["page"], 0, "ms"),
        limit_figure(f"(count(*) instead, {text})", "free", took["count"], 0, "ms"),
    ]


def awards_on(kind: str, size: int) -> list[Figure]:
    """Awards in transactions of `size`, from several processes, held against the sums.

    A group of daily practice is five answers, and so five awards of one point.
    """
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database(kind) as database,
    ):
        where: dict[str, Any] = {"data": Path(folder), "database": database}
        known = points("people", str(PROCESSES * PEOPLE_EACH), **where)

        def one(number: int) -> Any:
            first = known["first"] + number * PEOPLE_EACH
            span = (str(first), str(first + PEOPLE_EACH - 1))
            return points("award", str(SECONDS), *span, str(size), **where)

        with ThreadPoolExecutor(PROCESSES) as pool:
            made = list(pool.map(one, range(PROCESSES)))
        folded = points("fold", **where)
        stored = points("check", **where)
    answered = {
        "awards": sum(one["awards"] for one in made),
        "points": sum(one["points"] for one in made),
    }
    if stored != {**answered, "wrong": []}:
        raise SystemExit(f"{answered} answered, {stored} stored")
    rate = answered["awards"] / SECONDS
    taken_in = folded["days"] / max(folded["seconds"], 0.001)
    return [
        Figure(
            f"Points awarded in groups of {size}, {kind}",
            f"free, {PROCESSES} processes",
            f"{rate:,.0f}/s, {stored['points']:,} points stored, sums right",
            f"≥ {AWARDS_A_SECOND:,}/s" if size > 1 else "",
            rate >= AWARDS_A_SECOND if size > 1 else None,
        ),
        Figure(
            f"Person-days taken in by the boards, groups of {size}, {kind}",
            "free, 1 process",
            f"{taken_in:,.0f}/s",
        ),
    ]


def run(peer: float = 0) -> list[Figure]:
    figures = []
    for kind in ("SQLite", "PostgreSQL"):
        for size in SIZES:
            figures += boards_on(kind, size)
        for group in (1, GROUP):
            figures += awards_on(kind, group)
    return figures
