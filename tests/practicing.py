"""A person who practices: questions of the bank, a group, answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from ankang.accounts.models import Person
from ankang.practice import bank
from ankang.practice.models import Mode, PracticeGroup
from ankang.practice.services.answers import Given, Receipt, receive_answers
from ankang.practice.services.groups import open_group
from ankang.quizzes.models import Question, QuestionVersion
from tests import make

MINUTE = timedelta(minutes=1)
PICTURE_HAZARDS = [
    {"name": "没有护罩的砂轮", "x": 20, "y": 40, "r": 6, "why": "碎片会飞出来。"},
    {"name": "地上的油", "x": 70, "y": 80, "r": 6, "why": "会滑倒。"},
]
WORDS: dict[str, dict[str, Any]] = {
    "single": {},
    "multiple": {
        "options": ["先通风", "先检测", "直接下去", "一个人下去"],
        "answer": [0, 1],
    },
    "true_false": {"options": ["对", "错"], "answer": [1]},
    "fill_in": {
        "stem": "工伤认定申请，单位要在 ____ 内提出。",
        "options": [],
        "answer": [["30日", "三十日"]],
    },
    "ordering": {
        "options": ["检测", "通风", "进入"],
        "answer": [1, 0, 2],
    },
    "hazard": {"options": [], "answer": PICTURE_HAZARDS, "picture": "hazard-workshop"},
}


def question(kind: str = "single", **fields: Any) -> QuestionVersion:
    """An approved practice question; of its place: topic, industries, posts."""
    place = {
        name: fields.pop(name)
        for name in ("topic", "industries", "posts", "difficulty")
        if name in fields
    }
    version = make.question(
        purpose="practice", kind=kind, **{**WORDS[kind], "hint": "想想空气。", **fields}
    )
    Question.objects.filter(pk=version.question_id).update(**place)
    version.question.refresh_from_db()
    bank.forget()
    return version


def questions(count: int, kind: str = "single", **fields: Any) -> list[QuestionVersion]:
    return [question(kind, **fields) for _ in range(count)]


def group(
    person: Person, mode: Mode = Mode.DAILY, at: datetime = make.MORNING, **fields: Any
) -> PracticeGroup:
    """A group that the person opened."""
    defaults = {"topic": "", "device": ""}
    return open_group(person=person, mode=mode, at=at, **{**defaults, **fields})


def right_response(of: PracticeGroup, position: int) -> list[Any]:
    """The right answer as the page would say it: by the places shown."""
    row = of.questions.select_related("version").get(position=position)
    kind, answer = row.version.kind, row.version.answer
    if kind == "hazard":
        return [[one["x"], one["y"]] for one in answer]
    if kind == "fill_in":
        return [accepted[0] for accepted in answer]
    return [row.option_order.index(original) for original in answer]


def wrong_response(of: PracticeGroup, position: int) -> list[Any]:
    """A wrong answer as the page would say it."""
    row = of.questions.select_related("version").get(position=position)
    kind, answer = row.version.kind, row.version.answer
    if kind == "hazard":
        return [[1, 1]]
    if kind == "fill_in":
        return ["不知道" for _ in answer]
    if kind == "ordering":
        return list(reversed(right_response(of, position)))
    wrong = next(n for n in range(len(row.option_order)) if n not in answer)
    return [row.option_order.index(wrong)]


def answer(
    of: PracticeGroup,
    positions: Sequence[int] | int = 1,
    *,
    at: datetime | None = None,
    is_right: bool = True,
    seconds: float | None = 9.0,
    **fields: Any,
) -> Receipt:
    """The person answers these questions at one moment, by default after a minute each."""
    numbers = [positions] if isinstance(positions, int) else list(positions)
    respond = right_response if is_right else wrong_response
    given = [
        Given(position=one, response=respond(of, one), seconds=seconds, **fields)
        for one in numbers
    ]
    moment = at or of.opened_at + MINUTE * (of.answered + len(numbers))
    receipt = receive_answers(group=of, device=of.device, given=given, at=moment)
    of.refresh_from_db()
    return receipt


def chance(seed: int = 1) -> Random:
    return Random(seed)
