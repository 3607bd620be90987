"""The demonstration mode must not stand open in a real city."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from ankang.organizations.queries import current_city

SENTENCE = (
    "演示模式（ANKANG_DEMO）不能用于真实城市：任何人都能一键登录。请关闭后再启动。"
)


def is_demo_of_a_real_city() -> bool:
    """Is the demonstration on, DEBUG off, and a real city loaded?"""
    if not settings.DEMO or settings.DEBUG:
        return False
    try:
        city = current_city()
    except DatabaseError:
        return False
    return city is not None and not city.is_demo


def check_demo(**options: Any) -> list[CheckMessage]:
    """The system check: `manage.py` and `ankang serve` stop on it."""
    return [Error(SENTENCE, id="ankang.E001")] if is_demo_of_a_real_city() else []


def refuse_demo_of_a_real_city() -> None:
    """For servers, which run no system checks.

    :raises ImproperlyConfigured: the demonstration would stand open.
    """
    if is_demo_of_a_real_city():
        raise ImproperlyConfigured(SENTENCE)
