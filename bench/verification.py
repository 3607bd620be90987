"""A year's log of five million records: exported, and verified by verify.py alone."""

import sys
import tempfile
from pathlib import Path

from bench import servers
from bench.report import Figure, limit_figure
from bench.roster import whole_process
from bench.servers import pinned, two_cores
from bench.sizes import scaled

WHOLE = 185_000
PEOPLE = scaled(WHOLE)
MINUTES = 5


def figures_of(kind: str, people: int) -> list[Figure]:
    """The log of so many people, exported from the database and verified."""
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database(kind) as database,
    ):
        data, export = Path(folder), Path(folder) / "export"
        records = servers.prepare(
            "year-of-records", str(people), data=data, database=database
        )
        core, _ = two_cores()
        command = [sys.executable, "-m", "ankang", "evidence", "export", str(export)]
        exported = whole_process(command, data, database)
        command = [sys.executable, str(export / "verify.py")]
        verified = whole_process(pinned(command, core), data)
        packed = sum(file.stat().st_size for file in export.iterdir()) / 2**20
    what = f"{records:,} records of {people:,} people"
    where = f"free, {what}"
    seconds = MINUTES * 60
    return [
        limit_figure(f"`ankang evidence export`, {kind}", where, exported[0], 0, "s"),
        limit_figure(
            f"`ankang evidence export`, {kind}: memory", where, exported[1], 0, "MB"
        ),
        limit_figure("The export's size", where, packed, 0, "MB"),
        limit_figure("`verify.py`", f"one core, {what}", verified[0], seconds, "s"),
        limit_figure("`verify.py`: memory", f"one core, {what}", verified[1], 0, "MB"),
    ]


def run(peer: float = 0) -> list[Figure]:
    """A tenth first: what memory costs besides the people shows beside the whole."""
    return [
        *figures_of("SQLite", max(1, PEOPLE // 10)),
        *figures_of("PostgreSQL", PEOPLE),
    ]
