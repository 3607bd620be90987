"""What a page says when it answers: JSON out of its queue, or one plain form."""

import json
import math
from typing import Any

from django.utils.datastructures import MultiValueDict

from ankang.core.errors import Refusal
from ankang.core.http import whole_number
from ankang.practice.services.answers import Given
from ankang.quizzes.models import QuestionVersion

MOST_ANSWERS = 50
MOST_TAPS = 20
Kind = QuestionVersion.Kind


class UnreadableAnswers(Refusal):
    def __init__(self) -> None:
        super().__init__("没有读懂送来的答案，请刷新页面再试。")


def given_in_json(body: bytes) -> list[Given]:
    """The answers of a queue, each once.

    :raises UnreadableAnswers: no list of answers; what is odd inside one is graded odd.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableAnswers from error
    rows = said.get("answers") if isinstance(said, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ANSWERS:
        raise UnreadableAnswers
    found: dict[int, Given] = {}
    for row in rows:
        if not isinstance(row, dict) or not _is_whole(row.get("position")):
            raise UnreadableAnswers
        found.setdefault(
            row["position"],
            Given(
                position=row["position"],
                response=row.get("response"),
                seconds=_number(row.get("seconds")),
                waited=_number(row.get("waited")) or 0.0,
                used_hint=row.get("used_hint") is True,
            ),
        )
    return list(found.values())


def given_in_form(data: MultiValueDict[str, str], kind: str, position: int) -> Given:
    """The answer in a form that was sent without a script."""
    return Given(position=position, response=_response(data, kind))


def is_empty(given: Given) -> bool:
    """Was nothing chosen, filled in or tapped?"""
    return not given.response or not any(one not in ("", -1) for one in given.response)


def _response(data: MultiValueDict[str, str], kind: str) -> list[Any]:
    if kind == Kind.FILL_IN:
        return data.getlist("blank")
    if kind == Kind.ORDERING:
        steps = [whole_number(text, 0) for text in data.getlist("step")]
        return sorted(range(len(steps)), key=lambda place: steps[place])
    if kind == Kind.HAZARD:
        return taps_in(data.get("taps", ""))
    return [whole_number(text, -1) for text in data.getlist("chosen")]


def taps_in(text: str) -> list[list[float]]:
    """Taps as `x,y` in percent, with spaces between; what is no tap is left out."""
    taps = []
    for pair in text.split()[:MOST_TAPS]:
        try:
            x, y = (float(one) for one in pair.split(","))
        except ValueError:
            continue
        if all(math.isfinite(one) for one in (x, y)):
            taps.append([x, y])
    return taps


def _is_whole(raw: object) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool)


def _number(raw: object) -> float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    try:
        number = float(raw)
    except OverflowError:
        return None
    return min(number, 1e9) if math.isfinite(number) and number >= 0 else None
