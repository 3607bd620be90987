"""计入人数：重新计算一个年度，核对存下的结果，或抽样。"""

import argparse
import sys
from pathlib import Path

import django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang counting recount [--check]`, `ankang counting sample --seed S`"""
    parser.add_argument(
        "act", choices=["recount", "sample"], help="重新计算；按公开种子抽样"
    )
    parser.add_argument("--year", type=int, help="年度，默认为当前年度")
    parser.add_argument("--check", action="store_true", help="只核对，不改动")
    parser.add_argument("--seed", help="抽样的种子")
    parser.add_argument("--size", type=int, default=60, help="抽几人，默认 60")
    parser.add_argument(
        "--population",
        choices=["counted", "began"],
        default="counted",
        help="从已计入的人（默认）或开始学习的人中抽",
    )
    parser.add_argument("--district", help="只抽一个区市（行政区划代码）")
    parser.add_argument("--list", help="从下载的名单抽，不读数据库")


def run(options: argparse.Namespace) -> int:
    """Status 1 if a check finds a difference."""
    django.setup()
    return _sample(options) if options.act == "sample" else _recount(options)


def _year(options: argparse.Namespace) -> int | None:
    from ankang.organizations.queries import current_city  # noqa: PLC0415

    city = current_city()
    year: int | None = options.year or (city.program_year if city else None)
    if year is None:
        print("还没有装入城市，请先运行 ankang load-city。", file=sys.stderr)
    return year


def _recount(options: argparse.Namespace) -> int:
    from ankang.counting.services import recount_year, wrong_standings  # noqa: PLC0415

    year = _year(options)
    if year is None:
        return 1
    if not options.check:
        print(f"{year} 年度：开始学习 {recount_year(year=year):,} 人，已重新计算。")
        return 0
    wrong = wrong_standings(year)
    if not wrong:
        print(f"{year} 年度：从头重算，每个人的结果都与事实一致。")
        return 0
    print(f"{year} 年度：{len(wrong):,} 人的结果与事实不一致。")
    return 1


def _sample(options: argparse.Namespace) -> int:
    """Print the list's size and digest, then ticket and number of each person drawn."""
    from ankang.counting.drawing import draw, list_digest, list_text  # noqa: PLC0415

    if not options.seed:
        print("请用 --seed 写明种子。", file=sys.stderr)
        return 1
    numbers = _numbers(options)
    if numbers is None:
        return 1
    text = list_text(numbers)
    print(f"名单 {len(numbers)} 人，SHA-256 {list_digest(text)}")
    for number in draw(text.split(), seed=options.seed, size=options.size):
        print(*number)
    return 0


def _numbers(options: argparse.Namespace) -> list[str] | None:
    from ankang.counting.sampling import numbers_of  # noqa: PLC0415
    from ankang.organizations.models import District  # noqa: PLC0415

    if options.list:
        return Path(options.list).read_text(encoding="utf-8").split()
    year = _year(options)
    if year is None:
        return None
    district = None
    if options.district:
        district = District.objects.filter(code=options.district).first()
        if district is None:
            print(f"没有代码是 {options.district} 的区市。", file=sys.stderr)
            return None
    return numbers_of(year=year, population=options.population, district=district)
