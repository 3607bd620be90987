"""Watch beats in the main process, every answer checked against the stored seconds."""

import itertools
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import servers
from bench.load import Result, closed_loop, http_request

LEARNERS = 400
CONNECTIONS = 16
SECONDS = 8.0
BEAT = 15


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


def measure(database: str, cores: str) -> Result:
    """Beats per second; stops with an error if a stored second is missing or doubled."""
    with tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder:
        data = Path(folder)
        out = servers.run_here(
            "bench.prepare", "learners", str(LEARNERS), data=data, database=database
        )
        tokens = [entry["token"] for entry in json.loads(out)]
        if database:
            servers.repin_postgres(database, cores)
        with servers.ankang(data=data, database=database, cores=cores) as port:
            streams = [beats_of(tokens[n::CONNECTIONS]) for n in range(CONNECTIONS)]
            result = closed_loop(port, streams, SECONDS)
        stored = json.loads(
            servers.run_here("bench.prepare", "stored", data=data, database=database)
        )
    expected = len(result.latencies) * BEAT
    if stored["credited"] != expected or stored["bits"] != expected:
        result.bad = f"{expected} seconds answered, {stored} stored"
    return result
