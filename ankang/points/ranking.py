"""The arithmetic of boards: which periods a day falls into, and ranks out of counts.

A rank is 1 + the number of people with more points. Counting them is too slow among
millions, so `BoardBucket` holds how many people have how many points in steps of three
widths, and a rank adds up at most 63 + 63 + total / 4096 of its rows. It is exact:
the narrowest step is one point.
"""

from datetime import date, timedelta

from ankang.policies.points import Period

WIDTHS = (1, 64, 4096)
ALL_SINCE = date(1, 1, 1)
CITY = 0


def starts_on(period: str, day: date) -> date:
    """The first day of the period that a day falls into; weeks begin on Monday."""
    match Period(period):
        case Period.DAY:
            return day
        case Period.WEEK:
            return day - timedelta(days=day.weekday())
        case Period.MONTH:
            return day.replace(day=1)
        case Period.ALL:
            return ALL_SINCE


def buckets_of(total: int) -> list[tuple[int, int]]:
    """Width and number of the buckets that count somebody with `total` points."""
    return [(width, total // width) for width in WIDTHS]


def spans_above(total: int) -> list[tuple[int, int, int]]:
    """Which buckets together hold whoever has more: width, after which, before which.

    The widest has no upper end: 0.
    """
    spans = []
    for width, wider in zip(WIDTHS, [*WIDTHS[1:], 0], strict=True):
        before = (total // wider + 1) * (wider // width) if wider else 0
        spans.append((width, total // width, before))
    return spans
