"""The console at the size of a whole year: 180,000 people of 20,000 employers."""

import http.client
import statistics
import tempfile
import time
from pathlib import Path

from bench import servers
from bench.report import Figure, limit_figure

PEOPLE = 180_000
WARM_UPS = 2
TIMES = 20
LIMIT = 50


def measure(port: int, cookie: str, path: str) -> float:
    """Median milliseconds from the question to the whole answer, on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took = []
    for _ in range(WARM_UPS + TIMES):
        begun = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - begun)
        if answer.status != 200:
            raise SystemExit(f"{path}: HTTP {answer.status}")
    connection.close()
    return statistics.median(took[WARM_UPS:]) * 1000


def figures_on(kind: str) -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database(kind) as database,
    ):
        data = Path(folder)
        city = servers.prepare("city", str(PEOPLE), data=data, database=database)
        cookie, pages = city["cookie"], city["pages"]
        queries = servers.prepare(
            "queries", cookie, *pages.values(), data=data, database=database
        )
        with servers.ankang(data=data, database=database) as port:
            return [
                limit_figure(
                    f"{name}, {kind}",
                    "free, 1 connection",
                    measure(port, cookie, path),
                    LIMIT,
                    "ms",
                    f"{queries[path]} queries",
                )
                for name, path in pages.items()
            ]


def run(peer: float = 0) -> list[Figure]:
    return [*figures_on("SQLite"), *figures_on("PostgreSQL")]
