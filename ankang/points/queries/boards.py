"""What a board shows: the first fifty, and my own rank, among however many people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.organizations.models import Employer
from ankang.points.models import BoardBucket, BoardPlace, BoardState
from ankang.points.models.boards import PERIODS
from ankang.points.ranking import CITY, WIDTHS, spans_above, starts_on

SHOWN = 50
# A LIMIT no smaller than the span can be: PostgreSQL, which expects many more rows than
# there are, would otherwise start parallel workers, for 25 ms instead of 0.3.
SPAN = """
SELECT people FROM (
    SELECT people FROM points_boardbucket
    WHERE employer = %s AND period = %s AND starts_on = %s AND width = %s
        AND bucket > %s {before} ORDER BY bucket LIMIT %s
) AS {name}
"""
MOST_BUCKETS = 4096


@dataclass(frozen=True)
class Line:
    """One line of a board. People with the same points share a rank: 1, 2, 2, 4."""

    rank: int
    name: str
    total: int
    is_me: bool


@dataclass(frozen=True)
class BoardPage:
    """A board as one of those on it sees it. `rank` is 0 for whoever is not on it."""

    title: str
    lines: list[Line]
    rank: int
    total: int
    people: int
    folded_at: datetime | None


def board_page(
    *, person: Person, employer: Employer | None, period: str, at: datetime
) -> BoardPage:
    """The board of an employer, or of the city if None, in its current period.

    Five queries over few rows each, whether 200 people take part or four million.
    """
    start = starts_on(period, timezone.localdate(at))
    places = BoardPlace.objects.filter(period=period, starts_on=start)
    mine = places.filter(person=person).first()
    if employer:
        places = places.filter(employer=employer)
    board = (employer.pk if employer else CITY, period, start)
    is_on = mine and mine.total > 0 and (not employer or mine.employer == employer)
    state = BoardState.objects.first()
    return BoardPage(
        title=dict(PERIODS)[period],
        lines=top_lines(
            top_places(places),
            person,
        ),
        rank=rank_on(*board, total=mine.total) if mine and is_on else 0,
        total=mine.total if mine else 0,
        people=people_on(*board),
        folded_at=state.folded_at if state else None,
    )


def top_places(places: QuerySet[BoardPlace]) -> QuerySet[BoardPlace]:
    """The first fifty, in the order of the index: by the key, not by the person."""
    return (
        places.order_by("-total", "person_id")
        .select_related("person__point_account")
        .only(
            "total",
            "person__name",
            "person__point_account__choice",
            "person__point_account__shows_name",
        )[:SHOWN]
    )


def top_lines(places: Iterable[BoardPlace], person: Person) -> list[Line]:
    """The places with their ranks. Names are masked unless their owner consented.

    Whoever has just left is not shown, though not yet counted out.
    """
    lines: list[Line] = []
    rank, last = 0, None
    for number, place in enumerate(places, start=1):
        if place.total <= 0:
            break
        if place.total != last:
            rank, last = number, place.total
        account = getattr(place.person, "point_account", None)
        if account is not None and account.choice is False:
            continue
        is_me = place.person_id == person.pk
        shows = is_me or (account is not None and account.shows_name)
        name = place.person.name if shows else f"{place.person.name[:1]}**"
        lines.append(Line(rank, name, place.total, is_me))
    return lines


def rank_on(employer: int, period: str, start: date, *, total: int) -> int:
    """1 + the number of people on the board with more points than `total`. Exact."""
    adapted = connection.ops.adapt_datefield_value(start)
    parts, values = [], []
    for width, after, before in spans_above(total):
        upper = "AND bucket < %s" if before else ""
        parts.append(SPAN.format(before=upper, name=f"span_{width}"))
        ends = [before] if before else []
        values += [employer, period, adapted, width, after, *ends, MOST_BUCKETS]
    with connection.cursor() as cursor:
        spans = " UNION ALL ".join(parts)
        cursor.execute(f"SELECT SUM(people) FROM ({spans}) AS spans", values)  # noqa: S608
        found = cursor.fetchone()
    return 1 + int(found[0] or 0)


def people_on(employer: int, period: str, start: date) -> int:
    """How many people are on the board."""
    widest = BoardBucket.objects.filter(
        employer=employer, period=period, starts_on=start, width=WIDTHS[-1]
    )
    return widest.aggregate(people=Sum("people"))["people"] or 0
