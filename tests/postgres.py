"""A PostgreSQL of our own for one test run, from the system's binaries."""

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql")
PATIENCE = 60.0


def binaries() -> Path | None:
    """The folder of the newest version installed, or None."""
    versions = [one for one in BINARIES.glob("*/bin") if (one / "initdb").exists()]
    return max(versions, key=lambda one: float(one.parent.name), default=None)


def throw_away_cluster(folder: Path) -> str:
    """Start a cluster on a free port of this machine; its address as DATABASE_URL.

    It is stopped and removed when this process ends, however that happens.
    """
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    data = Path(tempfile.mkdtemp(prefix="ankang-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(data, user, user)
    cluster = data / "cluster"
    port = _free_port()
    made = ["-D", str(cluster), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run(
        _as_user(user, folder / "initdb", *made, "--locale=C.UTF-8"),
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=data,
    )
    listening = ["-h", "127.0.0.1", "-p", str(port), "-k", str(data)]
    with (data / "log").open("wb") as log:
        server = subprocess.Popen(
            _as_user(user, folder / "postgres", "-D", str(cluster), *listening),
            stdout=log,
            stderr=log,
            cwd=data,
        )
    atexit.register(_stop, server, data)
    _wait(server, port, data / "log")
    return f"postgres://postgres@127.0.0.1:{port}/postgres"


def _as_user(user: str, program: Path, *arguments: str) -> list[str]:
    """PostgreSQL refuses to run as root; the kernel ends it together with us."""
    drop = []
    if os.geteuid() == 0:
        drop = [f"--reuid={user}", f"--regid={user}", "--init-groups"]
    return ["setpriv", *drop, "--pdeathsig=INT", "--", str(program), *arguments]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if (
                probe.connect_ex(("127.0.0.1", port)) == 0
                and b"ready to accept" in log.read_bytes()
            ):
                return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")


def _stop(server: subprocess.Popen[bytes], data: Path) -> None:
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
    shutil.rmtree(data, ignore_errors=True)
