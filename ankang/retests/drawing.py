"""Drawing the people of a retest by strata, so that anybody can repeat it. Pure.

The list is one person a line, `stratum number`, in order. The ticket of a person is that
of `counting.drawing`: SHA-256 of `seed:number`. In each stratum the smallest are drawn,
as many as were announced with the list.
"""

from collections.abc import Iterable, Mapping

from ankang.counting.drawing import draw

WHOLE = "all"
Holder = tuple[str, str]

BY_HAND = """\
SEED='{seed}'
while read -r stratum number; do
  printf '%s:%s' "$SEED" "$number" | sha256sum | cut -c1-64 | tr '\\n' ' '
  echo "$stratum $number"
done < {file} | LC_ALL=C sort | awk '
  BEGIN {{ {quotas} }}
  taken[$2]++ < quota[$2]'"""


def holder_text(holders: Iterable[Holder]) -> str:
    """The list as the file that one downloads."""
    return "".join(f"{stratum} {number}\n" for stratum, number in sorted(holders))


def holders_of(text: str) -> dict[str, list[str]]:
    """The numbers of each stratum of a list."""
    strata: dict[str, list[str]] = {}
    for line in text.splitlines():
        stratum, number = line.split(" ")
        strata.setdefault(stratum, []).append(number)
    return strata


def shares(people: Mapping[str, int], size: int) -> dict[str, int]:
    """How many to draw in each stratum: in proportion, by largest remainder.

    Equal remainders go to the smaller code. With shares in proportion the plain share of
    those who passed estimates that of all holders.
    """
    total = sum(people.values())
    exact = {code: divmod(size * count, total) for code, count in people.items()}
    quota = {code: whole for code, (whole, _) in exact.items()}
    left = size - sum(quota.values())
    by_rest = sorted(exact, key=lambda code: (-exact[code][1], code))
    for code in by_rest[:left]:
        quota[code] += 1
    return quota


def draw_strata(
    text: str, *, seed: str, quotas: Mapping[str, int]
) -> list[tuple[str, str, str]]:
    """Ticket, stratum and number of everybody drawn, the smallest ticket first."""
    strata = holders_of(text)
    return sorted(
        (ticket, code, number)
        for code, size in quotas.items()
        for ticket, number in draw(strata.get(code, []), seed=seed, size=size)
    )


def lines_to_repeat(*, seed: str, file: str, quotas: Mapping[str, int]) -> str:
    """Lines for any shell that draw the same numbers from the downloaded list."""
    told = " ".join(f'quota["{code}"] = {n};' for code, n in sorted(quotas.items()))
    return BY_HAND.format(seed=seed.replace("'", "'\\''"), file=file, quotas=told)
