"""只启动网站进程。"""

import argparse
import os
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from ankang.config.processes import die_with

# Above the connections that may be open at once: thousands of phones that poll.
BACKLOG = 16384
SECONDS_TO_STOP = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang web [--host H] [--port P] [--workers N] [--threads N]`"""
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=8000, help="端口")
    parser.add_argument("--workers", type=int, default=1, help="网站进程数")
    parser.add_argument("--threads", type=int, default=8, help="每个进程的线程数")
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Serve until a signal."""
    die_with(options.parent)
    server = Granian(
        "ankang.config.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=SECONDS_TO_STOP,
    )
    parent = os.getpid()

    def load(target: str) -> Callable[..., Any]:
        die_with(parent)
        from ankang.config.wsgi import application  # noqa: PLC0415

        return application

    server.serve(target_loader=load)
    return 0
