"""启动网站和后台进程；第一次启动时建库并装入城市资料。"""

import argparse
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import django

SECONDS_TO_STOP = 1.5
SECONDS_TO_ANSWER = 60.0
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
LIVED_WELL_SECONDS = 30.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang serve [--first-city FOLDER] [--host H] [--port P] ...`"""
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=8000, help="端口")
    parser.add_argument("--first-city", type=Path, help="还没有城市时装入的资料夹")
    parser.add_argument("--workers", type=int, default=1, help="网站进程数")
    parser.add_argument("--threads", type=int, default=8, help="每个网站进程的线程数")


def run(options: argparse.Namespace) -> int:
    """Prepare the data folder, then keep web and worker alive until a signal."""
    if not _is_port_free(options.host, options.port):
        print(
            f"端口 {options.port} 已被占用，可以换一个：make run PORT={options.port + 1}",
            file=sys.stderr,
        )
        return 1
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    django.setup()
    status = _prepare(options.first_city)
    if status or stop.is_set():
        return status
    children = [_web(options), Worker("work", [])]
    try:
        for child in children:
            child.start()
        _announce(options, stop)
        while not stop.wait(0.1):
            for child in children:
                child.look_after()
    finally:
        _stop(children)
    return 0


@dataclass
class Child:
    """A process that is started again, with growing pauses, whenever it ends."""

    verb: str
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start it as the leader of its own group: Ctrl-C reaches only the parent."""
        command = [sys.executable, "-m", "ankang", self.verb, *self.arguments]
        self.process = subprocess.Popen(  # noqa: S603
            [*command, "--parent", str(os.getpid())], start_new_session=True
        )
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Start it again once its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
        elif self.process.poll() is not None:
            self.sweep()
            if now - self.started > LIVED_WELL_SECONDS:
                self.pause = FIRST_PAUSE
            print(
                f"进程 {self.verb} 意外结束，{self.pause:g} 秒后重新启动。",
                file=sys.stderr,
            )
            self.process, self.due = None, now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def sweep(self) -> None:
        """End whatever is left of its group."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return


class Worker(Child):
    """The worker tells its successor its name, so that its job is taken over at once."""

    name = ""

    def start(self) -> None:
        """Start it under a new name."""
        before, self.name = (
            self.name,
            f"{socket.gethostname()[:40]}-{secrets.token_hex(4)}",
        )
        self.arguments = ["--name", self.name, "--replaces", before]
        super().start()


def _web(options: argparse.Namespace) -> Child:
    names = ("host", "port", "workers", "threads")
    return Child(
        "web",
        [part for name in names for part in (f"--{name}", str(getattr(options, name)))],
    )


def _prepare(first_city: Path | None) -> int:
    """Bring the database up to date; load the first city if there is none."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    from ankang.config.database import prepare_database  # noqa: PLC0415
    from ankang.organizations.queries import current_city  # noqa: PLC0415

    prepare_database()
    city = current_city()
    if city is None and first_city is not None:
        from ankang.commands.load_city import load  # noqa: PLC0415

        print("正在装入城市资料……", flush=True)
        if load(first_city, os.environ.get("ANKANG_DEMO_PASSWORD", "")):
            return 1
        city = current_city()
    connections.close_all()
    if city is not None and not city.is_demo and settings.DEMO and not settings.DEBUG:
        print(
            f"{city.name}是正式数据，不能用演示模式启动。请去掉环境变量 ANKANG_DEMO。",
            file=sys.stderr,
        )
        return 1
    return 0


def _announce(options: argparse.Namespace, stop: threading.Event) -> None:
    """Print where everything is as soon as the site answers."""
    from django.conf import settings  # noqa: PLC0415

    until = time.monotonic() + SECONDS_TO_ANSWER
    while _is_port_free(options.host, options.port):
        if stop.wait(0.05) or time.monotonic() > until:
            return
    host = "127.0.0.1" if options.host in {"0.0.0.0", "::"} else options.host  # noqa: S104
    site = f"http://{host}:{options.port}"
    lines = [f"学员端    {site}/", f"管理台    {site}/console/"]
    if settings.DEMO:
        lines.append(f"演示入口  {site}/demo/  （点一下换一个角色，不用密码）")
        lines += _demo_accounts()
    lines.append("按 Ctrl-C 停止")
    print("\n".join(lines), flush=True)


def _demo_accounts() -> list[str]:
    from django.db import connections  # noqa: PLC0415

    from ankang.organizations.models import Membership  # noqa: PLC0415

    memberships = Membership.objects.filter(ended_at=None).select_related(
        "user", "department", "district", "employer", "provider"
    )
    lines = [
        f"  {one.user.username:<12}{one.label()}"
        for one in memberships.order_by("pk")[:20]
    ]
    connections.close_all()
    return ["演示账号", *lines] if lines else []


def _is_port_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host if host != "0.0.0.0" else "127.0.0.1", port)) != 0  # noqa: S104


def _stop(children: list[Child]) -> None:
    """Ask all to end, and end those that do not within their time."""
    living = [child.process for child in children if child.process is not None]
    for process in living:
        process.terminate()
    until = time.monotonic() + SECONDS_TO_STOP
    for process in living:
        try:
            process.wait(timeout=max(until - time.monotonic(), 0.01))
        except subprocess.TimeoutExpired:
            process.kill()
    for child in children:
        child.sweep()
