"""A year of 180,000 people counted from nothing, and again after a single fact."""

import tempfile
from pathlib import Path
from typing import Any

from bench import servers
from bench.report import Figure, limit_figure
from bench.sizes import scaled

PEOPLE = scaled(180_000, least=100)
SECONDS = 60


def agree(told: dict[str, Any]) -> None:
    """The correctness half: everybody is judged, and no stored standing is wrong."""
    if told["began"] != PEOPLE or told["wrong"] or told["wrong_after_fact"]:
        raise SystemExit(f"the recount of {PEOPLE} people does not agree: {told}")


def figures_on(kind: str) -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database(kind) as database,
    ):
        data = Path(folder)
        people = str(PEOPLE)
        servers.prepare("year-to-count", people, data=data, database=database)
        told = servers.prepare("recount", data=data, database=database)
    agree(told)
    where = f"free, {PEOPLE:,} people"
    counted = f"{told['counted']:,} counted"
    full, again, one = told["full"], told["unchanged"], told["one"]
    return [
        limit_figure(
            f"Recount from nothing, {kind}",
            where,
            full["seconds"],
            SECONDS,
            "s",
            counted,
        ),
        limit_figure(
            f"Recount from nothing, {kind}: memory", where, full["peak"], 0, "MB"
        ),
        limit_figure(
            f"Recount of a year that stands, {kind}",
            where,
            again["seconds"],
            SECONDS,
            "s",
        ),
        limit_figure(
            f"Recount after one fact, {kind}", where, one["seconds"] * 1000, 0, "ms"
        ),
        limit_figure(
            f"`recount --check`, {kind}", where, told["check"]["seconds"], SECONDS, "s"
        ),
    ]


def run(peer: float = 0) -> list[Figure]:
    return [*figures_on("SQLite"), *figures_on("PostgreSQL")]
