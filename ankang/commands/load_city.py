"""装入一个城市的资料夹：先检查全部文件，有错一条也不写入。"""

import argparse
import os
import sys
from pathlib import Path

import django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`ankang load-city FOLDER [--check] [--demo-password TEXT]`"""
    parser.add_argument("folder", type=Path, help="资料夹，例如 cities/某市-年份")
    parser.add_argument("--check", action="store_true", help="只检查，不写入")
    parser.add_argument(
        "--demo-password",
        default=os.environ.get("ANKANG_DEMO_PASSWORD", ""),
        help="演示城市新建管理账号的密码；不写就随机产生，只显示一次",
    )


def run(options: argparse.Namespace) -> int:
    """Status 1 if there is a mistake, with file and line of each."""
    django.setup()
    from ankang.config.database import prepare_database  # noqa: PLC0415

    if not options.check:
        prepare_database()
    return load(options.folder, options.demo_password, only_check=options.check)


def load(folder: Path, password: str, *, only_check: bool = False) -> int:
    """Check a folder and load it; Django is set up."""
    from django.utils import timezone  # noqa: PLC0415

    from ankang.console.cities.check import read_city  # noqa: PLC0415
    from ankang.console.cities.save import save_city, store_media  # noqa: PLC0415
    from ankang.core.errors import Refusal  # noqa: PLC0415

    spec, mistakes = read_city(folder)
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes:
        print(f"共 {len(mistakes)} 处错误，没有写入任何内容。", file=sys.stderr)
        return 1
    if only_check:
        print("检查通过。")
        return 0
    at = timezone.now()
    try:
        media = store_media(spec, at)
        demo_password = password if spec.city["is_demo"] else ""
        saving = save_city(spec=spec, media=media, password=demo_password, at=at)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    name = spec.city["name"]
    if not saving.changes:
        print(f"{name}：没有变化。")
        return 0
    print(
        f"{name}：已装入 "
        + "，".join(f"{key} {n}" for key, n in saving.changes.items())
    )
    if saving.passwords:
        print("新建管理账号的初始密码（只显示这一次）：")
        for username, made in saving.passwords.items():
            print(f"  {username:<12}{made}")
    return 0
