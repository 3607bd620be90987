"""Questions as a text that a teacher can type: a blank line between two questions.

A field begins with its word and a colon; an option with its letter. A line that begins
with neither goes on with the field above it; the first one is the stem.
"""

import re
from collections.abc import Iterable, Iterator

from ankang.quizzes.sheets import Field, Row

LABEL = re.compile(r"^([一-鿿]{2})\s*[：:]\s*(.*)$", re.DOTALL)
OPTION = re.compile(r"^([A-Ha-h])\s*[.\uff0e、]\s*(.*)$", re.DOTALL)
NAMES = {one.value: one for one in Field}
SHAPED = re.compile(r"^(?:[一-鿿]{2}\s*[：:]|[A-Ha-h]\s*[.\uff0e、]|>)")


def read_text(text: str) -> list[Row]:
    """The questions of a text, each with the number of its first line."""
    return [_row(number, lines) for number, lines in _blocks(text)]


def write_text(rows: Iterable[Row]) -> str:
    """The rows as a text that reads back as the same rows."""
    return "\n\n".join("\n".join(_lines(row)) for row in rows) + "\n"


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    block: list[str] = []
    first = 1
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        line = raw.strip()
        if line:
            first = first if block else number
            block.append(line)
        elif block:
            yield first, block
            block = []
    if block:
        yield first, block


def _row(number: int, lines: list[str]) -> Row:
    row, here = Row(number), ""
    for line in lines:
        if found := _labelled(line):
            here = found[0]
            _add(row, here, found[1])
        elif option := OPTION.match(line):
            here = option.group(1).upper()
            _add(row, here, option.group(2))
        else:
            here = here or Field.STEM.value
            _add(row, here, line.removeprefix(">").lstrip())
    return row


def _labelled(line: str) -> tuple[str, str] | None:
    """Two words and a colon are a field only if they are one: 小王：… is a sentence."""
    found = LABEL.match(line)
    return (
        (found.group(1), found.group(2)) if found and found.group(1) in NAMES else None
    )


def _add(row: Row, here: str, text: str) -> None:
    if here in NAMES:
        held, name = row.texts, NAMES[here]
        held[name] = f"{held[name]}\n{text}" if name in held else text
    else:
        before = row.options.get(here)
        row.options[here] = f"{before}\n{text}" if before is not None else text


def _lines(row: Row) -> Iterator[str]:
    before = (Field.CODE, Field.KIND, Field.STRAND, Field.TOPIC, Field.DIFFICULTY)
    for name in (*before, Field.STEM):
        yield from _written(f"{name.value}：", row.texts.get(name, ""))
    for letter, option in row.options.items():
        yield from _written(f"{letter}. ", option)
    for name in Field:
        if name not in before and name != Field.STEM:
            yield from _written(f"{name.value}：", row.texts.get(name, ""))


def _written(label: str, text: str) -> Iterator[str]:
    """A line that would begin a field, an option or a question gets > before it."""
    if text:
        first, *lines = [line.strip() for line in text.splitlines()]
        yield f"{label}{first}"
        yield from (
            f"> {line}" if not line or SHAPED.match(line) else line for line in lines
        )
