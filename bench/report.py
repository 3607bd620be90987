"""Figures, their targets, and docs/benchmarks.md."""

import os
import platform
import re
import sqlite3
import subprocess
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from bench.load import Result
from bench.servers import ROOT

REPORT = ROOT / "docs/benchmarks.md"
INTRODUCTION = """# Benchmarks

`make bench` measures and writes this page; `python -m bench NAME …` measures some of it
and leaves the other sections as they were; `python -m bench --help` lists the names.

**pin**: server and database on one core, load generator on another. **free**: all of them on
all cores. Closed loop: each connection asks again as soon as it is answered. A measurement
stops at the first bad answer, and writes count what is stored, not what was answered.
Absolute figures move with the machine; the ratios, taken in one run, move less.
"""
HEADINGS = {
    "beats": "Watch beats",
    "collector": "Watch beats in the collector",
    "boards": "Boards and points",
    "home": "Learner home",
    "overview": "City overview with 180,000 people",
    "roster": "Roster of 150,000 rows",
    "signals": "Signals: recall and false positives",
    "sealing": "Sealing the evidence log",
    "verify": "Export and verification of a year's log",
    "recount": "Counting a year of 180,000 people",
    "practice": "What 180,000 people still know, and figures of questions",
    "recall": "Spaced review: what is known after 90 days",
}


@dataclass(frozen=True)
class Figure:
    """One measured line. `met` is None where no target stands."""

    work: str
    placement: str
    text: str
    target: str = ""
    met: bool | None = None
    rate: float = 0.0
    peer: float = 0.0

    def cells(self) -> list[str]:
        verdict = {True: "met", False: "**missed**", None: ""}[self.met]
        ratio = f"{self.rate / self.peer:,.1f}x" if self.rate and self.peer else ""
        return [self.work, self.placement, self.text, self.target, verdict, ratio]


def rate_figure(
    work: str, placement: str, result: Result, *, floor: float = 0, peer: float = 0
) -> Figure:
    """A rate against the least that it should be, and against the peer."""
    if result.bad:
        met = False if floor else None
        return Figure(work, placement, f"**{result.row()}**", met=met)
    return Figure(
        work=work,
        placement=placement,
        text=result.row(),
        target=f"≥ {floor:,.0f}/s" if floor else "",
        met=result.rate >= floor if floor else None,
        rate=result.rate,
        peer=peer,
    )


def limit_figure(
    work: str, placement: str, value: float, limit: float, unit: str, note: str = ""
) -> Figure:
    """A figure against the most that it may be; no limit, no verdict."""
    digits = 1 if value < 100 else 0
    return Figure(
        work=work,
        placement=placement,
        text=f"{value:,.{digits}f} {unit}" + (f", {note}" if note else ""),
        target=f"≤ {limit:g} {unit}" if limit else "",
        met=value <= limit if limit else None,
    )


def processor() -> str:
    """The model of the first core, where the system tells."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()


def postgres_version() -> str:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        told = subprocess.run(
            [str(folder / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
        )
        return (
            told.stdout.split()[-1]
            if "(" not in told.stdout
            else told.stdout.split()[2]
        )
    return "none"


def circumstances() -> str:
    """Day, machine and versions, in one sentence each."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"Measured {datetime.now().astimezone():%d %B %Y} on {len(os.sched_getaffinity(0))} cores "
        f"({processor()}), {memory:.0f} GB of memory. "
        f"Python {platform.python_version()}, Django {version('django')}, "
        f"granian {version('granian')}, SQLite {sqlite3.sqlite_version}, "
        f"PostgreSQL {postgres_version()}."
    )


def table(figures: list[Figure]) -> str:
    heads = ["Work", "Placement", "Figure", "Target", "", "÷ Kolibri's update"]
    rows = [heads, ["---"] * len(heads), *(one.cells() for one in figures)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def section(figures: list[Figure]) -> str:
    missed = [
        f"- {one.work}: {one.text}, target {one.target}."
        for one in figures
        if one.met is False
    ]
    said = "\n\nTargets missed in this run:\n\n" + "\n".join(missed) if missed else ""
    return f"{circumstances()}\n\n{table(figures)}{said}\n"


def sections(text: str) -> dict[str, str]:
    """The page's sections by heading."""
    parts = re.split(r"^## (.+)\n\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def page(before: str, measured: dict[str, list[Figure]]) -> str:
    """The page with the new figures; sections that were not measured stay."""
    known = sections(before)
    known |= {HEADINGS[name]: section(figures) for name, figures in measured.items()}
    parts = [
        f"## {heading}\n\n{known[heading].strip()}\n"
        for heading in HEADINGS.values()
        if heading in known
    ]
    return "\n".join([INTRODUCTION, *parts])


def write(measured: dict[str, list[Figure]]) -> None:
    before = REPORT.read_text() if REPORT.exists() else ""
    REPORT.write_text(page(before, measured))
