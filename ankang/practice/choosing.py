"""Which questions make a group: mixed, one's own work first, nothing twice. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

Order = tuple[float, ...]


@dataclass(frozen=True)
class Candidate:
    """A question that may be asked, as far as the choice looks at it.

    `question` tells the question through its versions. `is_own` is what is written for
    the person's industry or post, not for everybody. `last_day` is the day of the last
    answer, 0 if there is none.
    """

    version: int
    question: int
    kind: str
    strand: str
    difficulty: int
    is_own: bool
    last_day: int = 0


@dataclass
class Mix:
    """How often each kind and difficulty should come, as weights, and what was taken."""

    kinds: Mapping[str, int]
    difficulties: Sequence[int]
    taken: Counter[tuple[str, object]] = field(default_factory=Counter)

    def allows(self, one: Candidate) -> bool:
        return bool(self.kinds.get(one.kind)) and bool(
            self.difficulties[one.difficulty - 1]
        )

    def need(self, name: str, key: object, weight: int) -> float:
        """How full the share of a kind would be with one more: the least comes next."""
        return (self.taken[name, key] + 1) / weight

    def take(self, one: Candidate) -> None:
        self.taken["kind", one.kind] += 1
        self.taken["strand", one.strand] += 1
        self.taken["difficulty", one.difficulty] += 1


def choose(
    candidates: Iterable[Candidate],
    *,
    count: int,
    mix: Mix,
    today: int,
    chance: Random,
) -> list[int]:
    """The versions of a group in the order of asking; fewer if there are not enough.

    Kinds come by weight; within a kind what was not answered today, then what was never
    answered, then what is for one's own work; then strands and difficulties in turn.
    """
    left: dict[str, list[tuple[float, Candidate]]] = {}
    asked: set[int] = set()
    for one in sorted(candidates, key=lambda one: one.version):
        if mix.allows(one) and one.question not in asked:
            asked.add(one.question)
            left.setdefault(one.kind, []).append((chance.random(), one))
    chosen: list[int] = []
    while left and len(chosen) < count:
        kind = min(
            left, key=lambda kind: (mix.need("kind", kind, mix.kinds[kind]), kind)
        )
        best = min(left[kind], key=lambda pair: _order(pair, mix, today))
        left[kind].remove(best)
        if not left[kind]:
            del left[kind]
        mix.take(best[1])
        chosen.append(best[1].version)
    return chosen


def _order(pair: tuple[float, Candidate], mix: Mix, today: int) -> Order:
    luck, one = pair
    return (
        one.last_day >= today,
        one.last_day > 0,
        not one.is_own,
        mix.taken["strand", one.strand],
        mix.need("difficulty", one.difficulty, mix.difficulties[one.difficulty - 1]),
        one.last_day,
        luck,
    )
