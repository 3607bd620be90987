"""Fixtures of every test."""

from collections.abc import Generator

import pytest
from django.conf import settings
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from ankang.evidence import guards
from ankang.learner import catalog
from ankang.policies import models as policies
from ankang.practice import bank
from tests.watching import learner, lesson, send

AS_LONG_AS_IT_TAKES = 10**12


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A run on PostgreSQL without PostgreSQL is no run."""
    if settings.POSTGRES_MISSING:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="PostgreSQL is not installed"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None]:
    """The log refuses even the emptying of its tables after a test that commits."""
    marker = item.get_closest_marker("django_db")
    if not (marker and marker.kwargs.get("transaction")):
        return (yield)
    with item.config.stash[blocking_manager_key].unblock():
        guards.remove(connection)
        try:
            return (yield)
        finally:
            if nextitem:
                guards.install(connection)
                connection.close()


@pytest.fixture(autouse=True)
def _fresh_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Primary keys start again in each test, so cached rules would be another's.

    What is kept some seconds is kept as long as the test takes, on any machine.
    """
    policies._rules_of.cache_clear()
    for kept in (catalog, bank):
        monkeypatch.setattr(kept, "KEPT_SECONDS", AS_LONG_AS_IT_TAKES)
        kept.forget()


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test may touch the real database. A browser's test module overrides this."""


__all__ = ["learner", "lesson", "send"]
