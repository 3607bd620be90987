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
from typing import Any, TypeVar

import psycopg

from ankang.config.env import ROOT

PATIENCE = 120.0
Found = TypeVar("Found")


class Site:
    """A data folder, a port, and the command that serves them."""

    def __init__(self, folder: Path, city: Path, *, database: str = "") -> None:
        """On SQLite in the data folder unless a database's address is given."""
        self.data = folder / "data"
        self.city = city
        self.port = free_port()
        self.environment = {
            **os.environ,
            "DEBUG": "1",
            "ANKANG_DEMO": "1",
            "ANKANG_DATA": str(self.data),
            "DJANGO_SETTINGS_MODULE": "ankang.config.settings",
            "PYTHONPATH": str(ROOT),
        }
        self.environment.pop("DATABASE_URL", None)
        if database:
            self.environment["DATABASE_URL"] = database
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
            process.wait(timeout=30)

    def is_healthy(self) -> bool:
        return self.get("/healthz") is not None

    def get(self, path: str) -> str | None:
        """The text of a page that is open to everybody; None if it does not come."""
        url = f"http://127.0.0.1:{self.port}{path}"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            return None

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

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database answers, past the site."""
        if address := self.environment.get("DATABASE_URL"):
            with psycopg.connect(address) as server:
                return server.execute(query.encode()).fetchall()
        path = f"file:{self.data}/ankang.sqlite3?mode=ro"
        with closing(sqlite3.connect(path, uri=True, timeout=20)) as database:
            return list(database.execute(query))

    def python(self, code: str) -> str:
        """Run code inside the site; what it printed."""
        setup = "import django; django.setup()\n"
        return self.run("-c", setup + code)

    def run(self, *arguments: str) -> str:
        """Run Python with the site's environment, without error; what it printed."""
        ended = subprocess.run(
            [sys.executable, *arguments],
            env=self.environment,
            cwd=ROOT,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert ended.returncode == 0, ended.stdout
        return ended.stdout


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(ask: Callable[[], Found]) -> Found:
    """Ask until the answer is yes."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError("waited in vain")
