"""Reading the files of a city folder so that each mistake names its file and line."""

import csv
import io
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

TABLE = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")
TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")
SENTENCES = {
    int: "整数",
    str: "文字（用引号）",
    bool: "true 或 false",
    list: "列表",
    dict: "表",
}
FLAGS = {"0": False, "1": True}

Place = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to mend before the folder can be loaded."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass
class Record:
    """One table of a TOML file or one row of a CSV file.

    Reading a value that is missing or wrong notes the mistake and returns something
    harmless, so that all mistakes are found in one go.
    """

    folder: "Folder"
    file: str
    line: int
    values: dict[str, Any]
    lines: dict[Place, int] = field(default_factory=dict)
    place: Place = ()
    seen: set[str] = field(default_factory=set)

    def wrong(self, key: str, message: str) -> None:
        """Note a mistake at a key's line."""
        line = self.lines.get((*self.place, key), self.line)
        self.folder.wrong(self.file, line, message)

    def text(self, key: str, *, most: int = 0, optional: bool = False) -> str:
        value = self._get(key, str, optional)
        if value is None:
            return ""
        plain = str(value).strip()
        if not plain and not optional:
            self.wrong(key, f"{key} 不能为空")
        if most and len(plain) > most:
            self.wrong(key, f"{key} 最多 {most} 个字，现在有 {len(plain)} 个")
        return plain

    def choice(self, key: str, choices: Any, *, optional: bool = False) -> str:
        value = self.text(key, optional=optional)
        if value and value not in choices:
            self.wrong(key, f"{key} 只能是 {'、'.join(choices)}，不能是 {value}")
        return value

    def integer(self, key: str, *, least: int = 0, optional: bool = False) -> int:
        raw = self._get(key, int, optional)
        if isinstance(raw, str) and raw.strip().isdecimal():
            raw = int(raw)
        if raw is None or (optional and raw == ""):
            return least
        if not isinstance(raw, int):
            self.wrong(key, f"{key} 应当是整数，现在是“{raw}”")
            return least
        if raw < least:
            self.wrong(key, f"{key} 不能小于 {least}")
            return least
        return raw

    def number(self, key: str, *, most: int) -> float:
        """A number from 0 to `most`, with or without a point."""
        self.seen.add(key)
        raw = self.values.get(key)
        is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
        if not is_number or not 0 <= raw <= most:  # type: ignore[operator]
            self.wrong(key, f"{key} 应当是 0 到 {most} 的数")
            return 0
        return raw  # type: ignore[return-value]

    def amount(self, key: str) -> Decimal:
        raw = self.text(key)
        try:
            value = Decimal(raw or "0")
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or value < 0:
            self.wrong(key, f"{key} 应当是不小于零的金额，现在是“{raw}”")
            return Decimal(0)
        return value

    def day(self, key: str) -> date:
        return self._get(key, date, False) or date.min

    def flag(self, key: str, *, optional: bool = False) -> bool:
        raw = self._get(key, bool, optional)
        if isinstance(raw, str):
            if raw not in FLAGS:
                self.wrong(key, f"{key} 只能是 0 或 1，不能是“{raw}”")
            return FLAGS.get(raw, False)
        return bool(raw)

    def texts(self, key: str, *, optional: bool = False) -> list[str]:
        raw = self._get(key, list, optional) or []
        if any(not isinstance(one, str) or not one.strip() for one in raw):
            self.wrong(key, f"{key} 的每一项都应当是文字")
            return []
        return [one.strip() for one in raw]

    def lists(self, key: str) -> list[list[str]]:
        """A list of lists of texts, none of them empty."""
        raw = self._get(key, list, False) or []
        if any(
            not isinstance(one, list)
            or not one
            or any(not isinstance(text, str) or not text.strip() for text in one)
            for one in raw
        ):
            self.wrong(key, f'{key} 应当写成 [["一种填法", "另一种填法"]]')
            return []
        return [[text.strip() for text in one] for one in raw]

    def table(self, key: str, *, optional: bool = False) -> "Record":
        found = self._get(key, dict, optional) or {}
        return self._part((*self.place, key), found)

    def tables(self, key: str, *, optional: bool = False) -> "list[Record]":
        found = self._get(key, list, optional) or []
        if any(not isinstance(one, dict) for one in found):
            self.wrong(key, f"{key} 应当写成 [[{key}]]")
            return []
        return [
            self._part((*self.place, key, number), one)
            for number, one in enumerate(found)
        ]

    def rest(self) -> dict[str, Any]:
        """Everything, for data whose keys another module knows."""
        self.seen.update(self.values)
        return self.values

    def done(self) -> None:
        """Note every key that nobody asked for: it is misspelled."""
        for key in self.values:
            if key not in self.seen:
                self.wrong(key, f"不认识的项 {key}")

    def _part(self, place: Place, values: dict[str, Any]) -> "Record":
        line = self.lines.get(place, self.lines.get(place[:-1], self.line))
        return Record(self.folder, self.file, line, values, self.lines, place)

    def _get(self, key: str, kind: type, optional: bool) -> Any:
        self.seen.add(key)
        value = self.values.get(key)
        if value is None:
            if not optional:
                self.wrong(key, f"缺少 {key}")
            return None
        if self.lines and (
            not isinstance(value, kind) or (kind is int and isinstance(value, bool))
        ):
            wanted = SENTENCES.get(kind, "日期，例如 2020-12-31")
            self.wrong(key, f"{key} 应当是{wanted}")
            return None
        return value


@dataclass
class Folder:
    """A city folder being read, and the mistakes found in it so far."""

    root: Path
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, file: str, line: int, message: str) -> None:
        self.mistakes.append(Mistake(file, line, message))

    def read_text(self, file: str) -> str | None:
        """The text of a file, or None after noting why not."""
        try:
            content = (self.root / file).read_bytes()
        except OSError:
            self.wrong(file, 1, "缺少这个文件，或者打不开")
            return None
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.wrong(file, line, "不是 UTF-8 编码，请另存为 UTF-8")
            return None

    def toml(self, file: str) -> Record | None:
        """The root table of a TOML file."""
        text = self.read_text(file)
        if text is None:
            return None
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = TOML_LINE.search(str(error))
            line = int(found.group(1)) if found else text.count("\n") + 1
            self.wrong(file, line, f"TOML 写法不对：{error}")
            return None
        return Record(self, file, 1, values, lines_of_keys(text))

    def csv(self, file: str, columns: list[str]) -> list[Record]:
        """The rows of a CSV file whose heading has these columns, in any order."""
        text = self.read_text(file)
        if text is None:
            return []
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows: list[Record] = []
        try:
            heading = [name.strip() for name in next(reader, [])]
            if sorted(heading) != sorted(columns):
                self.wrong(file, 1, f"表头应当是 {','.join(columns)}")
                return []
            line = reader.line_num + 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    self._add_row(rows, file, line, heading, cells)
                line = reader.line_num + 1
        except csv.Error as error:
            self.wrong(file, reader.line_num, f"CSV 写法不对：{error}")
        return rows

    def _add_row(
        self,
        rows: list[Record],
        file: str,
        line: int,
        heading: list[str],
        cells: list[str],
    ) -> None:
        if len(cells) != len(heading):
            self.wrong(
                file, line, f"这一行有 {len(cells)} 格，表头有 {len(heading)} 格"
            )
            return
        values = {key: cell.strip() for key, cell in zip(heading, cells, strict=True)}
        rows.append(Record(self, file, line, values))

    def names(self, folder: str, pattern: str) -> list[str]:
        """The files of a sub-folder, in order of their names."""
        return sorted(
            path.relative_to(self.root).as_posix()
            for path in (self.root / folder).glob(pattern)
        )


def lines_of_keys(text: str) -> dict[Place, int]:
    """The line of each key and table of a TOML file, by a scan of how lines begin."""
    lines: dict[Place, int] = {(): 1}
    counts: dict[Place, int] = {}
    place: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if table := TABLE.match(line):
            place = ()
            parts = table.group(2).split(".")
            for part in parts[:-1]:
                place = (*place, part)
                if place in counts:
                    place = (*place, counts[place] - 1)
            place = (*place, parts[-1])
            lines.setdefault(place, number)
            if table.group(1) == "[[":
                counts[place] = counts.get(place, 0) + 1
                place = (*place, counts[place] - 1)
            lines.setdefault(place, number)
        elif key := KEY.match(line):
            lines.setdefault((*place, key.group(1)), number)
    return lines
