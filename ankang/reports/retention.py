"""The retained-knowledge index (知识保持指数), pure: means, intervals, what is hidden.

A person's index is the mean expected recall (FSRS) of that person's cards; the index of
a group is the mean over its people. The unit is the person, never the answer: answers of
one person hang together, and somebody who practices a lot must not weigh more.

The interval is that of a mean over independent people: plus and minus the 97.5 % quantile
of Student's t times the standard error of the persons' means. This is what clustering by
person gives when each person has one value, so no bootstrap is needed. It says how far
the mean would move if other people of the group had practiced. It does not say whether
the forgetting curve itself is right: that is what the calibration shows beside it. Nor
does it speak of those who never practiced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist

HORIZONS = (0, 30, 90, 180)
CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True)
class Figure:
    """Expected recall after some days, with the bounds of its interval; 0 to 1."""

    days: int
    mean: float
    low: float
    high: float


@dataclass
class Tally:
    """What a group's people know, added up person by person."""

    people: int = 0
    answers: int = 0
    sums: list[float] = field(default_factory=lambda: [0.0] * len(HORIZONS))
    squares: list[float] = field(default_factory=lambda: [0.0] * len(HORIZONS))

    def add(self, means: Sequence[float], answers: int) -> None:
        """One more person: the mean recall at each horizon, and how many answers."""
        self.people += 1
        self.answers += answers
        for place, mean in enumerate(means):
            self.sums[place] += mean
            self.squares[place] += mean * mean

    def figures(self) -> list[Figure]:
        return [
            _figure(days, self.people, self.sums[place], self.squares[place])
            for place, days in enumerate(HORIZONS)
        ]


def student_t(people: int) -> float:
    """The quantile for so many people; Cornish–Fisher, right to 0.002 from 20 on."""
    free = people - 1
    z = _Z
    return (
        z
        + (z**3 + z) / (4 * free)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free * free)
    )


def _figure(days: int, people: int, total: float, squares: float) -> Figure:
    mean = total / people
    if people == 1:
        return Figure(days, mean, 0.0, 1.0)
    variance = max(0.0, (squares - people * mean * mean) / (people - 1))
    half = student_t(people) * float((variance / people) ** 0.5)
    return Figure(days, mean, max(0.0, mean - half), min(1.0, mean + half))


def shown_keys(people: Mapping[str, int], fewest: int) -> set[str]:
    """The cells of one table that may be shown.

    A cell of too few people is hidden. If that leaves one hidden cell, or hidden cells
    with too few people together, the total minus the shown cells would give them away:
    then the smallest shown cells are hidden too.
    """
    order = sorted(people, key=lambda key: (people[key], key))
    hidden = [key for key in order if people[key] < fewest]
    shown = order[len(hidden) :]
    while hidden and shown and not _is_covered(people, hidden, fewest):
        hidden.append(shown.pop(0))
    return set(shown)


def _is_covered(people: Mapping[str, int], hidden: list[str], fewest: int) -> bool:
    return len(hidden) > 1 and sum(people[key] for key in hidden) >= fewest
