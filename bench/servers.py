"""Servers to measure, each with its own data folder, pinned to one core or free."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

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
def process(command: list[str], env: dict[str, str], ready: str) -> Iterator[None]:
    """A server process, ended with all its children when the block ends."""
    log = tempfile.TemporaryFile()
    running = subprocess.Popen(
        command,
        env={**os.environ, **env},
        stdout=log,
        stderr=log,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        wait_for(ready, running, log)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGTERM)
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
        log.close()


def wait_for(url: str, running: subprocess.Popen[bytes], log: "object") -> None:
    """Until the address answers anything at all."""
    for _ in range(STARTUP_SECONDS * 5):
        if running.poll() is not None:
            log.seek(0)  # type: ignore[attr-defined]
            raise SystemExit(log.read().decode()[-2000:])  # type: ignore[attr-defined]
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"{url} did not come up")


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A throw-away PostgreSQL of Debian's package; its address."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        raise SystemExit("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="ankang-bench-pg-"))
    shutil.chown(folder, "postgres")
    port = free_port()
    data = folder / "data"

    def as_postgres(*command: str) -> None:
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        subprocess.run(
            [*(user if os.getuid() == 0 else []), *command],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )

    control = str(binaries[-1] / "pg_ctl")
    as_postgres(
        str(binaries[-1] / "initdb"), "-D", str(data), "-A", "trust", "-U", "ankang"
    )
    options = (
        f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c shared_buffers=256MB"
    )
    as_postgres(
        control,
        "-D",
        str(data),
        "-w",
        "-l",
        str(folder / "log"),
        "-o",
        options,
        "start",
    )
    try:
        yield f"postgres://ankang@127.0.0.1:{port}/postgres"
    finally:
        as_postgres(control, "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def repin_postgres(address: str, cores: str) -> None:
    """Put a running PostgreSQL, and what it will start, on the same core as the web."""
    port = address.rsplit(":", 1)[1].split("/", maxsplit=1)[0]
    found = subprocess.run(
        ["pgrep", "-f", f"postgres.* -p {port}"],
        capture_output=True,
        text=True,
        check=False,
    )
    for pid in found.stdout.split():
        subprocess.run(
            ["taskset", "-a", "-cp", cores, pid], stdout=subprocess.DEVNULL, check=False
        )


@contextlib.contextmanager
def ankang(*, data: Path, database: str, cores: str, threads: int = 4) -> Iterator[int]:
    """The web process as in production (DEBUG off); its port."""
    port = free_port()
    env = environment(data, database)
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        str(threads),
        "--backlog",
        "2048",
        "--backpressure",
        "512",
        "--log-level",
        "error",
        "ankang.config.wsgi:application",
    ]
    with process(pinned(command, cores), env, f"http://127.0.0.1:{port}/healthz"):
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


def run_here(script: str, *arguments: str, data: Path, database: str) -> str:
    """Run a bench script with Django set up against this database; its output."""
    done = subprocess.run(
        [sys.executable, "-m", script, *arguments],
        env={**os.environ, **environment(data, database)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout
