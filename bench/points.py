"""Points at the size of a city and of a province, as JSON.

`python -m bench.points fill N | ask | people N | award SECONDS FIRST LAST GROUP | fold | check`
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ankang.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Sum  # noqa: E402

from ankang.accounts.models import Person  # noqa: E402
from ankang.points.models import Act, BoardPlace, PointEntry  # noqa: E402
from ankang.points.queries.boards import board_page, rank_on, top_places  # noqa: E402
from ankang.points.ranking import ALL_SINCE, CITY, WIDTHS  # noqa: E402
from ankang.points.services import Gain, award_all  # noqa: E402
from ankang.points.services.boards import fold_boards  # noqa: E402
from ankang.points.services.checking import wrong_sums  # noqa: E402
from tests import make, points_rules  # noqa: E402

EMPLOYERS = 2000
MOST = 19_997
ASKED = 400
CHECKED = 5
NOW = datetime(2020, 11, 26, 4, tzinfo=UTC)
NUMBERS = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers"
    " WHERE n < {count}) "
)
PEOPLE = """
INSERT INTO accounts_person (number, name, id_kind, id_sealed, id_index, id_mask,
    mobile_mask, created_at)
{numbers} SELECT {number}, '张某某', 'other', {empty}, {index}, '', '', '2020-01-01'
FROM numbers
"""
PLACES = """
INSERT INTO points_boardplace (period, starts_on, person_id, employer_id, total)
SELECT 'all', '0001-01-01', id, {first} + id % {employers}, 1 + (id * 7919) % {most}
FROM accounts_person
"""
BUCKETS = """
INSERT INTO points_boardbucket (employer, period, starts_on, width, bucket, people)
SELECT {employer}, period, starts_on, {width}, total / {width}, COUNT(*)
FROM points_boardplace GROUP BY {group} period, starts_on, total / {width}
"""


def prepared() -> None:
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    points_rules.edition(2020)


def insert_people(count: int) -> None:
    """Rows as the table wants them, made by the database itself."""
    is_postgres = connection.vendor == "postgresql"
    parts = {
        "numbers": "" if is_postgres else NUMBERS.format(count=count),
        "number": "lpad(to_hex(n), 16, '0')" if is_postgres else "printf('%016x', n)",
        "empty": "''::bytea" if is_postgres else "x''",
        "index": "decode(lpad(to_hex(n), 32, '0'), 'hex')"
        if is_postgres
        else "CAST(printf('%016d', n) AS BLOB)",
    }
    sql = PEOPLE.format(**parts)
    if is_postgres:
        sql = sql.replace("FROM numbers", f"FROM generate_series(1, {count}) AS n")
    # no parameters, so that % stays itself
    run_sql(sql)


def run_sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def fill(count: str) -> dict[str, float]:
    """So many people on the board of all time, spread over the employers."""
    prepared()
    employers = [make.employer() for _ in range(EMPLOYERS)]
    begun = time.perf_counter()
    insert_people(int(count))
    numbers = {"first": employers[0].pk, "employers": EMPLOYERS, "most": MOST}
    run_sql(PLACES.format(**numbers))
    for width in WIDTHS:
        run_sql(
            BUCKETS.format(employer=CITY, width=width, group=""),
            BUCKETS.format(employer="employer_id", width=width, group="employer_id,"),
        )
    # as autovacuum does, lest the first reading of each row be what is measured
    run_sql("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return {"seconds": time.perf_counter() - begun}


def ask() -> dict[str, float]:
    """Milliseconds at the 95th of 100: the two queries, and a whole page's data.

    Some ranks are held against counting everybody above.
    """
    dice = random.Random(1)
    ends = Person.objects.order_by("pk")
    first, last = ends.first(), ends.last()
    assert first
    assert last
    chosen = [dice.randint(first.pk, last.pk) for _ in range(ASKED)]
    places = list(
        BoardPlace.objects.filter(person__in=chosen).select_related("employer")
    )
    for place in places[:CHECKED]:
        above = BoardPlace.objects.filter(period="all", total__gt=place.total).count()
        rank = rank_on(CITY, "all", ALL_SINCE, total=place.total)
        if rank != above + 1:
            raise SystemExit(f"rank {rank}, but {above} people have more")
    board = BoardPlace.objects.filter(period="all", starts_on=ALL_SINCE)
    sql, values = top_places(board).query.sql_with_params()

    def read_top(_: BoardPlace) -> object:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    def rank(place: BoardPlace) -> object:
        return rank_on(CITY, "all", ALL_SINCE, total=place.total)

    def page(place: BoardPlace) -> object:
        return board_page(
            person=place.person, employer=place.employer, period="all", at=NOW
        )

    def counted(place: BoardPlace) -> object:
        return board.filter(total__gt=place.total).count()

    return {
        "top": slowest(read_top, places),
        "rank": slowest(rank, places),
        "page": slowest(page, places),
        "count": slowest(counted, places[:20]),
    }


def slowest(act: Callable[[BoardPlace], object], places: list[BoardPlace]) -> float:
    """Milliseconds that 95 of 100 stay under, the first few left out as warming up."""
    took = []
    for place in places:
        begun = time.perf_counter()
        act(place)
        took.append(time.perf_counter() - begun)
    took = sorted(took[len(took) // 10 :])
    return took[int(len(took) * 0.95)] * 1000


def people(count: str) -> dict[str, int]:
    """People to award, none of whom has points yet."""
    prepared()
    insert_people(int(count))
    first = Person.objects.earliest("pk").pk
    return {"first": first, "last": first + int(count) - 1}


def award_for(seconds: str, first: str, last: str, size: str) -> dict[str, int]:
    """One group of answers after the other, each a transaction, to people in turn."""
    persons = list(Person.objects.filter(pk__range=(int(first), int(last))))
    until = time.perf_counter() + float(seconds)
    groups, points, each = 0, 0, int(size)
    while time.perf_counter() < until:
        someone = persons[groups % len(persons)]
        at = NOW + timedelta(days=groups // len(persons))
        gains = [Gain(Act.SPECIAL, f"g:{groups}:{n}") for n in range(each)]
        points += sum(
            one.points
            for one in award_all(someone, gains, at=at)
            if one.act == Act.SPECIAL
        )
        groups += 1
    return {"awards": groups * each, "points": points}


def fold() -> dict[str, float]:
    """Days that the boards took in, and how long it took."""
    begun = time.perf_counter()
    return {"days": fold_boards(at=NOW), "seconds": time.perf_counter() - begun}


def check() -> dict[str, Any]:
    """What is stored, and whatever does not add up."""
    special = PointEntry.objects.filter(act=Act.SPECIAL)
    points = special.aggregate(total=Sum("points"))["total"]
    return {
        "awards": special.count(),
        "points": points,
        "wrong": list(wrong_sums())[:3],
    }


if __name__ == "__main__":
    ACTS: dict[str, Callable[..., object]] = {
        "fill": fill,
        "ask": ask,
        "people": people,
        "award": award_for,
        "fold": fold,
        "check": check,
    }
    print(json.dumps(ACTS[sys.argv[1]](*sys.argv[2:])))
