"""PostgreSQL servers of our own, from the system's binaries, for as long as a test runs."""

import atexit
import contextlib
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
    cluster = Cluster(folder)
    atexit.register(cluster.remove)
    cluster.start()
    return cluster.address


class Cluster:
    """A data folder, and the server on it, which may be killed and started again."""

    def __init__(self, programs: Path) -> None:
        """Make the data folder, with the programs of that version."""
        is_root = os.geteuid() == 0
        self._user = "postgres" if is_root else pwd.getpwuid(os.geteuid()).pw_name
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="ankang-postgres-"))
        if is_root:
            shutil.chown(self._folder, self._user, self._user)
        self._port = _free_port()
        self._server: subprocess.Popen[bytes] | None = None
        made = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            self._command("initdb", *made),
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
        )

    @property
    def address(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        where = ["-h", "127.0.0.1", "-p", str(self._port), "-k", str(self._folder)]
        with (self._folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                self._command("postgres", *where),
                stdout=log,
                stderr=log,
                cwd=self._folder,
            )
        self._wait(self._server)

    def kill(self) -> None:
        """End the server and every process of it at once, as a power cut would."""
        if self._server is None:
            return
        self._server.send_signal(signal.SIGSTOP)  # it starts no further process
        family = [self._server.pid, *_children(self._server.pid)]
        for process in family:
            # one may end by itself meanwhile
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._server.wait()
        until = time.monotonic() + PATIENCE
        while any(_is_alive(process) for process in family):
            if time.monotonic() > until:
                raise RuntimeError("PostgreSQL does not die")
            time.sleep(0.01)

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            try:
                self._server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._server.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _command(self, program: str, *arguments: str) -> list[str]:
        """PostgreSQL refuses to run as root; the kernel ends it together with us."""
        drop = []
        if os.geteuid() == 0:
            drop = [f"--reuid={self._user}", f"--regid={self._user}", "--init-groups"]
        where = ["-D", str(self._folder / "cluster")]
        program = str(self._programs / program)
        return ["setpriv", *drop, "--pdeathsig=INT", "--", program, *where, *arguments]

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        log = self._folder / "log"
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and server.poll() is None:
            with socket.socket() as probe:
                if (
                    probe.connect_ex(("127.0.0.1", self._port)) == 0
                    and b"ready to accept" in log.read_bytes()
                ):
                    return
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")


def _children(parent: int) -> list[int]:
    """The processes that this one has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        fields = _status_of(int(folder.name))
        if fields and int(fields[1]) == parent:
            found.append(int(folder.name))
    return found


def _is_alive(process: int) -> bool:
    fields = _status_of(process)
    return bool(fields) and fields[0] != "Z"


def _status_of(process: int) -> list[str]:
    """State, parent and so on of a process; nothing if it is gone."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return []
    return text.rsplit(")", 1)[1].split()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
