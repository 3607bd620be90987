"""诚信核查：查看一段时间的记录，找出信号。"""

import argparse
import sys
from datetime import date, timedelta

import django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang integrity scan [--since DAY] [--until DAY]`"""
    parser.add_argument("act", choices=["scan"], help="查找信号")
    parser.add_argument("--since", type=date.fromisoformat, help="从哪天起")
    parser.add_argument("--until", type=date.fromisoformat, help="到哪天止（含）")


def run(options: argparse.Namespace) -> int:
    """Status 1 if there is nothing to look through."""
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from ankang.integrity.services.scanning import (  # noqa: PLC0415
        days_to_scan,
        scan_day,
    )

    now = timezone.now()
    days = days_to_scan(now)
    since = options.since or (days[0] if days else None)
    until = options.until or (days[-1] if days else since)
    if since is None or until is None:
        print("没有需要查看的日期。", file=sys.stderr)
        return 1
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        print(f"{day}：新信号 {scan_day(day=day, at=now):,} 条")
    return 0
