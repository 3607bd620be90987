"""Drawing the questions of an exam paper. Pure: chance comes in as an argument."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from random import Random

BALANCED_DRAWS = 20


@dataclass(frozen=True)
class Candidate:
    """A question of the bank that may be drawn, by the key of its current version."""

    version: int
    strand: str
    difficulty: int


class BankTooSmall(ValueError):
    """A strand has fewer questions than the course wants; the message is its code."""


def draw(
    candidates: Sequence[Candidate],
    wanted: Mapping[str, int],
    *,
    seen: Mapping[int, int],
    earlier: Collection[frozenset[int]],
    chance: Random,
) -> list[int]:
    """Versions for a paper, in their order: so many of each strand, difficulties mixed.

    Questions that the person has `seen` less often come first, and a set of an
    `earlier` paper is not drawn again if the bank allows another.

    :raises BankTooSmall: a strand has too few questions.
    """
    pools = {code: [one for one in candidates if one.strand == code] for code in wanted}
    for code, count in wanted.items():
        if len(pools[code]) < count:
            raise BankTooSmall(code)
    drawn: list[int] = []
    for _ in range(BALANCED_DRAWS):
        drawn = [
            version
            for code, count in wanted.items()
            for version in _balanced(pools[code], count, seen, chance)
        ]
        if frozenset(drawn) not in earlier:
            break
    else:
        drawn = [
            one.version
            for code, count in wanted.items()
            for one in chance.sample(pools[code], count)
        ]
    chance.shuffle(drawn)
    return drawn


def shuffled_options(count: int, chance: Random) -> list[int]:
    """The options of a question in the order in which they are shown."""
    order = list(range(count))
    chance.shuffle(order)
    return order


def _balanced(
    pool: Sequence[Candidate], count: int, seen: Mapping[int, int], chance: Random
) -> list[int]:
    """Take turns between the difficulties, in each the least seen question first."""
    piles: dict[int, list[Candidate]] = {}
    for one in pool:
        piles.setdefault(one.difficulty, []).append(one)
    turns = list(piles.values())
    chance.shuffle(turns)
    for pile in turns:
        chance.shuffle(pile)
        pile.sort(key=lambda one: -seen.get(one.version, 0))
    drawn: list[int] = []
    while len(drawn) < count:
        for pile in turns:
            if pile and len(drawn) < count:
                drawn.append(pile.pop().version)
    return drawn
