"""Bringing the boards up to date: the one writer of places and buckets.

An award writes no shared row: it only changes its own person's day. What a day should
hold on the boards and what it does hold differ until the timer folds it in here, one
batch after another under one lock. So a board is exact as of `BoardState.folded_at`,
usually a minute ago at most, and awards of many people never wait for each other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from ankang.organizations.models import Employment
from ankang.points.models import BoardBucket, BoardPlace, BoardState, PointDay
from ankang.points.ranking import CITY, buckets_of, starts_on
from ankang.policies.points import Period

BATCH = 2000
KEPT = timedelta(days=62)
BUCKETS = """
INSERT INTO points_boardbucket AS b (employer, period, starts_on, width, bucket, people)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (employer, period, starts_on, width, bucket)
DO UPDATE SET people = b.people + excluded.people
"""
FOLDED = "UPDATE points_pointday SET folded = %s WHERE id = %s"

Key = tuple[int, str, date]


@dataclass(frozen=True)
class Place:
    """Somebody's points on the boards of one period, and at which employer."""

    total: int = 0
    employer: int | None = None


def fold_boards(*, at: datetime) -> int:
    """Take in every day that has changed; how many there were. Safe to run twice."""
    done = 0
    while folded := _fold_batch(at):
        done += folded
    return done


@transaction.atomic
def _fold_batch(at: datetime) -> int:
    state = _locked_state()
    changed = PointDay.objects.exclude(ranked=F("folded")).order_by("pk")[:BATCH]
    days = list(changed.values_list("pk", "person", "day", "ranked", "folded"))
    gained: Counter[Key] = Counter()
    for _, person, day, ranked, folded in days:
        for period in Period:
            gained[person, period.value, starts_on(period, day)] += ranked - folded
    before = _places(gained)
    employers = _employers({person for person, _, _ in gained})
    after = {
        key: Place(before[key].total + points, employers.get(key[0]))
        for key, points in gained.items()
    }
    _move(before, after)
    with connection.cursor() as cursor:
        cursor.executemany(FOLDED, [(ranked, pk) for pk, _, _, ranked, _ in days])
    state.folded_at = at
    state.save(update_fields=["folded_at"])
    return len(days)


@transaction.atomic
def rehome_on_boards(*, since: datetime, at: datetime) -> int:
    """Carry whoever changed employer to the new employer's boards of now."""
    people = Employment.objects.filter(changed_at__gte=since).values("person")
    _locked_state()
    today = timezone.localdate(at)
    running = Q()
    for period in Period:
        running |= Q(period=period.value, starts_on=starts_on(period, today))
    rows = BoardPlace.objects.filter(running, person__in=people)
    before = {
        (person, period, start): Place(total, employer)
        for person, period, start, total, employer in rows.values_list(
            "person", "period", "starts_on", "total", "employer"
        )
    }
    employers = _employers({person for person, _, _ in before})
    after = {
        key: Place(place.total, employers.get(key[0]))
        for key, place in before.items()
        if place.employer != employers.get(key[0])
    }
    _move({key: before[key] for key in after}, after)
    return len(after)


@transaction.atomic
def forget_old_boards(*, at: datetime) -> int:
    """Drop days, weeks and months that no page shows any more; the ledger stays."""
    _locked_state()
    passing = [Period.DAY.value, Period.WEEK.value, Period.MONTH.value]
    before = timezone.localdate(at) - KEPT
    over = BoardPlace.objects.filter(period__in=passing, starts_on__lt=before)
    if not over.exists():
        return 0
    BoardBucket.objects.filter(period__in=passing, starts_on__lt=before).delete()
    return over.delete()[0]


def _locked_state() -> BoardState:
    BoardState.objects.get_or_create(pk=1)
    return BoardState.objects.select_for_update().get(pk=1)


def _places(keys: Iterable[Key]) -> dict[Key, Place]:
    """Where the people stand now; those not yet on a board with no points."""
    found: dict[Key, Place] = defaultdict(Place)
    people: dict[tuple[str, date], set[int]] = defaultdict(set)
    for person, period, start in keys:
        people[period, start].add(person)
    for (period, start), ids in people.items():
        rows = BoardPlace.objects.filter(
            period=period, starts_on=start, person__in=sorted(ids)
        )
        for person, total, employer in rows.values_list("person", "total", "employer"):
            found[person, period, start] = Place(total, employer)
    return found


def _employers(people: set[int]) -> dict[int, int]:
    """For whom each works now: the newest employment, if there are several."""
    rows = (
        Employment.objects.current()
        .filter(person__in=sorted(people))
        .order_by("from_date", "pk")
    )
    return dict(rows.values_list("person", "employer"))


def _move(before: dict[Key, Place], after: dict[Key, Place]) -> None:
    """Write the places and count the people over from one bucket to the other."""
    counts: Counter[tuple[int, str, date, int, int]] = Counter()
    gone: dict[tuple[str, date], list[int]] = defaultdict(list)
    rows = []
    for key, place in after.items():
        person, period, start = key
        for step, one in ((-1, before.get(key, Place())), (1, place)):
            if one.total > 0:
                for employer in {CITY, one.employer or CITY}:
                    for width, bucket in buckets_of(one.total):
                        counts[employer, period, start, width, bucket] += step
        if place.total == 0:
            gone[period, start].append(person)
            continue
        rows.append(
            BoardPlace(
                person_id=person,
                period=period,
                starts_on=start,
                employer_id=place.employer,
                total=place.total,
            )
        )
    BoardPlace.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["person", "period", "starts_on"],
        update_fields=["total", "employer"],
    )
    for (period, start), people in gone.items():
        BoardPlace.objects.filter(
            period=period, starts_on=start, person__in=people
        ).delete()
    _count(sorted((key, step) for key, step in counts.items() if step))


def _count(
    changes: Sequence[tuple[tuple[int, str, date, int, int], int]],
) -> None:
    adapt = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            BUCKETS,
            [
                (employer, period, adapt(start), width, bucket, step)
                for (employer, period, start, width, bucket), step in changes
            ],
        )
