"""只启动一个收集进程：大批手机同时学习时，由它接收心跳。"""

import argparse
import os
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from ankang.commands.web import BACKLOG
from ankang.config.processes import die_with

PORT = 8100
METRICS_PORT_AFTER = 100
QUEUE = 10_000
SECONDS_TO_STOP = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang collect [--host H] [--port P] [--queue N] [--metrics-port P]`"""
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=PORT, help="端口")
    parser.add_argument(
        "--queue",
        type=int,
        default=QUEUE,
        help="最多同时等待的消息数，超过的请稍后再报",
    )
    parser.add_argument("--metrics-host", default="127.0.0.1", help="指标的监听地址")
    parser.add_argument(
        "--metrics-port", type=int, help="指标（/metrics）的端口，默认是端口加 100"
    )
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Collect until a signal, then answer what was accepted."""
    die_with(options.parent)
    server = Granian(
        "ankang.config.collector:Collector",
        address=options.host,
        port=options.port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        workers=1,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=SECONDS_TO_STOP,
    )
    parent = os.getpid()
    metrics_port = options.metrics_port or options.port + METRICS_PORT_AFTER

    def load(target: str) -> Callable[..., Any]:
        die_with(parent)
        import django  # noqa: PLC0415

        django.setup()
        from ankang.config.collector import Collector  # noqa: PLC0415

        return Collector(
            limit=options.queue, metrics_address=(options.metrics_host, metrics_port)
        )

    server.serve(target_loader=load)
    return 0
