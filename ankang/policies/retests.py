"""How certificate holders are tested again: the `retest` table of an edition, typed."""

from dataclasses import dataclass, field
from typing import Self

from ankang.policies.tables import table_of, whole_in

FULL_SCORE = 100
LONGEST_WINDOW = 90
LONGEST_MINUTES = 180
MOST_QUESTIONS = 100


@dataclass(frozen=True)
class RetestRules:
    """Names are the keys of the edition's table.

    The window is open for `window_days`; once begun, a person has `minutes`. `draw` says
    how many questions of which strand; `pass_mark` is of 100.
    """

    window_days: int
    minutes: int
    pass_mark: int
    draw: dict[str, int] = field(default_factory=dict)

    @property
    def questions(self) -> int:
        return sum(self.draw.values())

    @classmethod
    def from_table(cls, table: object) -> Self:
        """Build from an edition's table, or take one that is built.

        :raises ValueError: a value is missing or out of bounds; the message names it.
        """
        if isinstance(table, cls):
            return table
        values = table_of("retest", table)
        draw = table_of("retest.draw", values.get("draw"))
        wanted = {
            code: whole_in("retest.draw", draw, code, least=1, most=MOST_QUESTIONS)
            for code in draw
        }
        if not wanted:
            raise ValueError("参数 retest.draw 至少写一个内容板块抽几题")
        return cls(
            window_days=whole_in(
                "retest", values, "window_days", least=1, most=LONGEST_WINDOW
            ),
            minutes=whole_in(
                "retest", values, "minutes", least=1, most=LONGEST_MINUTES
            ),
            pass_mark=whole_in("retest", values, "pass_mark", least=1, most=FULL_SCORE),
            draw=wanted,
        )

    @classmethod
    def none(cls) -> Self:
        """Of an edition from before there were retests: nothing is asked."""
        return cls(window_days=1, minutes=1, pass_mark=FULL_SCORE)
