"""存证：封存、导出、核验，查看和更换签名密钥。"""

import argparse
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import django

from ankang.core.errors import Refusal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`verify` needs no database."""
    acts = parser.add_subparsers(dest="act", required=True)
    export = acts.add_parser(
        "export", help="公布计数、封存后导出全部记录，供他人独立核验"
    )
    export.add_argument("folder", type=Path, metavar="DIR", help="新的或空的目录")
    verify = acts.add_parser("verify", help="核验一份导出，不需要数据库")
    verify.add_argument(
        "folder", type=Path, nargs="?", metavar="DIR", help="导出的目录"
    )
    verify.add_argument("--proof", type=Path, help="只核验这份证明或一人一档")
    verify.add_argument("--keys", type=Path, help="自己另行取得的公钥文件")
    verify.add_argument("--checkpoint", type=Path, help="自己以前保存的检查点文件")
    acts.add_parser("seal", help="现在就封存新记录，签发检查点")
    acts.add_parser("keys", help="列出签过名的公钥")
    rotate = acts.add_parser("rotate", help="换一把签名密钥，旧的继续同签一段时间")
    rotate.add_argument("--reason", required=True, help="更换原因，记入审计日志")
    rotate.add_argument(
        "--at-once", action="store_true", help="旧密钥立即停用：密钥环已丢失或泄露时用"
    )
    acts.add_parser("record", help="补登台账里有、存证里没有的事实")


def run(options: argparse.Namespace) -> int:
    """0 if done, 1 if a check fails or the act is refused."""
    if options.act == "verify":
        return _verify(options)
    django.setup()
    try:
        ACTS[options.act](options)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def _verify(options: argparse.Namespace) -> int:
    from ankang.evidence.verify import main  # noqa: PLC0415

    if not (options.folder or options.proof):
        print("请写导出的目录，或用 --proof 指定证明文件。", file=sys.stderr)
        return 1
    arguments = [str(options.folder)] if options.folder else []
    for name in ("proof", "keys", "checkpoint"):
        if getattr(options, name):
            arguments += [f"--{name}", str(getattr(options, name))]
    return main(arguments)


def _export(options: argparse.Namespace) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from ankang.counting.stating import state_counts  # noqa: PLC0415
    from ankang.evidence.export import export_log  # noqa: PLC0415

    state_counts(at=timezone.now())
    checkpoint = export_log(folder=options.folder, report=_show_progress)
    print(f"已导出 {checkpoint.size:,} 条记录到 {options.folder}。")
    print(f"核验：python {options.folder / 'verify.py'}")


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r{done:,} / {total:,} 条", end=end, file=sys.stderr, flush=True)


def _seal(_options: argparse.Namespace) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from ankang.evidence.services import seal  # noqa: PLC0415

    checkpoint = seal(at=timezone.now())
    if checkpoint is None:
        print("没有新的记录要封存。")
    else:
        print(checkpoint.note, end="")


def _keys(_options: argparse.Namespace) -> None:
    from ankang.evidence.queries import public_keys  # noqa: PLC0415

    print("\n".join(public_keys()) or "还没有签名密钥。")


def _rotate(options: argparse.Namespace) -> None:
    from django.utils import timezone  # noqa: PLC0415

    from ankang.audit.services import record_act  # noqa: PLC0415
    from ankang.evidence.queries import public_keys  # noqa: PLC0415
    from ankang.evidence.services import BOTH_KEYS_SIGN, rotate_key  # noqa: PLC0415

    at = timezone.now()
    rotate_key(at=at, overlap=timedelta(0) if options.at_once else BOTH_KEYS_SIGN)
    new = public_keys()[-1]
    record_act(
        actor=None,
        act="更换存证签名密钥",
        target="evidence:keys",
        detail={"reason": options.reason, "key": new, "at_once": options.at_once},
        at=at,
    )
    print(f"新的公钥：\n{new}\n请公布它，并请保存检查点的单位一并保存。")


def _record(_options: argparse.Namespace) -> None:
    from ankang.counting.recording import record_missing  # noqa: PLC0415

    print(f"补登 {record_missing():,} 条。")


ACTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "export": _export,
    "seal": _seal,
    "keys": _keys,
    "rotate": _rotate,
    "record": _record,
}
