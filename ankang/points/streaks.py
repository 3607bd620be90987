"""Streaks that forgive: how many days in a row somebody has learned."""

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta


def streak_of(learned: Collection[date], today: date, rest_days: int) -> int:
    """Days learned without a break, up to today; a week forgives `rest_days` of rest.

    Today is not missed before it is over. Forgiven days are not counted as learned.
    """
    if not learned:
        return 0
    first = min(learned)
    rests: Counter[date] = Counter()
    count, day = 0, today
    while day >= first:
        if day in learned:
            count += 1
        elif day != today:
            monday = day - timedelta(days=day.weekday())
            rests[monday] += 1
            if rests[monday] > rest_days:
                break
        day -= timedelta(days=1)
    return count
