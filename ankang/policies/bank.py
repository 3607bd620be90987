"""When a question of the bank needs a look: the `bank` table of a rule edition, typed."""

from dataclasses import dataclass, fields
from typing import Self


@dataclass(frozen=True)
class BankRules:
    """Limits for the figures of a question. Names are the keys of the edition's table.

    Percent are of right answers, of the discrimination (a correlation), of shared pairs
    of characters. Below `fewest_answers` figures say nothing.
    """

    fewest_answers: int
    easiest_percent: int
    hardest_percent: int
    discrimination_percent: int
    least_seconds: int
    alike_percent: int

    @classmethod
    def from_table(cls, table: object) -> Self:
        """Build from an edition's table.

        :raises ValueError: a value is missing or no whole number from 0; it is named.
        """
        values = table if isinstance(table, dict) else {}
        for one in fields(cls):
            raw = values.get(one.name)
            if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
                raise ValueError(f"参数 bank 里 {one.name} 的值不对：{raw!r}")
        return cls(**{one.name: values[one.name] for one in fields(cls)})

    @classmethod
    def usual(cls) -> Self:
        """For editions from before the table: what the first one with it says."""
        return cls(
            fewest_answers=30,
            easiest_percent=95,
            hardest_percent=20,
            discrimination_percent=10,
            least_seconds=2,
            alike_percent=60,
        )
