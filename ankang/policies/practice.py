"""How people practice: the `practice` table of a rule edition, typed."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Self

DIFFICULTIES = 3
# a group is fetched in one page and its queue sent in one letter
MOST_QUESTIONS = 50
MODES = ("daily", "weekly", "special", "challenge", "mistakes", "hazard", "review")
KINDS = ("single", "multiple", "true_false", "fill_in", "ordering", "hazard")
MODE_NUMBERS = ("questions", "minutes", "tries", "lives")


@dataclass(frozen=True)
class ModeRules:
    """One way of practicing. Names are the keys of the edition's table of the mode.

    `questions` are fetched at once; `minutes` 0 means no time limit; `tries` are groups
    a day (of the weekly mode: a week), 0 as many as one likes; `lives` are the mistakes
    that end a run, 0 where a run does not end. `kinds` and `difficulties` are weights of
    the mix: what has no weight is not asked.
    """

    questions: int
    minutes: int
    tries: int
    lives: int
    kinds: dict[str, int]
    difficulties: tuple[int, ...]

    @classmethod
    def from_table(cls, mode: str, table: object) -> Self:
        """Build from an edition's table.

        :raises ValueError: a value is missing or of the wrong kind; the message names it.
        """
        where = f"practice.{mode}"
        values = _table(where, table)
        _refuse_unknown(where, values, (*MODE_NUMBERS, "kinds", "difficulties"))
        numbers = {name: _whole(where, values, name) for name in MODE_NUMBERS}
        if not 1 <= numbers["questions"] <= MOST_QUESTIONS:
            raise ValueError(
                f"参数 {where} 的 questions 应在 1 到 {MOST_QUESTIONS} 之间"
            )
        if mode == "challenge" and not numbers["lives"]:
            raise ValueError(f"参数 {where} 的 lives 至少是 1：挑战答题要有结束的时候")
        return cls(
            kinds=_weights(mode, values.get("kinds")),
            difficulties=_difficulties(mode, values.get("difficulties")),
            **numbers,
        )


@dataclass(frozen=True)
class SpecialSet:
    """A set of topics practiced against the clock (专项). Without topics: its strand."""

    code: str
    name: str
    strand: str
    topics: tuple[str, ...]

    @classmethod
    def from_table(cls, table: object) -> Self:
        """Build from one entry of an edition's list.

        :raises ValueError: a key is missing, or the set names neither topic nor strand.
        """
        values = _table("practice.sets", table)
        _refuse_unknown("practice.sets", values, ("code", "name", "strand", "topics"))
        code, name, strand = (values.get(key, "") for key in ("code", "name", "strand"))
        topics = values.get("topics", [])
        if not isinstance(topics, list | tuple):
            raise ValueError(f"参数 practice.sets 里 {code} 的 topics 应为一列主题")
        is_text = all(isinstance(one, str) for one in (code, name, strand, *topics))
        if not (is_text and code and name and (topics or strand)):
            raise ValueError(f"参数 practice.sets 里的专项不对：{table!r}")
        return cls(code, name, strand, tuple(topics))


@dataclass(frozen=True)
class PracticeRules:
    """Everything that an edition says about practice.

    Seconds and hours say so in their names. An answer faster than `least_seconds` plus
    the question's length at `characters_per_second` was not read.
    """

    open_hours: int
    grace_seconds: int
    least_seconds: Decimal
    characters_per_second: int
    slow_seconds: int
    desired_retention: Decimal
    review_minutes: int
    review_seconds: int
    notebook_rights: int
    notebook_days_apart: int
    reward_run: int
    sets: tuple[SpecialSet, ...]
    modes: dict[str, ModeRules]

    @classmethod
    def none(cls) -> Self:
        """Of an edition from before there was practice: nothing is asked."""
        nothing = ModeRules(1, 0, 0, 0, {}, (1,) * DIFFICULTIES)
        return cls(
            open_hours=1,
            grace_seconds=0,
            least_seconds=Decimal(),
            characters_per_second=1,
            slow_seconds=1,
            desired_retention=Decimal("0.9"),
            review_minutes=1,
            review_seconds=1,
            notebook_rights=1,
            notebook_days_apart=1,
            reward_run=1,
            sets=(),
            modes=dict.fromkeys(MODES, nothing),
        )

    @classmethod
    def from_table(cls, table: object) -> Self:
        """Build from an edition's table, or take one that is built.

        :raises ValueError: a value is missing or of the wrong kind; the message names it.
        """
        if isinstance(table, cls):
            return table
        values = _table("practice", table)
        own = {one.name for one in fields(cls)} - {"modes"}
        _refuse_unknown("practice", values, (*own, *MODES))
        retention = _decimal("practice", values, "desired_retention")
        if not 0 < retention < 1:
            raise ValueError("参数 practice 里 desired_retention 应在 0 和 1 之间")
        return cls(
            open_hours=_positive(values, "open_hours"),
            grace_seconds=_whole("practice", values, "grace_seconds"),
            least_seconds=_decimal("practice", values, "least_seconds"),
            characters_per_second=_positive(values, "characters_per_second"),
            slow_seconds=_positive(values, "slow_seconds"),
            desired_retention=retention,
            review_minutes=_positive(values, "review_minutes"),
            review_seconds=_positive(values, "review_seconds"),
            notebook_rights=_positive(values, "notebook_rights"),
            notebook_days_apart=_positive(values, "notebook_days_apart"),
            reward_run=_positive(values, "reward_run"),
            sets=_sets(values.get("sets", [])),
            modes={
                mode: ModeRules.from_table(mode, values.get(mode)) for mode in MODES
            },
        )


def _table(name: str, table: object) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise ValueError(f"参数 {name} 的值不对：应为一组数值")
    return table


def _refuse_unknown(where: str, values: dict[str, Any], known: Iterable[str]) -> None:
    """A misspelled setting would be silently without effect."""
    if unknown := sorted(values.keys() - set(known)):
        raise ValueError(f"参数 {where} 里没有 {'、'.join(unknown)} 这一项")


def _sets(raw: object) -> tuple[SpecialSet, ...]:
    if not isinstance(raw, list | tuple):
        raise ValueError("参数 practice 里 sets 的值不对：应为一列专项")
    sets = tuple(SpecialSet.from_table(one) for one in raw)
    codes = [one.code for one in sets]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise ValueError(f"参数 practice.sets 里 {'、'.join(twice)} 写了两次")
    return sets


def _whole(where: str, values: dict[str, Any], name: str) -> int:
    raw = values.get(name)
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise ValueError(f"参数 {where} 里 {name} 的值不对：{raw!r}")
    return raw


def _positive(values: dict[str, Any], name: str) -> int:
    number = _whole("practice", values, name)
    if number < 1:
        raise ValueError(f"参数 practice 里 {name} 至少是 1")
    return number


def _decimal(where: str, values: dict[str, Any], name: str) -> Decimal:
    raw = values.get(name)
    wrong = ValueError(f"参数 {where} 里 {name} 的值不对：{raw!r}")
    if not isinstance(raw, str | int) or isinstance(raw, bool):
        raise wrong
    try:
        number = Decimal(raw)
    except ArithmeticError as error:
        raise wrong from error
    if not number.is_finite() or number < 0:
        raise wrong
    return number


def _weights(mode: str, raw: object) -> dict[str, int]:
    values = _table(f"practice.{mode}.kinds", raw)
    _refuse_unknown(f"practice.{mode}.kinds", values, KINDS)
    for name in values:
        _whole(f"practice.{mode}.kinds", values, name)
    if not any(values.values()):
        raise ValueError(f"参数 practice.{mode} 的 kinds 至少要有一种题型")
    return {name: weight for name, weight in values.items() if weight}


def _difficulties(mode: str, raw: object) -> tuple[int, ...]:
    is_weights = (
        isinstance(raw, list | tuple)
        and len(raw) == DIFFICULTIES
        and all(isinstance(one, int) and one >= 0 for one in raw)
        and any(raw)
    )
    if not is_weights or not isinstance(raw, list | tuple):
        raise ValueError(
            f"参数 practice.{mode} 的 difficulties 应为易、中、难三个权重：{raw!r}"
        )
    return tuple(raw)
