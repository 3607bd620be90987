"""An employer's roster of 150,000 people: checked, compared, saved, and sent again."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import servers
from bench.report import Figure, limit_figure

ROWS = 150_000
SECONDS = 8
SECONDS_AGAIN = 5
MEGABYTES = 300


def whole_process(
    command: list[str], data: Path, database: str = ""
) -> tuple[float, float]:
    """Seconds, and peak megabytes, of a process from start to end."""
    begun = time.perf_counter()
    running = subprocess.Popen(
        command,
        env={**os.environ, **servers.environment(data, database)},
        cwd=servers.ROOT,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"{' '.join(command)}: exit status {running.returncode}")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def pair(
    work: str, where: str, seconds: float, peak: float, most_seconds: float
) -> list[Figure]:
    return [
        limit_figure(work, where, seconds, most_seconds, "s"),
        limit_figure(f"{work}: memory", where, peak, MEGABYTES, "MB"),
    ]


def same(found: object, expected: object, what: str) -> None:
    if found != expected:
        raise SystemExit(f"{what}: {found} instead of {expected}")


def figures_on(kind: str, file: Path) -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database(kind) as database,
    ):

        def ask(*words: str) -> Any:
            return servers.prepare(*words, data=Path(folder), database=database)

        first = str(ask("upload", str(file)))
        checked = ask("roster-check", first)
        same(checked["counts"]["new"], ROWS, "new people found")
        saved = ask("roster-save", first)
        same(saved["people"], ROWS, "people stored")
        again = str(ask("upload-again", first))
        rechecked = ask("roster-check", again)
        same(rechecked["counts"]["unchanged"], ROWS, "unchanged people found")
        resaved = ask("roster-save", again)
        same(resaved["people"], ROWS, "people stored after the second time")
    lines = [
        ("all checks, difference shown", checked, SECONDS),
        ("saved after that", saved, 0),
        ("unchanged again, all checks, difference shown", rechecked, SECONDS_AGAIN),
        ("unchanged again, saved", resaved, 0),
    ]
    return [
        figure
        for work, took, most in lines
        for figure in pair(
            f"{work}, {kind}", "free, worker", took["seconds"], took["peak"], most
        )
    ]


def run(peer: float = 0) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder:
        file = Path(folder) / "roster.xlsx"
        words = ["write-roster", str(file), str(ROWS)]
        servers.prepare(*words, data=Path(folder), database="")
        command = [sys.executable, "-m", "ankang", "roster", "check", str(file)]
        seconds, peak = whole_process(command, Path(folder))
        work = "`ankang roster check`, whole process, no database"
        return [
            *pair(work, "free", seconds, peak, SECONDS),
            *figures_on("SQLite", file),
            *figures_on("PostgreSQL", file),
        ]
