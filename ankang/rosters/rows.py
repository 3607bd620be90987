"""Telling rows of people from blank rows, totals, notes and repeated headings."""

import re
from collections.abc import Iterator
from typing import Any

from ankang.rosters.codes import Code
from ankang.rosters.columns import Column, Layout, column_of
from ankang.rosters.fields import Mistake
from ankang.rosters.sheet import Cells, Sheet

LEAST_NUMBER = 6
NOTE = re.compile(
    r"^[\s(（*]*(合\s*计|总\s*计|小\s*计|共\s*计|备\s*注|说\s*明|注\s*[:：]|填表|制表|审核人"
    r"|填报|负责人|经办人|单位\s*[(（]?盖章|联系人)"
)


class RowSorter:
    """Passes on the rows of people and keeps a warning for each other."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.warnings: list[tuple[int, Mistake]] = []

    def data_rows(self, sheet: Sheet) -> Iterator[tuple[int, Cells]]:
        id_place = self.layout.places[Column.ID_NUMBER]
        blanks: list[int] = []
        between: list[int] = []
        for number, cells in sheet.rows():
            if number <= self.layout.heading_row:
                continue
            number_text = _text(cells, id_place)
            if len(number_text) >= LEAST_NUMBER and number_text[-2].isdigit():
                between += blanks
                blanks = []
                yield number, cells
                continue
            if _is_blank(cells):
                blanks.append(number)
                continue
            between += blanks
            blanks = []
            reason = self._reason_to_skip(cells)
            if reason:
                self._skip(number, reason)
            else:
                yield number, cells
        if between:
            self._skip(between[0], f"有 {len(between)} 个空行，已略过")

    def _reason_to_skip(self, cells: Cells) -> str:
        places = self.layout.places
        if column_of(_cell(cells, places[Column.NAME])) is Column.NAME:
            return "又是一行表头，已略过"
        first = next((_plain(cell) for cell in cells if _plain(cell)), "")
        if NOTE.match(first):
            return f"“{first[:10]}”这一行不是人员，已略过"
        if not any(_text(cells, place) for place in places.values()):
            return "各列都没有填写，已略过"
        return ""

    def _skip(self, number: int, message: str) -> None:
        self.warnings.append((number, Mistake(Code.ROW_SKIPPED, message)))


def _cell(cells: Cells, place: int) -> Any:
    return cells[place] if place < len(cells) else ""


def _plain(value: Any) -> str:
    return value.strip() if isinstance(value, str) else str(value)


def _text(cells: Cells, place: int) -> str:
    return _plain(_cell(cells, place))


def _is_blank(cells: Cells) -> bool:
    return not any(_plain(cell) for cell in cells)
