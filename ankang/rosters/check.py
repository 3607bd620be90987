"""Checking a whole roster without a database: every mistake, with its place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from ankang.rosters.codes import ADVICE, Code
from ankang.rosters.columns import Column, Layout, find_layout
from ankang.rosters.fields import (
    IdKind,
    Mistake,
    age_mistake,
    read_id_number,
    read_kind,
    read_mobile,
    read_name,
    read_post,
    shown_value,
)
from ankang.rosters.rows import RowSorter
from ankang.rosters.sheet import Cells, Sheet, Unreadable, read_sheets

MINIMUM_AGE = 16  # 劳动法第十五条
MINOR_AGE = 18  # 劳动法第五十八条
READ = (
    Column.NAME,
    Column.ID_NUMBER,
    Column.ID_KIND,
    Column.MOBILE,
    Column.POST,
    Column.KIND,
)
FAULTLESS = (None,) * len(READ)
NO_HEADING = "没有找到表头：需要“姓名”“证件号码”“手机号”这些列名。"


class CheckedRow(NamedTuple):
    """One person of the roster, normalized."""

    number: int
    name: str
    id_kind: IdKind
    id_number: str
    mobile: str
    post: str
    kind: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with one cell: where, what stands there, why, what to do."""

    row: int
    column: str
    code: Code
    message: str
    value: str = ""
    name: str = ""

    @property
    def advice(self) -> str:
        return ADVICE[self.code]

    def as_json(self) -> dict[str, object]:
        """The object that `ankang roster check --format json` prints."""
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code.value,
            "message": f"{self.message}：{self.advice}",
        }


@dataclass
class CheckedRoster:
    """All rows of a file: the good ones, and what is wrong with the others."""

    layout: Layout | None = None
    total: int = 0
    rows: list[CheckedRow] = field(default_factory=list)
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    suspects: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Names and numbers, by row, of those whose number fails its check character."""

    bad_numbers: set[str] = field(default_factory=set)
    """Right numbers of rows that are bad for another reason: these people are there."""

    def is_hopeless(self) -> bool:
        """No row can be saved, because the table itself was not understood."""
        return self.total == 0

    def bad_rows(self) -> set[int]:
        return {fault.row for fault in self.errors}

    def heading(self, column: Column) -> str:
        return self.layout.heading(column) if self.layout else column.value


def check_roster_file(
    content: bytes,
    *,
    on: date,
    minimum_age: int = MINIMUM_AGE,
    minor_age: int = MINOR_AGE,
) -> CheckedRoster:
    """Read and check a file; a file that is no roster gives one error without a row."""
    try:
        sheet, layout = _roster_sheet(read_sheets(content))
        checker = _Checker(sheet, layout, on, minimum_age, minor_age)
        return checker.run()
    except Unreadable as error:
        fault = Fault(0, "", Code.UNREADABLE, str(error))
        return CheckedRoster(errors=[fault])


def _roster_sheet(sheets: list[Sheet]) -> tuple[Sheet, Layout | None]:
    best: tuple[Sheet, Layout | None] | None = None
    for sheet in sheets:
        layout = find_layout(sheet)
        if layout and not layout.missing():
            return sheet, layout
        if best is None or (layout and not best[1]):
            best = (sheet, layout)
    if best is None:
        raise Unreadable("文件里没有看得见的工作表。")
    return best


class _Checker:
    """One pass over the rows, remembering what must not come twice."""

    def __init__(
        self,
        sheet: Sheet,
        layout: Layout | None,
        on: date,
        minimum_age: int,
        minor_age: int,
    ) -> None:
        self.sheet = sheet
        self.layout = layout
        self.on = on
        self.places = [layout.places.get(one, -1) for one in READ] if layout else []
        self.ages = (minimum_age, minor_age)
        self.adult_from = f"{on.year - minor_age:04d}{on.month:02d}{on.day:02d}"
        self.result = CheckedRoster(layout=layout)
        self.numbers: dict[str, tuple[int, str]] = {}
        self.mobiles: dict[str, tuple[int, str]] = {}

    def run(self) -> CheckedRoster:
        if self.layout is None:
            self._fault(0, None, Mistake(Code.NO_HEADING, NO_HEADING))
            return self.result
        for column in self.layout.missing():
            message = f"表头里没有“{column.value}”这一列"
            mistake = Mistake(Code.COLUMN_MISSING, message)
            self._fault(self.layout.heading_row, column, mistake)
        if self.layout.missing():
            return self.result
        for heading in self.layout.repeated:
            message = f"“{heading}”和前面的列重复，只看前面的一列"
            self._warn(
                self.layout.heading_row, heading, Mistake(Code.COLUMN_REPEATED, message)
            )
        for number, cells in self._data_rows(self.layout):
            self.result.total += 1
            self._check(number, cells)
        return self.result

    def _data_rows(self, layout: Layout) -> Iterator[tuple[int, Cells]]:
        sorter = RowSorter(layout)
        yield from sorter.data_rows(self.sheet)
        for number, mistake in sorter.warnings:
            self._warn(number, "", mistake)

    def _check(self, number: int, cells: Cells) -> None:
        values = self._values(cells)
        name, name_mistake = read_name(values[0])
        id_kind, id_number, id_mistake = read_id_number(values[1], values[2])
        mobile, mobile_mistake = read_mobile(values[3])
        post, post_mistake = read_post(values[4])
        kind, kind_mistake = read_kind(values[5])
        id_mistake = id_mistake or self._used_twice(id_number)
        if id_mistake is None and id_kind == IdKind.RESIDENT:
            id_mistake = self._too_young(number, name, id_number)
        mobile_mistake = mobile_mistake or self._shared(mobile, id_number)
        self._remember(number, name, id_number, mobile, id_mistake, mobile_mistake)
        mistakes = (
            name_mistake,
            id_mistake,
            None,
            mobile_mistake,
            post_mistake,
            kind_mistake,
        )
        if mistakes == FAULTLESS:
            self.result.rows.append(
                CheckedRow(number, name, id_kind, id_number, mobile, post, kind)
            )
            return
        for column, mistake, value in zip(READ, mistakes, values, strict=True):
            self._fault(number, column, mistake, value, name)
        self.result.bad_numbers.add(id_number)

    def _values(self, cells: Cells) -> list[Any]:
        """The cells in the order of READ, empty where the file has none."""
        width = len(cells)
        return [cells[place] if 0 <= place < width else "" for place in self.places]

    def _remember(
        self,
        number: int,
        name: str,
        id_number: str,
        mobile: str,
        id_mistake: Mistake | None,
        mobile_mistake: Mistake | None,
    ) -> None:
        if id_mistake is None:
            self.numbers[id_number] = (number, name)
        elif id_mistake.code == Code.ID_CHECK and name:
            self.result.suspects[number] = (name, id_number)
        if mobile_mistake is None:
            self.mobiles.setdefault(mobile, (number, id_number))

    def _too_young(self, number: int, name: str, id_number: str) -> Mistake | None:
        if id_number[6:14] <= self.adult_from:
            return None
        mistake = age_mistake(id_number, self.on, *self.ages)
        if mistake is None or mistake.code != Code.AGE_MINOR:
            return mistake
        heading = self.result.heading(Column.ID_NUMBER)
        self._warn(number, heading, mistake, id_number, name)
        return None

    def _used_twice(self, id_number: str) -> Mistake | None:
        first = self.numbers.get(id_number)
        if first is None:
            return None
        row, name = first
        return Mistake(Code.ID_DUPLICATE, f"和第 {row} 行{name}重复")

    def _shared(self, mobile: str, id_number: str) -> Mistake | None:
        first = self.mobiles.get(mobile)
        if first is None or first[1] == id_number:
            return None
        return Mistake(Code.MOBILE_DUPLICATE, f"和第 {first[0]} 行的手机号相同")

    def _fault(
        self,
        row: int,
        column: Column | None,
        mistake: Mistake | None,
        value: object = "",
        name: str = "",
    ) -> None:
        if mistake is None:
            return
        heading = self.result.heading(column) if column else ""
        shown = shown_value(column, value)
        self.result.errors.append(
            Fault(row, heading, mistake.code, mistake.message, shown, name)
        )

    def _warn(
        self,
        row: int,
        heading: str,
        mistake: Mistake,
        value: object = "",
        name: str = "",
    ) -> None:
        shown = shown_value(Column.ID_NUMBER, value) if value else ""
        self.result.warnings.append(
            Fault(row, heading, mistake.code, mistake.message, shown, name)
        )
