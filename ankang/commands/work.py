"""只启动后台进程。"""

import argparse

import django

from ankang.commands.tick import FIRST_LOOK_BACK, Ticker
from ankang.config.processes import die_with


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang work`"""
    parser.add_argument("--name", default="", help="进程名，默认自动取")
    parser.add_argument("--replaces", default="", help=argparse.SUPPRESS)
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Do background work until a signal."""
    die_with(options.parent)
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from ankang.jobs.services import requeue_of  # noqa: PLC0415
    from ankang.jobs.worker import new_worker_name, work  # noqa: PLC0415

    if options.replaces:
        requeue_of(options.replaces, timezone.now())
    ticker = Ticker(since=timezone.now() - FIRST_LOOK_BACK)
    work(options.name or new_worker_name(), ticker.tick)
    return 0
