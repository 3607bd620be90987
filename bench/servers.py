"""Servers to measure, each with its own data folder, pinned to one core or free."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
STARTUP_SECONDS = 60


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def pinned(command: list[str], cores: str) -> list[str]:
    """The command on these cores; free when none are named."""
    return ["taskset", "-c", cores, *command] if cores else command


@contextlib.contextmanager
def process(
    command: list[str], env: dict[str, str], *, port: int, path: str
) -> Iterator[None]:
    """A server process, ended with all its children when the block ends."""
    with tempfile.TemporaryFile() as log:
        running = subprocess.Popen(
            command,
            env={**os.environ, **env},
            stdout=log,
            stderr=log,
            cwd=ROOT,
            start_new_session=True,
        )
        try:
            wait_for(port, path, running, log)
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGTERM)
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()


def wait_for(
    port: int, path: str, running: subprocess.Popen[bytes], log: IO[bytes]
) -> None:
    """Until the server answers anything at all."""
    for _ in range(STARTUP_SECONDS * 5):
        if running.poll() is not None:
            log.seek(0)
            raise SystemExit(log.read().decode()[-2000:])
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            asked.request("GET", path)
            asked.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
        else:
            return
        finally:
            asked.close()
    raise SystemExit(f"nothing came up on port {port}")


@contextlib.contextmanager
def postgres(cores: str = "") -> Iterator[str]:
    """A throw-away PostgreSQL of Debian's package on these cores; its address."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        raise SystemExit("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="ankang-bench-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    port = free_port()
    data = str(folder / "data")

    def as_postgres(tool: str, *arguments: str) -> None:
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        command = [str(binaries[-1] / tool), "-D", data, *arguments]
        subprocess.run(
            pinned([*(user if os.getuid() == 0 else []), *command], cores),
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )

    as_postgres("initdb", "-A", "trust", "-U", "ankang")
    options = (
        f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c shared_buffers=256MB"
    )
    as_postgres("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgres://ankang@127.0.0.1:{port}/postgres"
    finally:
        as_postgres("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def database(kind: str, cores: str = "") -> Iterator[str]:
    """The address of an empty database: none for SQLite, which lies in the data folder."""
    if kind == "SQLite":
        yield ""
        return
    with postgres(cores) as address:
        yield address


@contextlib.contextmanager
def ankang(
    *, data: Path, database: str, cores: str = "", workers: int = 1
) -> Iterator[int]:
    """The web process as in production (DEBUG off); its port."""
    port = free_port()
    where = ["--port", str(port), "--workers", str(workers)]
    command = [sys.executable, "-m", "ankang", "web", *where]
    env = environment(data, database)
    with process(pinned(command, cores), env, port=port, path="/healthz"):
        yield port


def environment(data: Path, database: str) -> dict[str, str]:
    env = {
        "DEBUG": "0",
        "SECRET_KEY": "bench",
        "ANKANG_DATA": str(data),
        "ALLOWED_HOSTS": "127.0.0.1",
        "BEHIND_HTTPS": "0",
        "SMS_SENDER": "file",
    }
    return {**env, "DATABASE_URL": database} if database else env


def collect_static() -> None:
    """Gather the static files as production does; pages name them by content."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["django", "collectstatic", "--noinput", "-v0"]
        settings = "--settings=ankang.config.settings"
        python(*command, settings, data=Path(folder), database="")


def two_cores() -> tuple[str, str]:
    """One for server and database, one for the generator; none where there is one."""
    cores = sorted(os.sched_getaffinity(0))
    return (str(cores[0]), str(cores[1])) if len(cores) > 1 else ("", "")


def python(*arguments: str, data: Path, database: str) -> str:
    """Run a module in a process of its own against this database; its output."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        env={**os.environ, **environment(data, database)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout


def prepare(*arguments: str, data: Path, database: str) -> Any:
    """What `bench.prepare` answers."""
    return json.loads(python("bench.prepare", *arguments, data=data, database=database))
