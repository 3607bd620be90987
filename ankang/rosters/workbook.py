"""Excel files about rosters: the template, and the rows to correct."""

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Any

import xlsxwriter

from ankang.organizations.models import Employment
from ankang.rosters.columns import Column, find_layout
from ankang.rosters.fields import plain_text
from ankang.rosters.sheet import Unreadable, read_sheets

TEMPLATE_ROWS = 20_000
COLUMNS = (
    Column.NAME,
    Column.ID_KIND,
    Column.ID_NUMBER,
    Column.MOBILE,
    Column.POST,
    Column.KIND,
)
ID_KINDS = ["居民身份证", "港澳居民来往内地通行证", "台湾居民来往大陆通行证"]
ID_KINDS += ["港澳台居民居住证", "外国人永久居留身份证", "护照"]
INSTRUCTIONS = (
    "每人一行，填在“名册”这张表里。列的次序可以改，多余的列不会读。",
    "姓名、证件号码、手机号必填。手机号填本人的，登录学习时要用。",
    "证件类型不填，就是居民身份证；证件号码这一列已经设为文本，请不要改成数字。",
    "用工形式可选：合同工、劳务派遣、实习、灵活就业、新业态；不填就是合同工。",
    "未满 16 周岁的不能填；16 至 18 周岁的会提醒。",
    "同一份名册可以反复上传：只写入有变化的人，不会重复。",
    "上传后先核对，差异逐行列出，确认以后才写入。",
)
CORRECTION_HEADINGS = [
    *(column.value for column in COLUMNS),
    "原行号",
    "原因",
    "怎么改",
]


def write_template() -> IO[bytes]:
    """The empty roster: every column is text, and a sheet explains them."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    book = xlsxwriter.Workbook(file)
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
    sheet = book.add_worksheet("名册")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(COLUMNS) - 1, 22, text)
    for place, column in enumerate(COLUMNS):
        sheet.write_string(0, place, column.value, bold)
    choices = {
        Column.ID_KIND: ID_KINDS,
        Column.KIND: [str(label) for label in Employment.Kind.labels],
    }
    for column, source in choices.items():
        place = COLUMNS.index(column)
        validation = {"validate": "list", "source": source}
        sheet.data_validation(1, place, TEMPLATE_ROWS, place, validation)
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 90)
    for number, line in enumerate(INSTRUCTIONS):
        notes.write_string(number, 0, f"{number + 1}. {line}")
    book.close()
    file.seek(0)
    return file


def rows_to_correct(
    content: bytes, faults: Iterable[tuple[int, str, str]]
) -> Iterator[list[str]]:
    """The bad rows as they were sent, each with its reasons and what to do.

    The last columns have headings that a check passes over, so the file can be
    corrected and sent again as it is.
    """
    reasons: dict[int, list[tuple[str, str]]] = {}
    for row, reason, advice in faults:
        reasons.setdefault(row, []).append((reason, advice))
    for number, cells in _rows(content, reasons):
        why, what = zip(*reasons[number], strict=True)
        known = [_without_formula(cells.get(column, "")) for column in COLUMNS]
        yield [*known, str(number), "；".join(why), "；".join(dict.fromkeys(what))]


def _rows(
    content: bytes, wanted: dict[int, Any]
) -> Iterator[tuple[int, dict[Column, Any]]]:
    for sheet in read_sheets(content):
        layout = find_layout(sheet)
        if layout is None or layout.missing():
            continue
        for number, cells in sheet.rows():
            if number in wanted:
                places = layout.places.items()
                yield (
                    number,
                    {
                        column: cells[place]
                        for column, place in places
                        if place < len(cells)
                    },
                )
        return
    raise Unreadable("文件里没有可以改的行。")


def _without_formula(value: Any) -> str:
    return plain_text(value).lstrip("=@")
