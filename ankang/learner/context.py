"""The tabs below the learner's pages."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import SimpleLazyObject

TABS = [
    ("学习", "book-2", "learner:home", ("home", "course")),
    ("练习", "pencil-check", "practice:hub", ("hub",)),
    ("证明", "certificate", "learner:certificates", ("certificates",)),
    ("我的", "user", "learner:mine", ("mine", "notices", "decisions")),
]


@dataclass(frozen=True)
class Tab:
    """One tab as the frame shows it."""

    label: str
    icon: str
    url: str
    is_current: bool
    badge: str = ""


def tabs(request: Any) -> dict[str, Any]:
    """Tabs for signed-in learners; asks the database nothing."""
    return {"tabs": SimpleLazyObject(lambda: tabs_of(request))}


def tabs_of(request: Any) -> list[Tab]:
    if not request.user.is_authenticated or request.user.person_id is None:
        return []
    match = request.resolver_match
    is_ours = match is not None and match.app_name in {"learner", "practice"}
    current = match.url_name if match and is_ours else ""
    return [
        Tab(label, icon, reverse(name), current in pages)
        for label, icon, name, pages in TABS
    ]
