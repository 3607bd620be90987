"""积分：核对账目，更新榜单和勋章。"""

import argparse

import django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang points check` | `ankang points fold`"""
    verbs = parser.add_subparsers(dest="points_verb", required=True)
    verbs.add_parser("check", help="从每一笔记录重新相加，和账户、每日合计、榜单核对")
    verbs.add_parser("fold", help="马上更新榜单和勋章（后台每分钟自动做）")


def run(options: argparse.Namespace) -> int:
    """Status 1 if a kept sum is not the sum of its entries."""
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from ankang.points.services.boards import fold_boards  # noqa: PLC0415
    from ankang.points.services.checking import unfolded, wrong_sums  # noqa: PLC0415
    from ankang.points.services.medals import settle_medals  # noqa: PLC0415

    if options.points_verb == "fold":
        days = fold_boards(at=timezone.now())
        medals = settle_medals(at=timezone.now())
        print(f"榜单记入 {days} 人日，颁发勋章 {medals} 枚。")
        return 0
    wrong = 0
    for sentence in wrong_sums():
        print(sentence)
        wrong += 1
    if not wrong:
        print(f"全部相符；榜单还有 {unfolded()} 人日待记入。")
    return 1 if wrong else 0
