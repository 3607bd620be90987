"""The learner's home page, signed in, and how many queries it takes."""

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import servers
from bench.load import Result, closed_loop, http_request
from bench.report import Figure, limit_figure, rate_figure

LEARNERS = 400
CONNECTIONS = 32
SECONDS = 8.0
TARGET = 1000
MOST_QUERIES = 5


def measure(kind: str, workers: int) -> tuple[Result, int]:
    """Pages per second by the clock, and the queries of one page when warm."""
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database(kind) as database,
    ):
        data = Path(folder)
        learners = servers.prepare(
            "learners", str(LEARNERS), data=data, database=database
        )
        cookies = [entry["cookie"] for entry in learners]
        queries = servers.prepare(
            "queries", cookies[0], "/", data=data, database=database
        )
        pages = [
            http_request("/", headers={"Cookie": f"sessionid={cookie}"})
            for cookie in cookies
        ]
        streams: list[Iterator[bytes]] = [
            itertools.cycle(pages[n::CONNECTIONS]) for n in range(CONNECTIONS)
        ]
        with servers.ankang(data=data, database=database, workers=workers) as port:
            closed_loop(port, streams, 1.0)
            return closed_loop(port, streams, SECONDS), queries["/"]


def run(peer: float = 0) -> list[Figure]:
    figures = []
    for kind, workers in (("SQLite", 1), ("PostgreSQL", 2)):
        result, queries = measure(kind, workers)
        processes = "1 process" if workers == 1 else f"{workers} processes"
        where = f"free, {CONNECTIONS} connections, {processes}"
        floor = TARGET if kind == "PostgreSQL" else 0
        work = f"Learner home, signed in, {kind}"
        figures += [
            rate_figure(work, where, result, floor=floor, peer=peer),
            limit_figure(f"{work}, warm", "", queries, MOST_QUERIES, "queries"),
        ]
    return figures
