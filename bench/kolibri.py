"""The peer: progress updates of Kolibri, as installed by pip and with its own settings."""

import contextlib
import http.client
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

from bench import servers
from bench.load import Result, closed_loop, http_request

VERSION = "0.19.5"
LEARNERS = 32
CONNECTIONS = 16
SECONDS = 8.0
UPDATE = 15
PASSWORD = "learner-of-the-bench"  # noqa: S105
NODE = {
    "node_id": "1" * 32,
    "content_id": "2" * 32,
    "channel_id": "3" * 32,
    "kind": "video",
}
SET_UP = f"""
from kolibri.core.auth.models import Facility, FacilityUser
from kolibri.core.content.models import ChannelMetadata, ContentNode
facility = Facility.objects.get()
node = ContentNode.objects.create(
    id="{NODE["node_id"]}", content_id="{NODE["content_id"]}",
    channel_id="{NODE["channel_id"]}", kind="video", title="video", available=True,
)
ChannelMetadata.objects.create(
    id=node.channel_id, name="channel", min_schema_version="1", root=node
)
for number in range({LEARNERS}):
    FacilityUser.objects.create_user(
        f"learner{{number}}", password="{PASSWORD}", facility=facility
    )
"""


class NotMeasured(Exception):
    """The peer could not be installed here."""


def installed() -> Path:
    """The folder of Kolibri's commands: KOLIBRI_VENV, or our own in build/."""
    venv = Path(os.environ.get("KOLIBRI_VENV", servers.ROOT / "build/kolibri-venv"))
    if not (venv / "bin/kolibri").exists():
        pip = [str(venv / "bin/python"), "-m", "pip", "install", "--quiet"]
        options = ["--disable-pip-version-check", "--only-binary", ":all:"]
        try:
            subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
            subprocess.run(
                [*pip, *options, "setuptools<81", f"kolibri=={VERSION}"], check=True
            )
        except subprocess.CalledProcessError as refused:
            raise NotMeasured(f"Kolibri {VERSION} could not be installed") from refused
    return venv / "bin"


def environment(home: Path, port: int) -> dict[str, str]:
    """Kolibri's defaults, only quiet: no announcements, no word to its makers."""
    return {
        "KOLIBRI_HOME": str(home),
        "KOLIBRI_LISTEN_ADDRESS": "127.0.0.1",
        "KOLIBRI_HTTP_PORT": str(port),
        "KOLIBRI_ZIP_CONTENT_PORT": str(servers.free_port()),
        "KOLIBRI_ZEROCONF_ENABLED": "False",
        "KOLIBRI_DISABLE_PING": "True",
    }


def manage(command: Path, env: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [str(command), "manage", *arguments],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit((done.stdout + done.stderr)[-2000:])


def provision(command: Path, env: dict[str, str]) -> None:
    """A facility, its learners, and a video in a channel."""
    words = {
        "--facility": "bench",
        "--superusername": "admin",
        "--superuserpassword": PASSWORD,
        "--preset": "nonformal",
        "--language_id": "en",
    }
    options = [word for pair in words.items() for word in pair]
    manage(command, env, "provisiondevice", "--noinput", *options)
    manage(command, env, "shell", "-c", SET_UP)


class Browser:
    """One learner's cookies, as a browser would keep them."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}

    def headers(self) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
            "X-CSRFToken": self.cookies.get("kolibri_csrftoken", ""),
        }

    def ask(self, method: str, path: str, body: object = None) -> bytes:
        sent = None if body is None else json.dumps(body)
        self.connection.request(method, path, sent, self.headers())
        answer = self.connection.getresponse()
        text = answer.read()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {k: m.value for k, m in SimpleCookie(line).items()}
        if not 200 <= answer.status < 400:
            raise SystemExit(
                f"Kolibri: {method} {path}: {answer.status} {text[:300]!r}"
            )
        return text


def updates_of(port: int, number: int) -> bytes:
    """Sign in, start a session, and return the update that follows each 15 seconds."""
    browser = Browser(port)
    browser.ask("GET", "/en/auth/")
    learner = {"username": f"learner{number}", "password": PASSWORD}
    browser.ask("POST", "/api/auth/session/", learner)
    begun = json.loads(browser.ask("POST", "/api/logger/trackprogress/", NODE))
    browser.connection.close()
    update = {"progress_delta": 0.0001, "time_spent_delta": UPDATE}
    return http_request(
        f"/api/logger/trackprogress/{begun['session_id']}/",
        method="PUT",
        body=json.dumps(update).encode(),
        headers=browser.headers(),
    )


def measure(cores: str, generator: str, seconds: float = SECONDS) -> Result:
    """Progress updates per second; an error if what is stored is not what was sent.

    :raises NotMeasured: where Kolibri cannot be installed.
    """
    command = installed() / "kolibri"
    with tempfile.TemporaryDirectory(prefix="ankang-bench-kolibri-") as folder:
        home = Path(folder)
        port = servers.free_port()
        env = environment(home, port)
        provision(command, env)
        start = [str(command), "start", "--foreground"]
        with servers.process(
            servers.pinned(start, cores), env, port=port, path="/api/public/info/"
        ):
            updates = [updates_of(port, number) for number in range(LEARNERS)]
            streams: list[Iterator[bytes]] = [
                itertools.cycle(updates[n::CONNECTIONS]) for n in range(CONNECTIONS)
            ]
            result = closed_loop(port, streams, seconds, cores=generator)
        expected = len(result.latencies) * UPDATE
        stored = seconds_stored(home)
    if not result.bad and stored != [expected, expected]:
        result.bad = f"{expected} seconds answered, {stored} stored"
    return result


def seconds_stored(home: Path) -> list[float]:
    """Of all visits, and of all learners."""
    tables = ["logger_contentsessionlog", "logger_contentsummarylog"]
    with contextlib.closing(sqlite3.connect(home / "db.sqlite3")) as database:
        return [
            database.execute(f"SELECT sum(time_spent) FROM {table}").fetchone()[0]  # noqa: S608
            for table in tables
        ]
