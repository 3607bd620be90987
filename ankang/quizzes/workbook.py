"""Excel files of questions: the template, the export, and reading them back."""

import tempfile
from collections.abc import Iterable, Sequence
from typing import IO, Any

import xlsxwriter

from ankang.quizzes.models import QuestionVersion
from ankang.quizzes.sheets import Field, Row
from ankang.quizzes.wording import LETTERS
from ankang.rosters.sheet import Unreadable, read_sheets

OPTION = "选项"
HEADINGS = [
    *(Field.CODE, Field.KIND, Field.STRAND, Field.TOPIC, Field.DIFFICULTY, Field.STEM),
    *(f"{OPTION}{letter}" for letter in LETTERS),
    *(Field.ANSWER, Field.HINT, Field.EXPLANATION, Field.SOURCE),
    *(Field.INDUSTRIES, Field.POSTS, Field.PICTURE, Field.HAZARDS),
]
FIELDS = {one.value: one for one in Field}
NEEDED = (Field.STRAND, Field.STEM, Field.ANSWER, Field.EXPLANATION)
LAST_ROW = 5_000
NOTES = (
    "每题一行，填在“试题”这张表里。列的次序可以改，多余的列不会读。示例行请删去或改掉。",
    "题型不填时：有“____”是填空题，答案是“对”或“错”是判断题，一个字母是单选题，几个字母是多选题。",
    "排序题要写题型，选项里写各步骤（不按正确次序），答案按正确次序写字母，例如 CADB。",
    "填空题：题干里四个下划线 ____ 是一个空；一个空的几种填法用 / 隔开，几个空用 ； 隔开。",
    "隐患找茬：先在网页上传图片，“图片”填它的编号；“隐患”一处一行：名称|横|纵|半径|为什么，都是百分数。",
    "编号不填就是新题；填了题库里有的编号，就是修改那道题。",
    "行业填 GB/T 4754 大类代码，岗位填名称，几个之间用顿号；不填就是所有人。",
    "导入的题是草稿，提交审核、审定以后才会出现在练习里。",
)


def write_questions(
    rows: Iterable[Row], *, strands: Sequence[str], notes: Sequence[str] = NOTES
) -> IO[bytes]:
    """An open file with the rows, and a sheet that says what may stand in it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    book = xlsxwriter.Workbook(
        file, {"strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("试题")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(HEADINGS) - 1, 16, text)
    for place, heading in enumerate(HEADINGS):
        sheet.write_string(0, place, heading, bold)
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(_cells(row)):
            if value:
                sheet.write_string(number, place, value, text)
    choices: dict[str, list[str]] = {
        Field.KIND: [str(label) for label in QuestionVersion.Kind.labels],
        Field.STRAND: list(strands),
        Field.DIFFICULTY: ["1", "2", "3"],
    }
    for heading, source in choices.items():
        place = HEADINGS.index(heading)
        validation = {"validate": "list", "source": source}
        sheet.data_validation(1, place, LAST_ROW, place, validation)
    _write_notes(book, choices, notes)
    book.close()
    file.seek(0)
    return file


def read_questions(content: bytes) -> list[Row]:
    """The rows of the first sheet that has the headings.

    :raises Unreadable: no table, or none with these headings.
    """
    for sheet in read_sheets(content):
        source = sheet.rows()
        for number, cells in source:
            headings = [cell_text(cell) for cell in cells]
            if all(name.value in headings for name in NEEDED):
                return _rows(headings, source)
            if number >= len(HEADINGS):
                break
    wanted = "、".join(name.value for name in NEEDED)
    raise Unreadable(f"没有找到表头：需要 {wanted} 这些列名。请下载模板来填。")


def cell_text(value: Any) -> str:
    """A cell as it was typed: its signs are kept, numbers come without .0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\r\n", "\n").replace("_x000D_", "").strip()


def _rows(headings: list[str], source: Any) -> list[Row]:
    rows = []
    for number, cells in source:
        row = Row(number)
        for heading, cell in zip(headings, cells, strict=False):
            text = cell_text(cell)
            if not text:
                continue
            if heading in FIELDS:
                row.texts[FIELDS[heading]] = text
            elif heading.startswith(OPTION) and heading.removeprefix(OPTION) in LETTERS:
                row.options[heading.removeprefix(OPTION)] = text
        if row.texts or row.options:
            rows.append(row)
    return rows


def _cells(row: Row) -> list[str]:
    return [
        row.texts.get(FIELDS[heading], "")
        if heading in FIELDS
        else row.options.get(heading.removeprefix(OPTION), "")
        for heading in HEADINGS
    ]


def _write_notes(
    book: Any, choices: dict[str, list[str]], notes: Sequence[str]
) -> None:
    sheet = book.add_worksheet("填写说明")
    sheet.set_column(0, 0, 100)
    lines = [f"{number}. {line}" for number, line in enumerate(notes, start=1)]
    lines += [f"{name}可以填：{'、'.join(values)}" for name, values in choices.items()]
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line)
