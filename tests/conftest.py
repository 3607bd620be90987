"""Fixtures of every test."""

import pytest
from django.conf import settings

from ankang.learner import catalog
from ankang.policies import models as policies
from tests.watching import learner, lesson, send


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A run on PostgreSQL without PostgreSQL is no run."""
    if settings.POSTGRES_MISSING:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="PostgreSQL is not installed"))


@pytest.fixture(autouse=True)
def _fresh_rules() -> None:
    """Primary keys start again in each test, so cached rules would be another's."""
    policies._rules_of.cache_clear()
    catalog.forget()


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test may touch the real database. A browser's test module overrides this."""


__all__ = ["learner", "lesson", "send"]
