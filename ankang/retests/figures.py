"""What a retest says of all certificate holders, pure."""

from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True)
class Outcome:
    """People invited, those who took it, those who passed.

    Whoever did not take it is counted as such, and never left out in silence: `share` is
    of those who took it; `least` and `most` say where the share of all invited lies,
    whatever the others know.
    """

    invited: int
    taken: int
    passed: int

    @property
    def missing(self) -> int:
        return self.invited - self.taken

    @property
    def response(self) -> float:
        return self.taken / self.invited if self.invited else 0.0

    @property
    def share(self) -> float | None:
        return self.passed / self.taken if self.taken else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.passed, self.taken) if self.taken else None

    @property
    def least(self) -> float:
        return self.passed / self.invited if self.invited else 0.0

    @property
    def most(self) -> float:
        return (self.passed + self.missing) / self.invited if self.invited else 1.0


def wilson(passed: int, taken: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; sound for few people and near 0 and 1."""
    share, square = passed / taken, _Z * _Z
    middle = (share + square / (2 * taken)) / (1 + square / taken)
    spread = share * (1 - share) / taken + square / (4 * taken * taken)
    half = float(_Z * spread**0.5 / (1 + square / taken))
    return max(0.0, middle - half), min(1.0, middle + half)
