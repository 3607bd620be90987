"""From when on a fact is a signal: the `signals` table of a rule edition, typed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self


@dataclass(frozen=True)
class Thresholds:
    """One number or a few per signal. Names are the keys of the edition's table.

    What has a value here may be missing in an edition from before there was the signal;
    0 looks for nothing.
    """

    day_open_hours: Decimal
    night_from_hour: int
    night_until_hour: int
    night_hours: Decimal
    device_switches: int
    device_refused_seconds: int
    device_people: int
    lockstep_people: int
    lockstep_lessons: int
    lockstep_seconds: int
    refused_times: int
    soft_refused_times: int
    beat_flood: int
    missed_checks: int
    question_seconds: Decimal
    timing_answers: int
    timing_tolerance_seconds: Decimal
    timing_spread_seconds: Decimal
    cluster_people: int
    cluster_minutes: int
    cluster_share: Decimal
    mistakes_people: int
    mistakes_same: int
    mistakes_share: Decimal
    mistakes_common: Decimal
    practice_quick: int = 0

    @classmethod
    def from_table(cls, table: object) -> Self:
        """Build from an edition's table.

        :raises ValueError: a threshold is missing, or no positive number.
        """
        if not isinstance(table, dict):
            raise ValueError("参数 signals 的值不对：应为一组阈值")
        values: dict[str, object] = {}
        for name, kind in cls.__annotations__.items():
            if name in table:
                values[name] = _number(name, table[name], kind)
            elif not hasattr(cls, name):
                raise ValueError(f"参数 signals 缺少阈值 {name}")
        return cls(**values)  # type: ignore[arg-type]


def _number(name: str, raw: object, kind: type[int | Decimal]) -> int | Decimal:
    wrong = ValueError(f"参数 signals 里 {name} 的值不对：{raw!r}")
    is_whole = isinstance(raw, int) and not isinstance(raw, bool)
    if not is_whole and not (kind is Decimal and isinstance(raw, str)):
        raise wrong
    try:
        number = Decimal(str(raw))
    except ArithmeticError as error:
        raise wrong from error
    if not number.is_finite() or number < 0:
        raise wrong
    return kind(number)
