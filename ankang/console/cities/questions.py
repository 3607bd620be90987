"""Checking the questions of a city folder: of exams, after lessons, for practice."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from ankang.attachments.contents import file_type
from ankang.attachments.models import Attachment
from ankang.console.cities.parse import Folder, Record
from ankang.console.cities.specs import CitySpec, QuestionSpec
from ankang.core.errors import Refusal
from ankang.quizzes.models import QuestionVersion
from ankang.quizzes.wording import LETTERS, TRUE_FALSE_OPTIONS, BadWording, Wording

Kind = QuestionVersion.Kind
PAPER_KINDS = [Kind.SINGLE.value, Kind.MULTIPLE.value, Kind.TRUE_FALSE.value]
TRUE_FALSE_ANSWERS = {"T": [0], "F": [1], "A": [0], "B": [1]}
LARGEST_RADIUS = 50
PICTURES = "practice/pictures"


def read_questions(folder: Folder, spec: CitySpec) -> None:
    """Read the exam questions and the practice questions into the specification."""
    codes: set[str] = set()
    for place, questions, read in (
        ("questions", spec.questions, exam_question),
        ("practice", spec.practice, practice_question),
    ):
        for file in folder.names(place, "*.toml"):
            root = folder.toml(file)
            if root is not None:
                for record in root.tables("question"):
                    questions.append(_placed(record, spec, codes, read))
                root.done()


def _placed(record: Record, spec: CitySpec, codes: set[str], read: Any) -> QuestionSpec:
    code = record.text("code", most=60)
    if code in codes:
        record.wrong("code", f"{code} 重复")
    codes.add(code)
    strand = record.choice("strand", [one.code for one in spec.strands])
    topic = record.text("topic", most=40, optional=True)
    question: QuestionSpec = read(record, code, strand, topic)
    known = {one["code"] for one in spec.industries}
    for industry in question.industries:
        if industry not in known:
            record.wrong("industries", f"没有这个行业：{industry}")
    return question


def exam_question(record: Record, code: str, strand: str, topic: str) -> QuestionSpec:
    """A question of an exam or after a lesson: one chooses among options."""
    return _question(record, code, (strand, topic), PAPER_KINDS)


def practice_question(
    record: Record, code: str, strand: str, topic: str
) -> QuestionSpec:
    """A question for practice, of any kind."""
    return _question(record, code, (strand, topic), Kind.values)


def _question(
    record: Record, code: str, place: tuple[str, str], kinds: Collection[str]
) -> QuestionSpec:
    kind = record.choice("kind", kinds)
    difficulty = record.integer("difficulty", optional=True)
    if "difficulty" not in record.values:
        difficulty = 2
    elif difficulty not in {1, 2, 3}:
        record.wrong("difficulty", "difficulty 只能是 1、2、3")
        difficulty = 2
    options = _options(record, kind)
    made = QuestionSpec(
        code=code,
        strand=place[0],
        topic=place[1],
        difficulty=difficulty,
        kind=kind,
        stem=record.text("stem", most=500),
        options=options,
        answer=_answer(record, kind, len(options)),
        explanation=record.text("explanation"),
        source=record.text("source", most=200, optional=True),
        at_second=record.integer("at_second", optional=True),
        hint=record.text("hint", most=200, optional=True),
        picture=_picture(record) if kind == Kind.HAZARD else None,
        industries=record.texts("industries", optional=True),
        posts=record.texts("posts", optional=True),
    )
    record.done()
    _check_words(record, made)
    return made


def _options(record: Record, kind: str) -> list[str]:
    if kind in {Kind.FILL_IN, Kind.HAZARD}:
        return []
    options = record.texts("options", optional=kind == Kind.TRUE_FALSE)
    if kind == Kind.TRUE_FALSE:
        if options:
            record.wrong("options", "判断题不写 options")
        return list(TRUE_FALSE_OPTIONS)
    if len(set(options)) != len(options) or not 2 <= len(options) <= len(LETTERS):  # noqa: PLR2004
        record.wrong("options", f"选项要有 2 到 {len(LETTERS)} 个，并且不能重复")
    return options


def _answer(record: Record, kind: str, options: int) -> list[Any]:
    match kind:
        case Kind.FILL_IN:
            return record.lists("blanks")
        case Kind.HAZARD:
            return [_hazard(one) for one in record.tables("hazards")]
        case Kind.TRUE_FALSE:
            raw = record.text("answer")
            if raw not in TRUE_FALSE_ANSWERS:
                record.wrong("answer", "判断题的 answer 只能是 T 或 F（或 A 对、B 错）")
            return TRUE_FALSE_ANSWERS.get(raw, [])
        case _:
            return _letters(record, kind, options)


def _letters(record: Record, kind: str, options: int) -> list[Any]:
    raw, letters = record.text("answer"), LETTERS[:options]
    if not raw or len(set(raw)) != len(raw) or not set(raw) <= set(letters):
        record.wrong("answer", f"answer 只能用 {letters} 里的字母，现在是“{raw}”")
        return []
    numbers = [letters.index(letter) for letter in raw]
    if kind == Kind.ORDERING:
        return numbers
    if (kind == Kind.MULTIPLE) != (len(raw) > 1):
        record.wrong("answer", "单选题只有一个答案，多选题至少有两个")
    return sorted(numbers)


def _hazard(record: Record) -> dict[str, Any]:
    hazard = {
        "name": record.text("name", most=60),
        "x": record.number("x", most=100),
        "y": record.number("y", most=100),
        "r": record.number("r", most=LARGEST_RADIUS),
        "why": record.text("why", most=200, optional=True),
    }
    record.done()
    return hazard


def _picture(record: Record) -> Path | None:
    name = record.text("picture", most=60)
    file = f"{PICTURES}/{name}.svg"
    path = record.folder.root / file
    if not name or Path(name).name != name or not path.is_file():
        record.wrong("picture", f"没有这幅图画：{file}")
        return None
    with path.open("rb") as content:
        try:
            file_type(Attachment.Kind.DRAWING, content)
        except Refusal as refusal:
            record.folder.wrong(file, 1, str(refusal))
    return path


def _check_words(record: Record, one: QuestionSpec) -> None:
    """What the service would refuse is a mistake of the file, if nothing else is."""
    if any(mistake.line >= record.line for mistake in _mistakes_here(record)):
        return
    words = Wording(
        kind=one.kind,
        stem=one.stem,
        options=tuple(one.options),
        answer=tuple(one.answer),
        explanation=one.explanation,
        source=one.source,
        hint=one.hint,
        picture=one.picture.name if one.picture else "",
    )
    try:
        words.checked()
    except BadWording as refusal:
        record.wrong("stem", str(refusal))


def _mistakes_here(record: Record) -> list[Any]:
    return [one for one in record.folder.mistakes if one.file == record.file]
