"""How well signals tell cheats from honest people: a simulated city, every day scanned."""

import tempfile
from pathlib import Path
from typing import Any

from bench import servers
from bench.report import Figure, limit_figure

CITY = servers.ROOT / "cities/qingdao-2020"
PEOPLE = 180_000
LIMIT = 60  # the worker's tick comes each minute
DIVISORS = {
    "honest": "people",
    "examined": "people with a paper",
    "devices": "devices",
    "employers": "employers",
}


def share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}" + (f" ({part / whole:.1%})" if whole else "")


def figure_of(code: str, told: dict[str, Any], everyone: int) -> Figure:
    """One signal's line; its weakness is in it, not in a footnote."""
    parts = [
        f"found {share(told['found'], told['planted'])}",
        f"false {share(told['false'], everyone)} {DIVISORS[told['kind']]}",
    ]
    if told["alike"]:
        alike = share(told["alike_marked"], told["alike"])
        parts.append(f"honest look-alikes marked {alike}")
    if told["by"]:
        parts.append(
            "false by: " + ", ".join(way.replace("_", " ") for way in told["by"])
        )
    return Figure(work=code, placement="simulated", text="; ".join(parts))


def figures_of_city() -> list[Figure]:
    """Each signal against a simulated city whose cheats are known."""
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database("SQLite") as database,
    ):
        data = Path(folder)
        servers.python("ankang", "load-city", str(CITY), data=data, database=database)
        told = servers.prepare("suspicion", data=data, database=database)
    innocent = share(told["innocent"], told["honest"])
    return [
        *(
            figure_of(code, found, told[found["kind"]])
            for code, found in told["signals"].items()
        ),
        Figure("Honest people touched by any case", "simulated", innocent),
    ]


def figures_of_scan(kind: str) -> list[Figure]:
    """How long the look through a day takes with a whole year in the tables."""
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database(kind) as database,
    ):
        told = servers.prepare(
            "year-of-facts", str(PEOPLE), data=Path(folder), database=database
        )
    return [
        limit_figure(
            f"Scan of {name} day, {kind}",
            f"free, {PEOPLE:,} people in the year",
            told[key]["seconds"],
            LIMIT,
            "s",
            f"{told[key]['people']:,} people that day",
        )
        for name, key in (("a busy", "busy"), ("an ordinary", "ordinary"))
    ]


def run(peer: float = 0) -> list[Figure]:
    return [
        *figures_of_city(),
        *figures_of_scan("SQLite"),
        *figures_of_scan("PostgreSQL"),
    ]
