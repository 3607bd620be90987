"""Finding a roster's columns by their headings, wherever the table begins."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ankang.rosters.sheet import Cells, Sheet

SEARCHED_ROWS = 40


class Column(StrEnum):
    """What a roster says of a person; the value is the heading of our template."""

    NAME = "姓名"
    ID_KIND = "证件类型"
    ID_NUMBER = "证件号码"
    MOBILE = "手机号"
    POST = "岗位"
    KIND = "用工形式"


REQUIRED = (Column.NAME, Column.ID_NUMBER, Column.MOBILE)
VARIANTS = {
    Column.NAME: "姓名 名字 员工姓名 职工姓名 人员姓名 学员姓名 工人姓名 参训人员姓名",
    Column.ID_KIND: "证件类型 证件种类 证件类别 身份证件类型",
    Column.ID_NUMBER: "证件号码 证件号 身份证号 身份证号码 身份证 身份证件号码"
    " 身份证件号 公民身份号码 公民身份证号码 居民身份证号 居民身份证号码"
    " 身份证或证件号码 证件编号 有效证件号码",
    Column.MOBILE: "手机号 手机 手机号码 联系电话 电话 联系方式 联系手机 移动电话"
    " 电话号码 本人手机 本人手机号 本人电话 个人电话",
    Column.POST: "岗位 工种 职务 职位 岗位工种 工种岗位 岗位名称 工作岗位 从事工种"
    " 职务岗位 岗位职务 工种名称 从事岗位",
    Column.KIND: "用工形式 用工类型 用工方式 用工性质 人员类别 人员性质 用工类别",
}
KNOWN = {
    variant: column for column, text in VARIANTS.items() for variant in text.split()
}


@dataclass(frozen=True)
class Layout:
    """Where the table of a sheet begins, and which place holds which column."""

    heading_row: int
    places: dict[Column, int]
    headings: dict[Column, str]
    repeated: tuple[str, ...]

    def missing(self) -> list[Column]:
        return [column for column in REQUIRED if column not in self.places]

    def heading(self, column: Column) -> str:
        """As the file writes it, so that people find it again."""
        return self.headings.get(column, column.value)


def plain_heading(value: Any) -> str:
    """A heading without spaces, stars, notes in brackets and numbers in front."""
    text = unicodedata.normalize("NFKC", value if isinstance(value, str) else "")
    text = re.sub(r"\(.*?\)|\[.*?\]|【.*?】", "", text)
    return re.sub(r"^[\d.、]+|[\s*★:：/、和及_\-]+|必填$|选填$", "", text)


def column_of(value: Any) -> Column | None:
    """Which column a cell is the heading of, if any."""
    return KNOWN.get(plain_heading(value))


def find_layout(sheet: Sheet) -> Layout | None:
    """The best row of headings near the top; titles and merged cells may stand above.

    Headings that fill two rows, as under a merged 联系方式, are read together.
    """
    best: Layout | None = None
    above: Cells = []
    for number, cells in sheet.rows():
        if number > SEARCHED_ROWS:
            break
        for layout in (_layout(number, cells), _layout(number, _stacked(above, cells))):
            if _weight(layout) > _weight(best):
                best = layout
        above = cells
    return best


def _weight(layout: Layout | None) -> int:
    """Name or number must be among at least two: one word may be plain text."""
    if layout is None or not {Column.NAME, Column.ID_NUMBER} & layout.places.keys():
        return 1
    return len(layout.places)


def _stacked(above: Cells, below: Cells) -> Cells:
    if sum(column_of(cell) is not None for cell in below) == 0:
        return []
    width = max(len(above), len(below))
    upper = above + [""] * (width - len(above))
    lower = below + [""] * (width - len(below))
    return [
        under if column_of(under) else over
        for over, under in zip(upper, lower, strict=True)
    ]


def _layout(number: int, cells: Cells) -> Layout:
    places: dict[Column, int] = {}
    headings: dict[Column, str] = {}
    repeated: list[str] = []
    for place, cell in enumerate(cells):
        column = column_of(cell)
        if column is None:
            continue
        shown = re.sub(r"\s+", "", cell)[:40]
        if column in places:
            repeated.append(shown)
            continue
        places[column], headings[column] = place, shown
    return Layout(number, places, headings, tuple(repeated))
