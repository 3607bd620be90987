"""The timer: an act that failed once misses nothing the next time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection

from ankang.commands.tick import Ticker
from ankang.counting.models import Standing
from ankang.counting.services import recount_year
from ankang.organizations.models import Employment
from ankang.policies.models import RuleEdition
from tests import make

MINUTE = timedelta(minutes=1)


def away(execute: Callable[..., object], sql: str, *rest: Any) -> object:
    """A database that answers nothing but the transaction of this test."""
    if "SAVEPOINT" in sql:
        return execute(sql, *rest)
    raise OperationalError("the database is away")


def test_what_changed_before_a_tick_without_a_database_is_counted_by_the_next() -> None:
    make.edition()
    RuleEdition.objects.update(created_at=make.MORNING - timedelta(days=1))
    person = make.counted(make.course())
    recount_year(year=2020)
    ticker = Ticker(since=make.MORNING)
    assert ticker.tick(make.MORNING + MINUTE)
    Employment.objects.filter(person=person).update(
        from_date=make.MORNING.date() + timedelta(days=9),
        changed_at=make.MORNING + 2 * MINUTE,
    )

    with connection.execute_wrapper(away):
        assert not ticker.tick(make.MORNING + 6 * MINUTE)
    counted = Standing.objects.get(person=person)
    # later than the statement of the day looks back by itself
    assert ticker.tick(make.MORNING + 120 * MINUTE)

    assert counted.reason == Standing.Reason.COUNTED
    standing = Standing.objects.get(person=person)
    assert standing.reason == Standing.Reason.NO_EMPLOYER
