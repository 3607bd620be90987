"""The voluntary points of a rule edition: the `points` table of its data, typed.

Two kinds of things stand in it: what each act is worth and up to where, and what may be
shown to whom. Code asks the rules and never the year.
"""

from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from ankang.policies.acts import Act


class Board(StrEnum):
    """Among whom a board (榜单) ranks."""

    EMPLOYER = "employer"
    CITY = "city"


class Period(StrEnum):
    """Over which time a board adds up."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


class Condition(StrEnum):
    """What a medal (勋章) asks for `number` of."""

    TOTAL = "total"
    STREAK = "streak"
    TIMES = "times"


@dataclass(frozen=True)
class ActRule:
    """What one act is worth. A cap of 0 is none but the day's total cap.

    `is_offered` is false where the edition lists an act that this product has not.
    """

    act: Act
    points: int
    unit: str
    day_cap: int = 0
    week_cap: int = 0
    is_learning: bool = True
    is_offered: bool = True
    note: str = ""

    @property
    def is_earning(self) -> bool:
        return self.is_offered and self.points > 0

    @property
    def cap_text(self) -> str:
        if self.week_cap:
            return f"每周最多 {self.week_cap} 分"
        return f"每天最多 {self.day_cap} 分" if self.day_cap else "计入每日总上限"


@dataclass(frozen=True)
class Level:
    """A level (段位) with its name, reached with `least` points in all."""

    name: str
    least: int


@dataclass(frozen=True)
class MedalRule:
    """A medal and when it is given: `number` points, streak days, or times of `act`."""

    code: str
    name: str
    condition: Condition
    number: int
    icon: str
    act: str = ""
    is_lost_by_deduction: bool = False

    @property
    def text(self) -> str:
        """What must be done for it, in words."""
        match self.condition:
            case Condition.TOTAL:
                return f"累计得到 {self.number} 分"
            case Condition.STREAK:
                return f"连续学习 {self.number} 天"
            case Condition.TIMES:
                return f"{Act(self.act).label}累计 {self.number} 次"


@dataclass(frozen=True)
class PointsRules:
    """Everything an edition says about points. Names are the keys of its table.

    `is_default` is whether somebody who never chose takes part. `boards` and `periods`
    are the rankings that may be shown: none, unless the edition says so.
    """

    is_default: bool
    day_cap: int
    rest_days: int
    boards: tuple[Board, ...]
    periods: tuple[Period, ...]
    shows_friends: bool
    shows_seasons: bool
    acts: tuple[ActRule, ...]
    levels: tuple[Level, ...]
    medals: tuple[MedalRule, ...]

    @classmethod
    def from_table(cls, table: object) -> Self:
        """Build from an edition's table.

        :raises ValueError: something is missing, unknown, or contradicts itself.
        """
        values = _values(cls, table, "points")
        made = cls(
            **values
            | {
                "boards": _enums(Board, values["boards"], "boards"),
                "periods": _enums(Period, values["periods"], "periods"),
                "acts": _rows(ActRule, values["acts"], "acts"),
                "levels": _rows(Level, values["levels"], "levels"),
                "medals": _rows(MedalRule, values["medals"], "medals"),
            }
        )
        made._check()
        return made

    @classmethod
    def none(cls) -> Self:
        """The rules of an edition from before there were points: nothing is earned."""
        return cls(
            is_default=False,
            day_cap=0,
            rest_days=0,
            boards=(),
            periods=(),
            shows_friends=False,
            shows_seasons=False,
            acts=(),
            levels=(),
            medals=(),
        )

    def _check(self) -> None:
        if bool(self.boards) != bool(self.periods):
            raise ValueError(
                "参数 points 里 boards 和 periods 要么都写，要么都空：[] 表示不排名"
            )
        _once((rule.act for rule in self.acts), "acts")
        _once((rule.code for rule in self.medals), "medals")
        if Act.CORRECTION in self._by_act:
            raise ValueError("参数 points 里 acts 不能写 correction：更正由人工办理")
        least = [level.least for level in self.levels]
        if self.acts and (least != sorted(set(least)) or least[:1] != [0]):
            raise ValueError("参数 points 里 levels 要从 0 分开始，逐级升高")

    @cached_property
    def _by_act(self) -> dict[str, ActRule]:
        return {rule.act: rule for rule in self.acts}

    def rule_of(self, act: str) -> ActRule | None:
        """What the act earns, or None where it earns nothing."""
        rule = self._by_act.get(act)
        return rule if rule and rule.is_earning else None

    @property
    def offered(self) -> list[ActRule]:
        return [rule for rule in self.acts if rule.is_earning]

    @property
    def has_points(self) -> bool:
        """Does this edition know points at all?"""
        return bool(self.offered)

    @property
    def allows_ranking(self) -> bool:
        """May any list of people in the order of points be shown?"""
        return bool(self.boards)

    def level_at(self, total: int) -> tuple[int, Level, Level | None]:
        """The level's number from 1, the level, and the next one if there is any."""
        reached = max(
            (n for n, level in enumerate(self.levels) if level.least <= total),
            default=0,
        )
        following = self.levels[reached + 1 : reached + 2]
        return reached + 1, self.levels[reached], next(iter(following), None)


def _values(kind: type, table: object, where: str) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise ValueError(f"参数 {where} 的值不对：应为一组值")
    known = {one.name: one for one in fields(kind)}
    for name in table:
        if name not in known:
            raise ValueError(f"参数 {where} 里没有 {name} 这一项")
    values: dict[str, Any] = {}
    for name, one in known.items():
        if name not in table:
            if one.default is MISSING:
                raise ValueError(f"参数 {where} 缺少 {name}")
            continue
        values[name] = _value(one.type, table[name], f"参数 {where} 里 {name} 的值不对")
    return values


def _value(kind: Any, raw: object, wrong: str) -> object:
    if kind is int:
        if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
            raise ValueError(f"{wrong}：{raw!r}")
    elif kind is bool:
        if not isinstance(raw, bool):
            raise ValueError(f"{wrong}：{raw!r}")
    elif isinstance(kind, type):
        try:
            return kind(raw)
        except ValueError as error:
            raise ValueError(f"{wrong}：{raw!r}") from error
    elif not isinstance(raw, list | tuple):
        raise ValueError(f"{wrong}：应为一列值")
    return raw


def _enums(kind: type[StrEnum], raw: Iterable[object], name: str) -> tuple[Any, ...]:
    wrong = f"参数 points 里 {name} 的值不对"
    made = tuple(_value(kind, one, wrong) for one in raw)
    _once(made, name)
    return made


def _rows(kind: type, raw: Iterable[object], name: str) -> tuple[Any, ...]:
    made = tuple(kind(**_values(kind, row, f"points.{name}")) for row in raw)
    for row in made:
        if isinstance(row, MedalRule) and (
            (row.condition == Condition.TIMES) != (row.act in Act.values)
        ):
            raise ValueError(f"参数 points.{name} 里 {row.code} 要写明是哪种行为的次数")
    return made


def _once(values: Iterable[object], name: str) -> None:
    seen = list(values)
    if len(set(seen)) < len(seen):
        raise ValueError(f"参数 points 里 {name} 有一项写了两次")
