"""Whether an answer to a question is right, kind by kind. Pure; numbers are the bank's."""

import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ankang.core.errors import Refusal
from ankang.quizzes.models import USUAL_PROPORTION, QuestionVersion

Kind = QuestionVersion.Kind
THOUSANDTH = Decimal("0.001")
SPARE_TAPS = 2
SPARE_MISSES = 1
PERCENT = 100
NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")


class BadResponse(Refusal):
    """The response is not of the form that its kind of question takes."""

    def __init__(self) -> None:
        super().__init__("没有读懂这个答案，请重新作答。")


@dataclass(frozen=True)
class Grade:
    """Right or not, and the share of the blanks or hazards that were right."""

    is_right: bool
    share: Decimal


def grade(
    *,
    kind: str,
    answer: Any,
    response: Any,
    proportion: float = USUAL_PROPORTION,
) -> Grade:
    """Grade a response against the answer of a version.

    `proportion` is the height of its picture by the width.

    :raises BadResponse: of another form than the kind takes, or empty.
    """
    if not isinstance(response, list) or not response:
        raise BadResponse
    match kind:
        case Kind.FILL_IN:
            return _share(_filled(answer, response))
        case Kind.ORDERING:
            return _whole(_ordered(answer, response))
        case Kind.HAZARD:
            return _spotted(answer, response, proportion)
        case _:
            return _whole(_chosen(kind, answer, response))


def normal(text: str) -> str:
    """A filled-in text as it is compared: NFKC, lower case, letters and digits only."""
    flat = unicodedata.normalize("NFKC", text).lower()
    return NEITHER_LETTER_NOR_DIGIT.sub("", flat)


def is_hit(hazard: dict[str, Any], tap: list[float], proportion: float) -> bool:
    """Does a tap lie within a hazard's radius, in percent of the picture's width?"""
    across, down = tap[0] - hazard["x"], (tap[1] - hazard["y"]) * proportion
    return math.hypot(across, down) <= float(hazard["r"])


def _chosen(kind: str, answer: list[int], response: list[Any]) -> bool:
    if not _are_numbers(response) or len(set(response)) != len(response):
        raise BadResponse
    if kind != Kind.MULTIPLE and len(response) > 1:
        raise BadResponse
    return sorted(response) == sorted(answer)


def _ordered(answer: list[int], response: list[Any]) -> bool:
    if not _are_numbers(response) or sorted(response) != sorted(answer):
        raise BadResponse
    return response == answer


def _filled(answer: list[list[str]], response: list[Any]) -> list[bool]:
    if len(response) != len(answer) or not all(isinstance(x, str) for x in response):
        raise BadResponse
    return [
        normal(given) in {normal(one) for one in accepted}
        for given, accepted in zip(response, answer, strict=True)
    ]


def _spotted(
    answer: list[dict[str, Any]], response: list[Any], proportion: float
) -> Grade:
    if len(response) > len(answer) + SPARE_TAPS or not all(map(_is_tap, response)):
        raise BadResponse
    hits = [[is_hit(one, tap, proportion) for one in answer] for tap in response]
    found = [any(of_one) for of_one in zip(*hits, strict=True)]
    misses = sum(not any(of_tap) for of_tap in hits)
    share = _share(found).share
    return Grade(all(found) and misses <= SPARE_MISSES, share)


def _whole(is_right: bool) -> Grade:
    return Grade(is_right, Decimal(int(is_right)))


def _share(parts: list[bool]) -> Grade:
    share = (Decimal(sum(parts)) / len(parts)).quantize(THOUSANDTH)
    return Grade(all(parts), share)


def _are_numbers(response: list[Any]) -> bool:
    return all(isinstance(x, int) and not isinstance(x, bool) for x in response)


def _is_tap(tap: Any) -> bool:
    return (
        isinstance(tap, list)
        and len(tap) == len("xy")
        and all(isinstance(x, int | float) and not isinstance(x, bool) for x in tap)
        and all(math.isfinite(x) and 0 <= x <= PERCENT for x in tap)
    )
