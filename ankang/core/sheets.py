"""Excel files for people to take away, written in constant memory."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils import timezone

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_SHEET = 1_000_000


def write_sheet(
    *, title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]
) -> IO[bytes]:
    """An open temporary file that holds one sheet; it is gone once closed.

    Text is always text, so a cell that begins with = is never a formula.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        },
    )
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(headings) - 1, 18)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
    for number, row in enumerate(rows, start=1):
        if number > LONGEST_SHEET:
            break
        for place, value in enumerate(row):
            _write_cell(sheet, number, place, value)
    book.close()
    file.seek(0)
    return file


def _write_cell(sheet: Any, number: int, place: int, value: object) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_string(number, place, "是" if value else "否")
        case int() | float() | Decimal():
            sheet.write_number(number, place, value)
        case datetime():
            local = timezone.localtime(value)
            sheet.write_string(number, place, f"{local:%Y-%m-%d %H:%M}")
        case date():
            sheet.write_string(number, place, f"{value:%Y-%m-%d}")
        case _:
            sheet.write_string(number, place, str(value))
