"""The real site as its users meet it: a data folder, a port, one command."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from ankang.config.env import ROOT

PATIENCE = 60.0
Found = TypeVar("Found")


class Site:
    """A data folder, a port, and the command that serves them."""

    def __init__(self, folder: Path, city: Path) -> None:
        self.data = folder / "data"
        self.city = city
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            **os.environ,
            "DEBUG": "1",
            "ANKANG_DEMO": "1",
            "ANKANG_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "ankang.config.settings",
            "PYTHONPATH": str(ROOT),
        }
        self.environment.pop("DATABASE_URL", None)
        self.log = folder / "serve.log"

    @contextmanager
    def served(self) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "ankang", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*command, "--first-city", str(self.city)],
                env=self.environment,
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        try:
            wait_for(self.is_healthy)
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=10)

    def is_healthy(self) -> bool:
        url = f"http://127.0.0.1:{self.port}/healthz"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def processes(self, verb: str = "") -> list[int]:
        """The living processes of this site, found by their data folder."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environment = (folder / "environ").read_bytes()
                command = (folder / "cmdline").read_bytes().split(b"\0")
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            is_ours = f"ANKANG_DATA={self.data}\0".encode() in environment + b"\0"
            if is_ours and state != "Z" and (not verb or verb.encode() in command):
                found.append(int(folder.name))
        return sorted(found)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        path = f"file:{self.data}/ankang.sqlite3?mode=ro"
        with closing(sqlite3.connect(path, uri=True, timeout=20)) as database:
            return list(database.execute(query))

    def python(self, code: str) -> None:
        setup = "import django; django.setup()\n"
        subprocess.run(
            [sys.executable, "-c", setup + code],
            env=self.environment,
            cwd=ROOT,
            check=True,
        )


def wait_for(ask: Callable[[], Found]) -> Found:
    """Ask until the answer is yes."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError("waited in vain")
