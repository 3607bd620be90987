"""How a question does: how hard, how well it tells, how long it takes. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, median, pstdev

from ankang.policies.bank import BankRules
from ankang.quizzes.grading import PERCENT
from ankang.quizzes.wording import LETTERS


@dataclass(frozen=True)
class Given:
    """One answer to a question.

    `rest` is the answerer's share of right answers among the other questions of the
    same paper or group, None if there are none; `seconds` what it took, if known;
    `chosen` the numbers of options.
    """

    is_right: bool
    rest: float | None
    seconds: float | None = None
    chosen: tuple[int, ...] = ()


@dataclass(frozen=True)
class Item:
    """The figures of one version; None where they say nothing.

    `easiness` is the share of right answers, `discrimination` the correlation of being
    right with the rest of the paper (corrected point-biserial), `seconds` the median.
    """

    answers: int
    easiness: float | None = None
    discrimination: float | None = None
    seconds: float | None = None
    chosen: dict[int, int] = field(default_factory=dict)


def item_of(answers: Sequence[Given]) -> Item:
    """The figures of these answers to one version."""
    if not answers:
        return Item(0)
    times = [one.seconds for one in answers if one.seconds is not None]
    return Item(
        answers=len(answers),
        easiness=fmean(one.is_right for one in answers),
        discrimination=_discrimination(answers),
        seconds=median(times) if times else None,
        chosen=dict(Counter(option for one in answers for option in one.chosen)),
    )


def reasons_to_look(item: Item, options: int, limits: BankRules) -> list[str]:
    """In words, why somebody should look at the question; none if all is well."""
    if item.answers < limits.fewest_answers or item.easiness is None:
        return []
    reasons = []
    if item.easiness > limits.easiest_percent / PERCENT:
        reasons.append(f"太容易：{item.easiness:.0%} 的人答对")
    if item.easiness < limits.hardest_percent / PERCENT:
        reasons.append(f"太难：只有 {item.easiness:.0%} 的人答对，看看答案对不对")
    if (
        item.discrimination is not None
        and item.discrimination < limits.discrimination_percent / PERCENT
    ):
        reasons.append("分不出会与不会：别的题答得好的人，这道题并不更对")
    if unused := [n for n in range(options) if not item.chosen.get(n)]:
        letters = "、".join(LETTERS[number] for number in unused)
        reasons.append(f"没有人选 {letters}")
    if item.seconds is not None and item.seconds < limits.least_seconds:
        reasons.append("答得太快：多半没有看题")
    return reasons


def _discrimination(answers: Sequence[Given]) -> float | None:
    known = [(one.is_right, one.rest) for one in answers if one.rest is not None]
    right = [rest for is_right, rest in known if is_right]
    wrong = [rest for is_right, rest in known if not is_right]
    if not right or not wrong:
        return None
    spread = pstdev([rest for _, rest in known])
    if not spread:
        return None
    share = len(right) / len(known)
    return (fmean(right) - fmean(wrong)) / spread * math.sqrt(share * (1 - share))
