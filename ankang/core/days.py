"""Counting days as offices do."""

from datetime import date, timedelta

SATURDAY = 5


def working_days(since: date, until: date) -> int:
    """Mondays to Fridays after `since`, up to and with `until`. Knows no holidays."""
    weeks, rest = divmod(max(0, (until - since).days), 7)
    tail = (until - timedelta(days=n) for n in range(rest))
    return weeks * 5 + sum(day.weekday() < SATURDAY for day in tail)


def after_working_days(since: date, days: int) -> date:
    """The day by which `days` working days after `since` are over."""
    day = since
    while working_days(since, day) < days:
        day += timedelta(days=1)
    return day
