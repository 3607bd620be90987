"""How long what is not evidence is kept: the `privacy` table of an edition."""

from dataclasses import dataclass
from typing import Self

from ankang.policies.tables import table_of, whole_in

# A case of the spring has to find the sign-ins of the autumn before; nothing here needs
# those of three years ago.
SHORTEST_DAYS = 180
LONGEST_DAYS = 1095


@dataclass(frozen=True)
class PrivacyRules:
    """Names are the keys of the edition's table.

    Sign-ins with their device are kept `sign_in_days`, then forgotten (个人信息保护法第十九条:
    no longer than the purpose needs).
    """

    sign_in_days: int

    @classmethod
    def from_table(cls, table: object) -> Self:
        """Build from an edition's table, or take one that is built.

        :raises ValueError: a value is missing or out of bounds; the message names it.
        """
        if isinstance(table, cls):
            return table
        values = table_of("privacy", table)
        return cls(
            sign_in_days=whole_in(
                "privacy",
                values,
                "sign_in_days",
                least=SHORTEST_DAYS,
                most=LONGEST_DAYS,
            )
        )

    @classmethod
    def usual(cls) -> Self:
        """For editions from before the table."""
        return cls(sign_in_days=400)
