"""What the console's frame shows: the tasks of whom one acts for."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, reverse_lazy
from django.utils.functional import SimpleLazyObject

from ankang.organizations.models import Membership

Scope = Membership.Scope
EVERYBODY = frozenset(Scope)
OVERSIGHT = frozenset({Scope.CITY, Scope.DISTRICT, Scope.AUDITOR, Scope.EVALUATOR})
EDITORS = frozenset({Scope.CITY, Scope.PROVIDER})


@dataclass(frozen=True)
class Task:
    """One entry of the left navigation, and who has it."""

    label: str
    icon: str
    page: str
    scopes: frozenset[Membership.Scope]


@dataclass(frozen=True)
class Item:
    """An entry as the frame prints it."""

    label: str
    icon: str
    url: str
    is_current: bool
    badge: str = ""


TASKS = (
    Task("待办", "inbox", "console:todo", EVERYBODY),
    Task("总览", "layout-dashboard", "console:overview", EVERYBODY),
    Task("用人单位", "building", "console:employers", OVERSIGHT),
    Task("培训人员", "users", "console:people", OVERSIGHT | {Scope.EMPLOYER}),
    Task(
        "合格证明",
        "certificate",
        "console:certificate-list",
        OVERSIGHT | {Scope.EMPLOYER},
    ),
    Task("未计入", "user-x", "console:exclusions", OVERSIGHT | {Scope.EMPLOYER}),
    Task(
        "档案合并",
        "copy",
        "console:merges",
        frozenset({Scope.CITY, Scope.DISTRICT, Scope.AUDITOR}),
    ),
    Task("核查", "gavel", "console:case-list", OVERSIGHT),
    Task("核查认定", "scale", "console:findings", frozenset({Scope.EMPLOYER})),
    Task(
        "名册导入",
        "file-spreadsheet",
        "rosters:imports",
        frozenset({Scope.CITY, Scope.DISTRICT, Scope.EMPLOYER}),
    ),
    Task("课件", "movie", "console:courseware-list", EVERYBODY),
    Task(
        "题库",
        "list-check",
        "console:question-list",
        EDITORS | {Scope.AUDITOR, Scope.EVALUATOR},
    ),
    Task("课程", "school", "courses:course-list", EVERYBODY),
    Task("申诉", "message-2", "courses:objections", EDITORS | {Scope.AUDITOR}),
    Task(
        "知识保持",
        "bulb",
        "console:retention",
        OVERSIGHT | {Scope.EMPLOYER},
    ),
    Task(
        "抽样",
        "clipboard-list",
        "console:samples",
        frozenset({Scope.CITY, Scope.AUDITOR, Scope.EVALUATOR}),
    ),
    Task(
        "抽测",
        "target-arrow",
        "retests_console:list",
        frozenset({Scope.CITY, Scope.AUDITOR, Scope.EVALUATOR}),
    ),
    Task(
        "积分", "star", "points_console:entries", frozenset({Scope.CITY, Scope.AUDITOR})
    ),
    Task(
        "工作日报",
        "report",
        "console:briefs",
        frozenset({Scope.CITY, Scope.AUDITOR, Scope.EVALUATOR}),
    ),
    Task("审计", "history", "console:audit", frozenset({Scope.CITY, Scope.AUDITOR})),
    Task("设置", "settings", "mfa_index", EVERYBODY),
)

OWN_EMPLOYER = Task(
    "本单位", "building", "rosters:employer", frozenset({Scope.EMPLOYER})
)
SEARCHERS = OVERSIGHT | {Scope.EMPLOYER}


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every template; nothing is looked up unless the frame prints it."""
    return {
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "switch_url": SimpleLazyObject(lambda: switch_url(request)),
        "search_url": SimpleLazyObject(lambda: search_url(request)),
        "account_url": reverse_lazy("mfa_index"),
        "sign_out_url": reverse_lazy("accounts:sign-out"),
    }


def navigation(request: HttpRequest) -> list[Item]:
    """The tasks of this membership whose pages exist, the open one marked."""
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    if not membership:
        return []
    found = [
        (task, page_url(task.page))
        for task in TASKS
        if membership.scope in task.scopes and page_url(task.page)
    ]
    if membership.employer_id:
        own = reverse("rosters:employer", args=[membership.employer_id])
        found.insert(2, (OWN_EMPLOYER, own))
    inside = [url for _, url in found if request.path.startswith(url)]
    current = max(inside, key=len, default="")
    return [Item(task.label, task.icon, url, url == current) for task, url in found]


def switch_url(request: HttpRequest) -> str:
    """Where to change whom one acts for; empty if there is only one."""
    memberships: list[Membership] = request.memberships  # type: ignore[attr-defined]
    return reverse("console:membership") if len(memberships) > 1 else ""


def search_url(request: HttpRequest) -> str:
    """Where people are searched from the top bar; empty for whom sees none."""
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    if not membership or membership.scope not in SEARCHERS:
        return ""
    return reverse("console:people")


@cache
def page_url(name: str) -> str:
    """The address of a page, empty if it is not built."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
