"""A real collector beside a site, and many phones that send to it at once."""

import http.client
import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from ankang.config.env import ROOT
from tests.crowd import BEAT
from tests.site import Site, free_port, wait_for


@dataclass
class Collecting:
    """A collector's process, its port and that of its metrics."""

    site: Site
    port: int
    metrics_port: int
    process: subprocess.Popen[bytes]

    def is_healthy(self) -> bool:
        try:
            answer = ask(self.port, "GET", "/healthz")
        except (OSError, http.client.HTTPException):
            return False
        return answer.status == 200

    def metric(self, name: str) -> float:
        """One figure of `/metrics`; `name` with its labels as printed."""
        url = f"http://127.0.0.1:{self.metrics_port}/metrics"
        with urllib.request.urlopen(url, timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        figures = dict(
            line.rsplit(" ", 1) for line in lines if not line.startswith("#")
        )
        return float(figures.get(name, "0"))

    def ends(self) -> int:
        """How it ends on SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


@contextmanager
def collecting(site: Site, *options: str, port: int = 0) -> Iterator[Collecting]:
    """A collector on the site's database, until the block ends."""
    ours = port or free_port()
    metrics = free_port()
    where = ["--port", str(ours), "--metrics-port", str(metrics)]
    with site.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ankang", "collect", *where, *options],
            env=site.environment,
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
    started = Collecting(site, ours, metrics, process)
    try:
        wait_for(started.is_healthy)
        yield started
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


@dataclass(frozen=True)
class Said:
    """An answer as it came."""

    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def said(self) -> dict[str, object]:
        return dict(json.loads(self.text))


def ask(port: int, method: str, path: str, body: str = "") -> Said:
    """One request on a connection of its own."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as asked:
        asked.request(method, path, body or None)
        answer = asked.getresponse()
        return Said(answer.status, answer.headers, answer.read().decode())


def beats(token: str, *numbers: int) -> str:
    """A message: the beats of these numbers, 15 s each."""
    claim = {"rate": 1, "visible": True}
    return json.dumps(
        {
            "token": token,
            "beats": [
                {"sequence": one, "ranges": [[one * BEAT, (one + 1) * BEAT]], **claim}
                for one in numbers
            ],
        }
    )


def send(port: int, message: str) -> Said:
    return ask(port, "POST", "/learning/beats/", message)
