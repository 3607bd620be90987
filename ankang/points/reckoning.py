"""How much an act is worth today: pure, so that the rule can be read and tested.

The caller holds the person's lock and knows what was earned today and this week.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ankang.policies.acts import Act
from ankang.policies.points import ActRule, PointsRules


@dataclass(frozen=True)
class Gain:
    """One act that may be worth points: from what source, how many times, about what."""

    act: str
    source: str
    times: int = 1
    about: str = ""


@dataclass(frozen=True)
class Award:
    """What an act brought. `points` is at most `full`; the reason says why it is less.

    `is_new` is false if the act had been booked before, or earns nothing.
    """

    act: str
    source: str
    full: int = 0
    points: int = 0
    reason: str = ""
    is_new: bool = False


@dataclass
class Tally:
    """What a person earned by awards on one day, and by act in that day's week."""

    earned: int = 0
    today: Counter[str] = field(default_factory=Counter)
    week: Counter[str] = field(default_factory=Counter)

    def add(self, award: Award) -> None:
        self.earned += award.points
        self.today[award.act] += award.points
        self.week[award.act] += award.points


def with_sign_in(
    gains: Sequence[Gain], tally: Tally, rules: PointsRules, day: str
) -> list[Gain]:
    """The first learning of a day is also the day's sign-in, where that earns anything.

    Opening a page does not count: reading never makes points.
    """
    earning = [gain for gain in gains if rules.rule_of(gain.act)]
    if not rules.rule_of(Act.SIGN_IN) or Act.SIGN_IN in tally.today or not earning:
        return earning
    if any(gain.act == Act.SIGN_IN for gain in earning):
        return earning
    return [Gain(Act.SIGN_IN, f"day:{day}"), *earning]


def reckon(gains: Sequence[Gain], tally: Tally, rules: PointsRules) -> list[Award]:
    """Book each act within the caps that are left; `tally` grows with them."""
    awards = []
    for gain in gains:
        rule = rules.rule_of(gain.act)
        if rule is None:
            continue
        award = _award(gain, rule, tally, rules)
        tally.add(award)
        awards.append(award)
    return awards


def _award(gain: Gain, rule: ActRule, tally: Tally, rules: PointsRules) -> Award:
    full = rule.points * gain.times
    points, why = full, ""
    for left, sentence in (
        (rule.day_cap - tally.today[gain.act], f"这一项每天最多 {rule.day_cap} 分")
        if rule.day_cap
        else (full, ""),
        (rule.week_cap - tally.week[gain.act], f"这一项每周最多 {rule.week_cap} 分")
        if rule.week_cap
        else (full, ""),
        (rules.day_cap - tally.earned, f"每天最多 {rules.day_cap} 分"),
    ):
        if left < points:
            points, why = max(0, left), sentence
    return Award(
        act=gain.act,
        source=gain.source,
        full=full,
        points=points,
        reason=_reason(gain, rule, points, why),
        is_new=True,
    )


def _reason(gain: Gain, rule: ActRule, points: int, why: str) -> str:
    """In plain words: what for, how much, and if less than its worth, why."""
    times = f"，{gain.times} 次" if gain.times > 1 else ""
    words = f"{rule.act.label}{gain.about}：{rule.unit}得 {rule.points} 分{times}"
    if not why:
        return words
    booked = f"本次计 {points} 分" if points else "已到上限，本次不加分"
    return f"{words}；{why}，{booked}"
