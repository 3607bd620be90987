"""A question as texts by field: the columns of a sheet, the lines of the text form.

Where one field holds several things (accepted texts, blanks, parts of a hazard), the
signs between them are written with a backslash when they are part of a text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ankang.quizzes.models import Question, QuestionVersion
from ankang.quizzes.wording import LETTERS

Kind = QuestionVersion.Kind
BETWEEN_TEXTS, BETWEEN_BLANKS, BETWEEN_PARTS = "/", "；", "|"
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Field(StrEnum):
    """What is written of a question, by the word that people write."""

    CODE = "编号"
    KIND = "题型"
    STRAND = "板块"
    TOPIC = "主题"
    DIFFICULTY = "难度"
    STEM = "题干"
    ANSWER = "答案"
    HAZARDS = "隐患"
    PICTURE = "图片"
    HINT = "提示"
    EXPLANATION = "解析"
    SOURCE = "依据"
    INDUSTRIES = "行业"
    POSTS = "岗位"


@dataclass
class Row:
    """One question as it was written, and where: a row of a sheet, a line of a text."""

    number: int
    texts: dict[Field, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)

    def text(self, name: Field) -> str:
        return self.texts.get(name, "").strip()


def row_of(question: Question, version: QuestionVersion, number: int = 0) -> Row:
    """A question of the bank as it is exported."""
    texts = {
        Field.CODE: question.code,
        Field.KIND: version.get_kind_display(),
        Field.STRAND: question.strand.name,
        Field.TOPIC: question.topic,
        Field.DIFFICULTY: str(question.difficulty),
        Field.STEM: version.stem,
        Field.ANSWER: _answer_text(version),
        Field.HAZARDS: _hazards_text(version),
        Field.PICTURE: version.picture,
        Field.HINT: version.hint,
        Field.EXPLANATION: version.explanation,
        Field.SOURCE: version.source,
        Field.INDUSTRIES: "、".join(question.industries),
        Field.POSTS: "、".join(question.posts),
    }
    has_letters = version.kind in {Kind.SINGLE, Kind.MULTIPLE, Kind.ORDERING}
    options = dict(zip(LETTERS, version.options, strict=False)) if has_letters else {}
    return Row(number, {name: text for name, text in texts.items() if text}, options)


def _answer_text(version: QuestionVersion) -> str:
    match version.kind:
        case Kind.FILL_IN:
            blanks = (
                joined(accepted, BETWEEN_TEXTS, BETWEEN_BLANKS)
                for accepted in version.answer
            )
            return BETWEEN_BLANKS.join(blanks)
        case Kind.HAZARD:
            return ""
        case Kind.TRUE_FALSE:
            return str(version.options[version.answer[0]])
        case _:
            return "".join(LETTERS[number] for number in version.answer)


def _hazards_text(version: QuestionVersion) -> str:
    if version.kind != Kind.HAZARD:
        return ""
    return "\n".join(
        joined(
            [one["name"], *(f"{one[key]:g}" for key in "xyr"), one.get("why", "")],
            BETWEEN_PARTS,
        )
        for one in version.answer
    )


def joined(texts: Iterable[str], between: str, *also: str) -> str:
    """The texts with a sign between; that sign within a text gets a backslash."""
    signs = "".join(("\\", between, *also))
    inside = re.compile(f"[{re.escape(signs)}]")
    return between.join(inside.sub(r"\\\g<0>", text) for text in texts)


def split(text: str, between: str) -> list[str]:
    """The parts between the sign, still with their backslashes."""
    parts, begin, place = [], 0, 0
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] == between:
            parts.append(text[begin:place])
            begin = place + 1
        place += 1
    return [*parts, text[begin:]]


def plain(text: str) -> str:
    """A text without the backslashes that protect signs."""
    return ESCAPED.sub(r"\1", text).strip()


def blanks_of(text: str) -> list[list[str]]:
    """The accepted texts of each blank."""
    return [
        [plain(one) for one in split(blank, BETWEEN_TEXTS)]
        for blank in split(text.replace(";", BETWEEN_BLANKS), BETWEEN_BLANKS)
    ]


def hazards_of(text: str) -> list[dict[str, Any]]:
    """The hazards, one a line: name, place and radius in percent, why.

    :raises ValueError: a line has another form.
    """
    return [_hazard(line) for line in text.splitlines() if line.strip()]


def _hazard(line: str) -> dict[str, Any]:
    name, x, y, radius, *why = (plain(one) for one in split(line, BETWEEN_PARTS))
    places = {"x": _number(x), "y": _number(y), "r": _number(radius)}
    return {"name": name, **places, "why": why[0] if why else ""}


def _number(text: str) -> float:
    value = float(text)
    return int(value) if value.is_integer() else value
