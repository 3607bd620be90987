"""How well signals tell cheats from honest people: a simulated city, every day scanned."""

import tempfile
from pathlib import Path
from typing import Any

from bench import servers
from bench.report import Figure, limit_figure

CITY = servers.ROOT / "cities/qingdao-2020"
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


def run(peer: float = 0) -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database("SQLite") as database,
    ):
        data = Path(folder)
        servers.python("ankang", "load-city", str(CITY), data=data, database=database)
        told = servers.prepare("suspicion", data=data, database=database)
    figures = [
        figure_of(code, found, told[found["kind"]])
        for code, found in told["signals"].items()
    ]
    each = told["seconds"] / told["days"]
    note = f"{told['days']} days, {told['honest']:,} honest people"
    return [*figures, limit_figure("Scan of a day", "free", each, 0, "s", note)]
