"""全市进展：与总览页同样的数字。"""

import argparse
import json
import sys

import django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang progress [--year Y] [--json]`"""
    parser.add_argument("--year", type=int, help="年度，默认为当前年度")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(options: argparse.Namespace) -> int:
    """Print the figures of the overview."""
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from ankang.organizations.queries import current_city  # noqa: PLC0415
    from ankang.reports.queries import overview  # noqa: PLC0415

    city = current_city()
    if city is None:
        print("还没有装入城市，请先运行 ankang load-city。", file=sys.stderr)
        return 1
    year = options.year or city.program_year
    figures = overview(year=year, at=timezone.now(), membership=None)
    if options.json:
        print(json.dumps(figures.as_json(), ensure_ascii=False, indent=2))
        return 0
    print(f"{year} 年度，{city.name}")
    print(f"开始学习 {figures.began:,} 人 = 计入 {figures.counted:,}", end="")
    print(f" + 未计入 {figures.excluded:,}")
    if figures.pace:
        print(f"目标 {figures.pace.people:,}，进度线 {figures.pace.expected:,}", end="")
        left = figures.pace.days_left
        print(f"，还有 {left} 天" if left >= 0 else f"，已截止 {-left:,} 天")
    for line in figures.reasons:
        print(f"  {line.name} {line.people:,}")
    for district in figures.districts:
        print(f"  {district.name} {district.counted:,} / {district.quota:,}")
    return 0
