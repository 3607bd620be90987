"""Watch beats in the main process, beside Kolibri's progress update.

Every answer is held against the stored seconds.
"""

import itertools
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import kolibri, servers
from bench.load import Result, closed_loop, http_request
from bench.report import Figure, rate_figure

LEARNERS = 400
CONNECTIONS = 16
SECONDS = 8.0
BEAT = 15
TARGET = 1500


def beats_of(tokens: list[str]) -> Iterator[bytes]:
    """Each learner's next 15 seconds, in turn."""
    for sequence in itertools.count():
        start = sequence * BEAT
        for token in tokens:
            claim = {
                "sequence": sequence,
                "rate": 1,
                "visible": True,
                "ranges": [[start, start + BEAT]],
            }
            body = json.dumps({"token": token, "beats": [claim]}).encode()
            yield http_request("/learning/beats/", method="POST", body=body)


def measure(kind: str, cores: str, generator: str) -> Result:
    """Beats per second; an error if a stored second is missing or doubled."""
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database(kind, cores) as database,
    ):
        data = Path(folder)
        tokens = [
            entry["token"]
            for entry in servers.prepare(
                "learners", str(LEARNERS), data=data, database=database
            )
        ]
        with servers.ankang(data=data, database=database, cores=cores) as port:
            streams = [beats_of(tokens[n::CONNECTIONS]) for n in range(CONNECTIONS)]
            result = closed_loop(port, streams, SECONDS, cores=generator)
        stored = servers.prepare("stored", data=data, database=database)
    expected = len(result.latencies) * BEAT
    if not result.bad and stored != {"credited": expected, "bits": expected}:
        result.bad = f"{expected} seconds answered, {stored} stored"
    return result


def run(peer: float = 0) -> list[Figure]:
    """The peer first, so that the others have something to be compared with."""
    server, generator = servers.two_cores()
    where = f"pin, {CONNECTIONS} connections"
    work = f"Kolibri {kolibri.VERSION}: progress update, SQLite"
    try:
        figures = [rate_figure(work, where, kolibri.measure(server, generator))]
    except kolibri.NotMeasured as reason:
        print(f"*** {reason} ***", file=sys.stderr)
        figures = [Figure(work, where, f"**not measured**: {reason}")]
    peer = figures[0].rate or peer
    for kind in ("SQLite", "PostgreSQL"):
        result = measure(kind, server, generator)
        work = f"Watch beat with all its rules, main process, {kind}"
        floor = TARGET if kind == "SQLite" else 0
        figures.append(rate_figure(work, where, result, floor=floor, peer=peer))
    return figures
