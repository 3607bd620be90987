"""Forming teams: pure, and from a seed that everybody may know, so anybody can repeat it.

People are laid out by risk, industry and ticket, and dealt to the teams in turn like
cards. Whoever shares a risk, or a risk and an industry, lies in one stretch, so no team
gets more than one of them above any other. A ticket is the SHA-256 of `seed:number`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Entrant:
    """Somebody who signed up: their number, and of what work."""

    number: str
    risk: str
    industry: str


def ticket(seed: str, number: str) -> str:
    return sha256(f"{seed}:{number}".encode()).hexdigest()


def team_count(people: int, *, size: int, least: int) -> int:
    """As many teams as hold all people with `size` each, unless some had too few."""
    count = -(-people // size)
    while count > 1 and people // count < least:
        count -= 1
    return count if people >= least else 0


def mix(
    entrants: Iterable[Entrant], *, size: int, least: int, seed: str
) -> list[list[str]]:
    """The numbers of each team; no team if there are fewer than `least` people.

    It depends on the people and the seed, not on who signed up first.
    """
    laid_out = sorted(
        entrants,
        key=lambda one: (one.risk, one.industry, ticket(seed, one.number), one.number),
    )
    count = team_count(len(laid_out), size=size, least=least)
    teams: list[list[str]] = [[] for _ in range(count)]
    for place, one in enumerate(laid_out if count else []):
        teams[place % count].append(one.number)
    return teams
