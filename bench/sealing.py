"""Sealing 100,000 records that wait: positions, tiles, and a signed checkpoint."""

import tempfile
from pathlib import Path

from bench import servers
from bench.report import Figure, limit_figure
from bench.sizes import scaled

RECORDS = scaled(100_000)
SECONDS = 10


def figures_on(kind: str) -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database(kind) as database,
    ):
        data = Path(folder)
        servers.prepare("append-records", str(RECORDS), data=data, database=database)
        took = servers.prepare("seal-records", data=data, database=database)
    if (took["sealed"], took["signed"]) != (RECORDS, RECORDS):
        raise SystemExit(f"{took} instead of {RECORDS} sealed and signed")
    work = f"Seal {RECORDS:,} records, {kind}"
    rate = f"{RECORDS / took['seconds']:,.0f}/s"
    return [
        limit_figure(work, "free", took["seconds"], SECONDS, "s", rate),
        limit_figure(f"{work}: memory", "free", took["peak"], 0, "MB"),
    ]


def run(peer: float = 0) -> list[Figure]:
    return [*figures_on("SQLite"), *figures_on("PostgreSQL")]
