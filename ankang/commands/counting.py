"""计入人数：重新计算一个年度，或核对存下的结果。"""

import argparse
import sys

import django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang counting recount [--year Y] [--check]`"""
    parser.add_argument("act", choices=["recount"], help="重新计算")
    parser.add_argument("--year", type=int, help="年度，默认为当前年度")
    parser.add_argument("--check", action="store_true", help="只核对，不改动")


def run(options: argparse.Namespace) -> int:
    """Status 1 if a check finds a difference."""
    django.setup()
    from ankang.counting.services import recount_year, wrong_standings  # noqa: PLC0415
    from ankang.organizations.queries import current_city  # noqa: PLC0415

    city = current_city()
    year = options.year or (city.program_year if city else None)
    if year is None:
        print("还没有装入城市，请先运行 ankang load-city。", file=sys.stderr)
        return 1
    if not options.check:
        print(f"{year} 年度：开始学习 {recount_year(year=year):,} 人，已重新计算。")
        return 0
    wrong = wrong_standings(year)
    print(f"{year} 年度：{len(wrong):,} 人的结果与事实不一致。")
    return 1 if wrong else 0
