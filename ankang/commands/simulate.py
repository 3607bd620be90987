"""造一个模拟的城市：单位、职工和一年的学习，用来看每个页面装满的样子。"""

import argparse
import sys

import django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang simulate --employers N --workers M --days D --seed S --cheats C`"""
    parser.add_argument("--employers", type=int, default=200, help="单位数")
    parser.add_argument("--workers", type=int, default=2000, help="职工数")
    parser.add_argument("--days", type=int, default=107, help="学习分布在多少天里")
    parser.add_argument(
        "--seed", type=int, default=1, help="种子，同样的种子同样的城市"
    )
    parser.add_argument("--cheats", type=int, default=1, help="每种作弊各几起")


def run(options: argparse.Namespace) -> int:
    """Only into a demonstration city; status 1 otherwise."""
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from ankang.console.services.items import reckon_items  # noqa: PLC0415
    from ankang.console.simulation.city import Size, simulate_city  # noqa: PLC0415
    from ankang.core.errors import Refusal  # noqa: PLC0415
    from ankang.counting.recording import record_missing  # noqa: PLC0415
    from ankang.organizations.queries import current_city  # noqa: PLC0415
    from ankang.reports.services import reckon_retention  # noqa: PLC0415

    city = current_city()
    if city is None or not city.is_demo:
        print("只能在已装入的演示城市里模拟，不会往真实城市里写。", file=sys.stderr)
        return 1
    if not 1 <= options.employers <= min(options.workers, 99_999):
        print("单位数要在 1 到职工数之间，最多 99,999。", file=sys.stderr)
        return 1
    size = Size(
        options.employers, options.workers, options.days, options.seed, options.cheats
    )
    try:
        began = simulate_city(size=size, report=_show)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print("\n正在写入存证……", flush=True)
    record_missing()
    print("正在计算知识保持指数和试题统计……", flush=True)
    now = timezone.now()
    reckon_retention(at=now)
    reckon_items(at=now, report=lambda *_: None)
    print(f"{size.employers:,} 家单位，{size.workers:,} 人，开始学习 {began:,} 人。")
    return 0


def _show(done: int, total: int) -> None:
    print(f"\r职工 {done:,} / {total:,}", end="", flush=True)
