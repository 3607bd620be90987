"""Adding everything up again: whatever is kept beside the ledger must follow from it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import F, Max, Min, Sum

from ankang.points.models import (
    BoardBucket,
    BoardPlace,
    PointAccount,
    PointDay,
    PointEntry,
)
from ankang.points.ranking import CITY, buckets_of, starts_on
from ankang.policies.points import Period

SPAN = 20_000


def wrong_sums() -> Iterator[str]:
    """A sentence for each kept sum that is not the sum of its entries.

    Boards are compared as far as they were folded. Memory: one part of the city at a
    time, and the buckets.
    """
    ends = PointAccount.objects.aggregate(first=Min("person"), last=Max("person"))
    if ends["first"] is not None:
        for first in range(ends["first"], ends["last"] + 1, SPAN):
            people = (first, first + SPAN - 1)
            yield from _wrong_accounts(people)
            yield from _wrong_days(people)
            yield from _wrong_places(people)
    yield from _wrong_buckets()


def _wrong_accounts(people: tuple[int, int]) -> Iterator[str]:
    entries = PointEntry.objects.filter(person__pk__range=people).order_by()
    sums = dict(entries.values_list("person").annotate(Sum("points")))
    accounts = PointAccount.objects.filter(person__pk__range=people)
    for person, total in accounts.values_list("person", "total").iterator():
        if total != sums.get(person, 0):
            yield f"人员 {person}：账户 {total} 分，记录合计 {sums.get(person, 0)} 分"


def _wrong_days(people: tuple[int, int]) -> Iterator[str]:
    entries = PointEntry.objects.filter(person__pk__range=people).order_by()
    sums = {
        (person, day): total
        for person, day, total in entries.values_list("person", "day").annotate(
            Sum("points")
        )
    }
    awards = {
        (person, day): total
        for person, day, total in entries.filter(kind=PointEntry.Kind.AWARD)
        .values_list("person", "day")
        .annotate(Sum("points"))
    }
    days = PointDay.objects.filter(person__pk__range=people)
    kept = days.values_list("person", "day", "total", "earned", "by_act")
    for person, day, total, earned, by_act in kept.iterator():
        key = (person, day)
        if (total, earned) != (sums.pop(key, 0), awards.get(key, 0)):
            yield f"人员 {person} {day}：当日合计与记录不符"
        elif sum(by_act.values()) != earned:
            yield f"人员 {person} {day}：各项得分与当日得分不符"
    for person, day in sums:
        yield f"人员 {person} {day}：有记录，没有当日合计"


def _wrong_places(people: tuple[int, int]) -> Iterator[str]:
    sums: Counter[tuple[int, str, date]] = Counter()
    days = PointDay.objects.filter(person__pk__range=people).exclude(folded=0)
    for person, day, folded in days.values_list("person", "day", "folded").iterator():
        for one in Period:
            sums[person, one.value, starts_on(one, day)] += folded
    places = BoardPlace.objects.filter(person__pk__range=people)
    kept = places.values_list("person", "period", "starts_on", "total")
    for person, period, start, total in kept.iterator():
        if total != sums[person, period, start]:
            yield f"人员 {person}：{start} 起的榜单是 {total} 分，与每日积分不符"


def _wrong_buckets() -> Iterator[str]:
    counts: Counter[tuple[int, str, date, int, int]] = Counter()
    places = BoardPlace.objects.filter(total__gt=0)
    kept = places.values_list("employer", "period", "starts_on", "total")
    for employer, period, start, total in kept.iterator():
        for board in {CITY, employer or CITY}:
            for width, bucket in buckets_of(total):
                counts[board, period, start, width, bucket] += 1
    rows = BoardBucket.objects.exclude(people=0)
    keys = ("employer", "period", "starts_on", "width", "bucket")
    for *key, people in rows.values_list(*keys, "people").iterator():
        employer, period, start, width, bucket = key
        if counts.pop((employer, period, start, width, bucket), 0) != people:
            yield f"{start} 起的榜单（单位 {employer}）第 {bucket} 档人数不符"
    for employer, _, start, _, bucket in counts:
        yield f"{start} 起的榜单（单位 {employer}）缺第 {bucket} 档"


def unfolded() -> int:
    """How many days wait to be taken in by the boards."""
    return PointDay.objects.exclude(ranked=F("folded")).count()
