"""名册：检查文件，或导入到一个用人单位"""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ankang.rosters.check import CheckedRoster, Fault, check_roster_file

SHANGHAI = ZoneInfo("Asia/Shanghai")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check` needs no database; `import` saves."""
    acts = parser.add_subparsers(dest="act", required=True)
    check = acts.add_parser("check", help="只检查，不需要数据库")
    check.add_argument("file", type=Path, help=".xlsx、.xls 或 .csv 名册")
    check.add_argument("--format", choices=["json", "text"], default="text")
    save = acts.add_parser("import", help="检查并导入")
    save.add_argument("file", type=Path, help=".xlsx、.xls 或 .csv 名册")
    save.add_argument("--employer", required=True, help="统一社会信用代码")
    save.add_argument("--skip-bad", action="store_true", help="略过有错的行")
    save.add_argument("--left", action="store_true", help="名册里没有的人按离职处理")
    save.add_argument(
        "--correct-ids", action="store_true", help="证件号码只差一位的按更正处理"
    )


def run(options: argparse.Namespace) -> int:
    """0 if all is well, 1 if a row is bad, 2 if there is no such file."""
    try:
        content = options.file.read_bytes()
    except OSError as error:
        print(f"读不到文件 {options.file}：{error.strerror}", file=sys.stderr)
        return 2
    if options.act == "check":
        return _check(content, options.format)
    return _import(content, options)


def _check(content: bytes, form: str) -> int:
    checked = check_roster_file(content, on=datetime.now(SHANGHAI).date())
    if form == "json":
        report = {
            "rows": checked.total,
            "errors": [fault.as_json() for fault in checked.errors],
            "warnings": [fault.as_json() for fault in checked.warnings],
        }
        print(json.dumps(report, ensure_ascii=False))
    else:
        _print_faults(checked)
    return 1 if checked.errors else 0


def _print_faults(checked: CheckedRoster) -> None:
    for fault in checked.errors:
        print(_line("错误", fault))
    for fault in checked.warnings:
        print(_line("提醒", fault))
    print(
        f"共 {checked.total:,} 行，{len(checked.bad_rows()):,} 行有错，"
        f"{len(checked.warnings):,} 处提醒。"
    )


def _line(word: str, fault: Fault) -> str:
    place = f"第 {fault.row} 行 {fault.column}".strip() if fault.row else "文件"
    value = f"（{fault.value}）" if fault.value else ""
    return (
        f"{word} {place}{value}：{fault.message}。{fault.advice}。[{fault.code.value}]"
    )


def _import(content: bytes, options: argparse.Namespace) -> int:
    import django  # noqa: PLC0415

    django.setup()
    from ankang.rosters.command import import_file  # noqa: PLC0415
    from ankang.rosters.services.saving import Decision  # noqa: PLC0415

    chosen = {
        Decision.SKIP_BAD: options.skip_bad,
        Decision.END_LEFT: options.left,
        Decision.CORRECT_IDS: options.correct_ids,
    }
    return import_file(
        content=content,
        credit_code=options.employer,
        decisions=frozenset(one for one, is_chosen in chosen.items() if is_chosen),
    )
