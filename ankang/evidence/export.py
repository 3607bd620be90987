"""The log as a folder that anybody can check without us.

The same log gives the same files, byte by byte, and whoever holds an older export can
compare. `verify.py` in the folder reads it; nothing in it names a person.
"""

import gzip
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from ankang.core.errors import Refusal
from ankang.evidence import verify
from ankang.evidence.kinds import Kind
from ankang.evidence.merkle import leaf_hash
from ankang.evidence.models import Checkpoint, Record, Tile
from ankang.evidence.queries import latest_checkpoint, public_keys
from ankang.evidence.tiles import WIDTH, split_hashes

FILE_RECORDS = verify.FILE_RECORDS
COMPRESSION = 6
README = """安康存证导出

本目录是截至最后一个检查点的全部存证记录。记录里没有姓名、证件号码和手机号，
人用一个随机编号表示，用人单位用统一社会信用代码表示。

怎样核验（需要 Python 3.9 以上和 cryptography，不需要安康系统，不需要联网）：

    python -m pip install cryptography
    python verify.py

通过时退出码为 0，并列出各年度的人数；不通过时退出码为 1，并指出第一条出错的记录。
公钥和检查点请用您自己另行取得、另行保存的：

    python verify.py . --keys 公钥文件 --checkpoint 以前保存的检查点文件

verify.py 也请与公开发布的源代码中的 ankang/evidence/verify.py 对照。

文件：

    records-00000.jsonl.gz ……  记录，一行一条，按序号排列（序号从 0 起），每个文件 100,000 条
    hashes-00000.bin ……        每条记录封存时的哈希，每条 32 字节，与上面的文件一一对应
    checkpoints.txt            每次封存的检查点：条数、根哈希、时间和签名（C2SP tlog-checkpoint）
    keys.txt                   签过名的公钥（C2SP signed-note，Ed25519）
    rule.json                  各年度的规则版本，其中有计数规则；与 rule.edition 记录一致
    verify.py                  核验程序

一条记录的哈希是 SHA-256(0x00 后接该行，不含换行符)，树按 RFC 9162。
"""


class FolderNotEmpty(Refusal):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} 里已有文件，不覆盖。请给一个新的或空的目录。")


class NothingSealed(Refusal):
    def __init__(self) -> None:
        super().__init__("还没有封存的存证记录，没有可以导出的内容。")


@dataclass(frozen=True)
class Contents:
    """What goes into the folder; `records` are bodies with their sealed hashes."""

    records: Iterable[tuple[str, bytes]]
    notes: Iterable[str]
    keys: Iterable[str]
    editions: list[object]


def export_log(
    *, folder: Path, report: Callable[[int, int], object] = lambda _done, _total: None
) -> Checkpoint:
    """Write everything that the latest checkpoint covers; that checkpoint.

    The folder is complete or does not come to be.

    :raises FolderNotEmpty: something is in it.
    :raises NothingSealed: there is no checkpoint.
    """
    checkpoint = latest_checkpoint()
    if checkpoint is None:
        raise NothingSealed
    write_export(
        folder=folder,
        contents=Contents(
            records=zip(
                _bodies(0, checkpoint.size, report),
                _sealed_hashes(checkpoint.size),
                strict=True,
            ),
            notes=Checkpoint.objects.filter(
                size__lte=checkpoint.size, at__lte=checkpoint.at
            )
            .order_by("size", "at")
            .values_list("note", flat=True)
            .iterator(),
            keys=public_keys(),
            editions=_editions(checkpoint.size),
        ),
    )
    return checkpoint


def write_export(*, folder: Path, contents: Contents) -> None:
    """Write the files beside the folder, then give them its name.

    :raises FolderNotEmpty: something is in it.
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{folder.name}-", dir=folder.parent
    ) as unfinished:
        made = Path(unfinished) / folder.name
        made.mkdir()
        _write_records(made, contents.records)
        with (made / "checkpoints.txt").open("w", encoding="utf-8") as file:
            for index, note in enumerate(contents.notes):
                file.write(note if not index else f"\n{note}")
        _write(made / "keys.txt", "".join(f"{key}\n" for key in contents.keys))
        rule = json.dumps(contents.editions, ensure_ascii=False, indent=2)
        _write(made / "rule.json", f"{rule}\n")
        _write(made / "README.txt", README)
        shutil.copyfile(verify.__file__, made / "verify.py")
        if folder.exists():
            folder.rmdir()
        made.rename(folder)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_records(folder: Path, records: Iterable[tuple[str, bytes]]) -> None:
    """As many files as it takes, of records and of hashes side by side."""
    each = iter(records)
    number, first = 0, next(each, None)
    while first is not None:
        with (
            (folder / f"records-{number:05}.jsonl.gz").open("wb") as raw,
            gzip.GzipFile("", "wb", COMPRESSION, raw, mtime=0) as lines,
            (folder / f"hashes-{number:05}.bin").open("wb") as hashes,
        ):
            for body, leaf in chain([first], islice(each, FILE_RECORDS - 1)):
                lines.write(body.encode() + b"\n")
                hashes.write(leaf)
        number, first = number + 1, next(each, None)


def _bodies(
    start: int, end: int, report: Callable[[int, int], object] = lambda _d, _t: None
) -> Iterator[str]:
    """The records in order of position, a file's worth at a time."""
    for first in range(start, end, FILE_RECORDS):
        last = min(first + FILE_RECORDS, end)
        yield from (
            Record.objects.filter(position__gte=first, position__lt=last)
            .order_by("position")
            .values_list("body", flat=True)
            .iterator()
        )
        report(last, end)


def _sealed_hashes(size: int) -> Iterator[bytes]:
    """The leaf hashes as they were stored when sealed; of the last few, computed."""
    full = size // WIDTH
    tiles = Tile.objects.filter(level=0, index__lt=full).order_by("index")
    for hashes in tiles.values_list("hashes", flat=True).iterator(100):
        yield from split_hashes(bytes(hashes))
    for body in _bodies(full * WIDTH, size):
        yield leaf_hash(body.encode())


def _editions(size: int) -> list[object]:
    """The recorded rule editions, in the order of the log."""
    bodies = Record.objects.filter(kind=Kind.RULE_EDITION, position__lt=size)
    return [
        json.loads(body)["data"]
        for body in bodies.order_by("position").values_list("body", flat=True)
    ]
