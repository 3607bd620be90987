"""What a team has reached together: pure, so that the rule can be read and tested.

Targets follow those who take part. Somebody who stays away adds nothing and costs
nothing, and one who falls short of the days is made up for by the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ankang.policies.teams import SeasonRules

PERCENT = 100


@dataclass(frozen=True)
class Share:
    """What one member has done in the season: days of practice, questions recalled."""

    days: int = 0
    recalls: int = 0


@dataclass(frozen=True)
class Progress:
    """A team's way to its targets. An aim of 0 is no target."""

    active: int
    least_active: int
    recalls: int
    recalls_aim: int
    full: int
    full_aim: int

    @property
    def has_enough(self) -> bool:
        """Do enough people take part for it to be a team's doing?"""
        return self.active >= self.least_active

    @property
    def is_reached(self) -> bool:
        return (
            self.has_enough
            and self.recalls >= self.recalls_aim
            and self.full >= self.full_aim
        )

    @property
    def recalls_percent(self) -> int:
        return percent(self.recalls, self.recalls_aim)

    @property
    def full_percent(self) -> int:
        return percent(self.full, self.full_aim)


def percent(done: int, aim: int) -> int:
    """How much of an aim is done, at most all of it; nothing of an aim of 0."""
    return min(PERCENT, done * PERCENT // aim) if aim else 0


def progress_of(shares: Sequence[Share], rules: SeasonRules) -> Progress:
    """Where a team of these members stands."""
    active = [one for one in shares if one.days >= rules.active_days]
    full = sum(one.days >= rules.days_each for one in active) if rules.days_each else 0
    full_aim = max(1, len(active) - rules.spare) if rules.days_each else 0
    return Progress(
        active=len(active),
        least_active=rules.least_active,
        recalls=sum(one.recalls for one in shares),
        recalls_aim=rules.recalls_each * len(active),
        full=full,
        full_aim=full_aim,
    )
