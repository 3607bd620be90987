"""What the result page of an import asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator

from ankang.rosters.models import ImportPage, RosterImport
from ankang.rosters.pages import PAGE_SIZE

Group = ImportPage.Group
OPTIONAL = {Group.JOINED, Group.CORRECTED, Group.WARNINGS}
ASK = "证件号码只差一位"
ASK_ADVICE = "确实是更正的，在平台上勾选“按更正处理”"


@dataclass(frozen=True)
class Tab:
    """One group and how many rows it has."""

    group: Group
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Shown:
    """One page of one group."""

    group: Group
    tabs: list[Tab]
    rows: list[list[Any]]
    page: Page[Any]


def page_of(
    roster_import: RosterImport, group_asked: str | None, page_asked: str | None
) -> Shown:
    """The page asked for, by default the first of the first group with rows."""
    counts = {group: roster_import.count(group.value) for group in Group}
    first = next((group for group in Group if counts[group]), Group.ERRORS)
    group = Group(group_asked) if group_asked in Group.values else first
    paginator = Paginator(range(counts[group]), PAGE_SIZE)
    page = paginator.get_page(page_asked)
    stored = roster_import.pages.filter(group=group, number=page.number).first()
    tabs = [
        Tab(one, str(one.label), counts[one], one == group)
        for one in Group
        if counts[one] or one not in OPTIONAL
    ]
    return Shown(group, tabs, stored.rows if stored else [], page)


def faults_of(roster_import: RosterImport) -> Iterator[tuple[int, str, str]]:
    """Row, reason and advice of every row that is not saved as it stands."""
    groups = [Group.ERRORS, Group.CORRECTED]
    pages = roster_import.pages.filter(group__in=groups).order_by("group", "number")
    for page in pages.iterator():
        for row in page.rows:
            if page.group == Group.CORRECTED:
                yield row[0], ASK, ASK_ADVICE
            elif row[0]:
                yield row[0], f"{row[2]}：{row[4]}", row[5]
