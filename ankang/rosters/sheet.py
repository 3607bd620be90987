"""Reading a roster's cells from .xlsx, .xls or .csv. Knows neither headings nor rules."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import python_calamine

from ankang.core.errors import Refusal

Cells = list[Any]
MOST_ROWS = 200_000
MOST_UNPACKED_BYTES = 1024 * 1024 * 1024
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
BLOCK = 1024 * 1024
LONGEST_CELL_TAG = 300
# With something in it, in a column beyond ZZ, beyond AZ below row 9,999, beyond Z below
# row 99,999, or below the last row that Excel itself has.
FAR_CELL = re.compile(
    rb"""\sr\s{0,9}=\s{0,9}["']("""
    rb"[A-Za-z]{3,8}[0-9]{1,10}"
    rb"|[B-Zb-z][A-Za-z][0-9]{5,10}"
    rb"|[A-Za-z]{2}[0-9]{6,10}"
    rb"|[A-Za-z](?:[0-9]{8,10}|[2-9][0-9]{6}|1[1-9][0-9]{5})"
    rb""")["'][^<>]{0,200}(?<!/)>"""
)
DELIMITERS = ",\t;"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Unreadable(Refusal):
    """The file is no table that can be read; the sentence says what to do."""


@dataclass(frozen=True)
class Sheet:
    """One worksheet; each row comes with the number that Excel shows."""

    name: str
    source: Any

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """May be called again: the cells are read anew.

        :raises Unreadable: the sheet is longer than a roster can be.
        """
        source = (
            self.source if isinstance(self.source, list) else self.source.iter_rows()
        )
        for number, cells in enumerate(source, start=1):
            if number > MOST_ROWS:
                raise Unreadable(f"超过 {MOST_ROWS:,} 行，请分成几份上传。")
            yield number, cells


def read_sheets(content: bytes) -> list[Sheet]:
    """The visible worksheets of a file, or the one table of a CSV.

    :raises Unreadable: encrypted, broken, too large, or not a table at all.
    """
    if content.startswith((ZIP_MAGIC, OLE_MAGIC)):
        return _workbook_sheets(content)
    if not content.strip():
        raise Unreadable("文件是空的，请重新选择。")
    return [Sheet("", _csv_rows(_decoded(content)))]


def _workbook_sheets(content: bytes) -> list[Sheet]:
    if content.startswith(ZIP_MAGIC):
        _refuse_bomb(content)
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        return [
            Sheet(one.name, book.get_sheet_by_name(one.name))
            for one in book.sheets_metadata
            if one.visible == python_calamine.SheetVisibleEnum.Visible
            and one.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except python_calamine.PasswordError as error:
        raise Unreadable("文件有密码，请另存一份没有密码的再上传。") from error
    except BaseException as error:
        # A broken .xls can make the reader panic, which is no Exception.
        if not isinstance(error, Exception) and _is_interrupt(error):
            raise
        raise Unreadable(
            "文件打不开，可能损坏或有密码。请用 Excel 打开后另存为 .xlsx 再上传。"
        ) from error


def _is_interrupt(error: BaseException) -> bool:
    return isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit)


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
            if unpacked <= MOST_UNPACKED_BYTES:
                _refuse_far_cells(packed)
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, OSError) as error:
        raise Unreadable("文件已损坏，请重新保存后再上传。") from error
    if unpacked > MOST_UNPACKED_BYTES:
        raise Unreadable("文件解开后太大，请只保留名册这一张表再上传。")


def _refuse_far_cells(packed: zipfile.ZipFile) -> None:
    """The reader lays a sheet out whole up to its last row and column, in memory."""
    for name in packed.namelist():
        if not name.lower().startswith("xl/worksheets/"):
            continue
        with packed.open(name) as part:
            tail = b""
            while block := part.read(BLOCK):
                found = FAR_CELL.search(tail + block)
                if found:
                    cell = found.group(1).decode()
                    raise Unreadable(
                        f"单元格 {cell} 有内容，离名册太远。"
                        "请删去名册以外的行和列再上传。"
                    )
                tail = block[-LONGEST_CELL_TAG:]


def _decoded(content: bytes) -> str:
    encodings = (
        ["utf-16"] if content.startswith(UTF_16_MARKS) else ["utf-8-sig", "gb18030"]
    )
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("认不出文件的编码，请用 Excel 另存为 .xlsx 再上传。")


def _csv_rows(text: str) -> list[Cells]:
    head = text[:4096]
    delimiter = max(DELIMITERS, key=head.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [row for _, row in zip(range(MOST_ROWS + 1), reader, strict=False)]
    except csv.Error as error:
        raise Unreadable(
            "这个文件不是表格，请上传 .xlsx、.xls 或 .csv 名册。"
        ) from error
