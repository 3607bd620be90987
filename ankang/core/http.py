"""Answers that several apps give."""

from collections.abc import Iterable, Sequence

from django.http import FileResponse

from ankang.core.sheets import CONTENT_TYPE, write_sheet

MOST_DIGITS = 18


def whole_number(text: str, default: int = 0) -> int:
    """The number that an address or a form names; `default` for anything else."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number else default


def sheet_response(
    *, name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]
) -> FileResponse:
    """An Excel file to download; `name` is its title and, with .xlsx, its file name."""
    return FileResponse(
        write_sheet(title=name, headings=headings, rows=rows),
        as_attachment=True,
        filename=f"{name}.xlsx",
        content_type=CONTENT_TYPE,
    )
