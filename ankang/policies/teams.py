"""Friends and team seasons: the `teams` table of a rule edition, typed.

Whether they may be shown at all is said by `points.shows_friends` and
`points.shows_seasons`; this table says how they work.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self


class FriendFact(StrEnum):
    """What friends may show each other. Nothing here can be put in an order of merit."""

    DAYS = "days"
    STREAK = "streak"


@dataclass(frozen=True)
class FriendRules:
    """Friends. `most` of one person; a request waits `asking_days`.

    An edition without friends says only `most = 0`.
    """

    most: int
    asking_days: int
    asks_per_day: int
    shows: tuple[FriendFact, ...]

    @classmethod
    def from_table(cls, table: object) -> Self:
        """Build from an edition's table.

        :raises ValueError: a value is missing, unknown or of the wrong kind; it is named.
        """
        where = "teams.friends"
        values = _known(cls, table, where)
        if values == {"most": 0}:
            return cls.none()
        raw = values.get("shows")
        if not isinstance(raw, list | tuple):
            raise ValueError(f"参数 {where} 里 shows 的值不对：应为一列值")
        made = cls(
            shows=tuple(_fact(one) for one in raw),
            **{
                name: _whole(values, name, where)
                for name in ("most", "asking_days", "asks_per_day")
            },
        )
        if len(set(made.shows)) < len(made.shows):
            raise ValueError(f"参数 {where} 里 shows 有一项写了两次")
        if made.most and not (made.asking_days and made.asks_per_day and made.shows):
            raise ValueError(
                f"参数 {where} 里 asking_days、asks_per_day 至少是 1，shows 至少写一项"
            )
        return made

    @classmethod
    def none(cls) -> Self:
        return cls(most=0, asking_days=0, asks_per_day=0, shows=())


@dataclass(frozen=True)
class SeasonRules:
    """A season of teams: `days` long, then `rest_days` of rest.

    An edition without seasons says only `days = 0`.

    A team aims at `recalls_each` questions recalled for every member who takes part
    (`active_days` days or more), of which `recalls_per_day` count for one person and
    day; and at `days_each` days of practice by each of them but `spare`. A target of 0
    is none. `late_days` one may still join; `settle_days` after the end late answers of
    a bad network are waited for.
    """

    days: int
    rest_days: int
    late_days: int
    settle_days: int
    team_size: int
    least_size: int
    active_days: int
    least_active: int
    spare: int
    recalls_each: int
    recalls_per_day: int
    days_each: int

    @classmethod
    def from_table(cls, table: object) -> Self:
        """Build from an edition's table.

        :raises ValueError: a value is missing or unknown, or two contradict each other.
        """
        where = "teams.seasons"
        values = _known(cls, table, where)
        if values == {"days": 0}:
            return cls.none()
        made = cls(**{one.name: _whole(values, one.name, where) for one in fields(cls)})
        if made.days:
            for sentence in made._contradictions():
                raise ValueError(f"参数 {where} {sentence}")
        return made

    @classmethod
    def none(cls) -> Self:
        return cls(**dict.fromkeys((one.name for one in fields(cls)), 0))

    def _contradictions(self) -> list[str]:
        rules = (
            (self.rest_days >= 1, "的 rest_days 至少是 1：赛季之间要休息"),
            (self.settle_days < self.rest_days, "的 settle_days 要小于 rest_days"),
            (self.late_days < self.days, "的 late_days 要小于 days"),
            (self.least_size > 1, "的 least_size 至少是 2：一个人不成队"),
            (self.least_size <= self.team_size, "的 least_size 不能大于 team_size"),
            (
                1 < self.least_active <= self.least_size,
                "的 least_active 应在 2 和 least_size 之间",
            ),
            (self.active_days > 0, "的 active_days 至少是 1"),
            (
                bool(self.recalls_each or self.days_each),
                "的 recalls_each、days_each 至少写一个合作目标",
            ),
            (
                self.recalls_each <= self.recalls_per_day * self.days,
                "的 recalls_each 超过了 days 天里最多能计的题数",
            ),
            (self.days_each <= self.days, "的 days_each 不能大于 days"),
        )
        return [sentence for holds, sentence in rules if not holds]


@dataclass(frozen=True)
class TeamRules:
    """Everything an edition says about friends and seasons."""

    friends: FriendRules
    seasons: SeasonRules

    @classmethod
    def from_table(cls, table: object) -> Self:
        """Build from an edition's table, or take one that is built.

        :raises ValueError: something is missing, unknown, or contradicts itself.
        """
        if isinstance(table, cls):
            return table
        values = _known(cls, table, "teams")
        return cls(
            friends=FriendRules.from_table(values.get("friends")),
            seasons=SeasonRules.from_table(values.get("seasons")),
        )

    @classmethod
    def none(cls) -> Self:
        """Of an edition without the table: no friends, no seasons."""
        return cls(FriendRules.none(), SeasonRules.none())


def _known(kind: Any, table: object, where: str) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise ValueError(f"参数 {where} 的值不对：应为一组值")
    names = {one.name for one in fields(kind)}
    for name in table:
        if name not in names:
            raise ValueError(f"参数 {where} 里没有 {name} 这一项")
    return table


def _whole(values: dict[str, Any], name: str, where: str) -> int:
    if name not in values:
        raise ValueError(f"参数 {where} 缺少 {name}")
    raw = values[name]
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise ValueError(f"参数 {where} 里 {name} 的值不对：{raw!r}")
    return raw


def _fact(raw: object) -> FriendFact:
    known = "、".join(FriendFact)
    if raw not in list(FriendFact):
        raise ValueError(
            f"参数 teams.friends 里 shows 没有 {raw!r} 这一项，可以写：{known}"
        )
    return FriendFact(str(raw))
