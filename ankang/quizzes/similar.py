"""Which questions are nearly the same: shared pairs of characters. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ankang.quizzes.grading import normal

# A pair of characters in more texts than this tells nothing, and would cost a square.
MOST_SHARING = 400


@dataclass(frozen=True, order=True)
class Pair:
    """Two questions and how much they share, from 0 to 1; the smaller key first."""

    share: float
    one: int
    other: int


def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighboring characters of a text, without marks."""
    flat = normal(text)
    return frozenset(flat[place : place + 2] for place in range(len(flat) - 1))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of pairs in both among the pairs in either (Jaccard)."""
    either = len(one | other)
    return len(one & other) / either if either else 0.0


def alike(
    texts: Mapping[int, str], *, among: Iterable[int] | None = None, least: float
) -> list[Pair]:
    """Pairs of texts that are at least so alike, the most alike first.

    With `among`, only pairs that hold one of these keys.
    """
    grams = {key: bigrams(text) for key, text in texts.items()}
    holders: dict[str, list[int]] = defaultdict(list)
    for key, own in grams.items():
        for gram in own:
            holders[gram].append(key)
    found: set[Pair] = set()
    for key in grams if among is None else among:
        near = {
            other
            for gram in grams[key]
            if len(holders[gram]) <= MOST_SHARING
            for other in holders[gram]
        }
        for other in near - {key}:
            share = likeness(grams[key], grams[other])
            if share >= least:
                found.add(Pair(share, min(key, other), max(key, other)))
    return sorted(found, key=lambda pair: (-pair.share, pair.one, pair.other))
