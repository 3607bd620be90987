"""Answers that several apps give."""

from collections.abc import Iterable, Sequence

from django.http import FileResponse

from ankang.core.sheets import CONTENT_TYPE, write_sheet


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
