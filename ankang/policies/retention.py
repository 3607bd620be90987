"""What the retained-knowledge index may show: the `retention` table of an edition."""

from dataclasses import dataclass
from typing import Self

from ankang.policies.tables import table_of, whole_in

# Below five people a mean says what single persons know, whatever an edition says.
FEWEST_EVER = 5
LONGEST_LOOK_BACK = 730


@dataclass(frozen=True)
class RetentionRules:
    """Names are the keys of the edition's table.

    Figures of fewer than `fewest_people` are hidden. Predictions of the last
    `calibration_days` are compared with what came out.
    """

    fewest_people: int
    calibration_days: int

    @classmethod
    def from_table(cls, table: object) -> Self:
        """Build from an edition's table, or take one that is built.

        :raises ValueError: a value is missing or out of bounds; the message names it.
        """
        if isinstance(table, cls):
            return table
        values = table_of("retention", table)
        return cls(
            fewest_people=whole_in(
                "retention", values, "fewest_people", least=FEWEST_EVER, most=1000
            ),
            calibration_days=whole_in(
                "retention", values, "calibration_days", least=7, most=LONGEST_LOOK_BACK
            ),
        )

    @classmethod
    def usual(cls) -> Self:
        """For editions from before the table."""
        return cls(fewest_people=20, calibration_days=180)
