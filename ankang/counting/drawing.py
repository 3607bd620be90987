"""Drawing people for inspection so that anybody can repeat it with `sha256sum`.

The list is one number a line, in order. The ticket of a number is the SHA-256 of
`seed:number` in hex; the smallest tickets are drawn.
"""

import heapq
from collections.abc import Iterable, Sequence
from hashlib import sha256


def list_text(numbers: Iterable[str]) -> str:
    """The list as the file that one downloads."""
    return "".join(f"{number}\n" for number in sorted(numbers))


def list_digest(text: str) -> str:
    """What `sha256sum` says of that file."""
    return sha256(text.encode()).hexdigest()


def ticket(seed: str, number: str) -> str:
    return sha256(f"{seed}:{number}".encode()).hexdigest()


def draw(numbers: Sequence[str], *, seed: str, size: int) -> list[tuple[str, str]]:
    """The `size` smallest tickets with their numbers, smallest first."""
    return heapq.nsmallest(size, ((ticket(seed, number), number) for number in numbers))
