"""A list page: search, filters, sort and page, all kept in the address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, OrderBy, QuerySet
from django.utils.datastructures import MultiValueDict

PAGE_SIZE = 50
SEARCH_LENGTH = 60


@dataclass(frozen=True)
class Filter:
    """A choice above the list; `narrow` is called with a value of `choices` only."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    narrow: Callable[[Any, str], Any]


@dataclass(frozen=True)
class Column:
    """A column of the list; with `order` one may sort by it.

    With `has_gaps` rows without a value come last either way, on both databases; no
    index helps to sort such a column.
    """

    name: str
    label: str
    order: tuple[str, ...] = ()
    is_figure: bool = False
    has_gaps: bool = False


@dataclass(frozen=True)
class Chooser:
    """A filter as the page shows it."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    value: str


@dataclass(frozen=True)
class Chip:
    """A choice in force, and the query without it."""

    label: str
    query: str


@dataclass(frozen=True)
class Heading:
    """A column's head, and the query that sorts by it."""

    label: str
    query: str
    direction: str
    is_figure: bool


@dataclass(frozen=True)
class Listing:
    """What a list page shows. `rows` is everything that matches, in its order."""

    rows: QuerySet[Any]
    page: Page[Any]
    search_text: str
    has_search: bool
    choosers: list[Chooser]
    chips: list[Chip]
    headings: list[Heading]
    hidden: list[tuple[str, str]]
    querystring: str

    @property
    def count(self) -> int:
        return int(self.page.paginator.count)


def list_rows(  # noqa: PLR0913
    rows: QuerySet[Any],
    query: MultiValueDict[str, str],
    *,
    columns: Sequence[Column],
    filters: Sequence[Filter] = (),
    search: Callable[[Any, str], Any] | None = None,
    decorate: Callable[[Any], Any] | None = None,
    kept: Sequence[str] = ("year",),
    key: str = "pk",
) -> Listing:
    """Search, filter, sort and page `rows` as the address says.

    The first column is the order by default. An unknown value in the address is left
    out. `decorate` adds what only the shown rows need, after counting; it may turn them
    into the rows of another table that `key` points to, in the same order. `key` is
    different in every row. Names in `kept` stay in the address for the view itself.
    """
    asked = {name: str(query[name]) for name in query if query[name]}
    text = (
        asked.get("q", "").replace("\0", "").strip()[:SEARCH_LENGTH] if search else ""
    )
    chosen: dict[str, str] = {}
    for one in filters:
        value = asked.get(one.name, "")
        if value in dict(one.choices):
            chosen[one.name] = value
            rows = one.narrow(rows, value)
    if search and text:
        rows = search(rows, text)
    column, is_descending = _sorting(asked.get("sort", ""), columns)
    total = rows.order_by().count()
    rows = rows.order_by(*_ordering(column, is_descending, key))
    listed = rows.values_list(key, flat=True) if decorate else rows
    paginator = Paginator(listed, PAGE_SIZE)
    paginator.count = total
    page = paginator.get_page(asked.get("page"))
    if decorate:
        # the database would work out the columns of every row before sorting
        keys = list(page.object_list)
        page.object_list = decorate(rows.filter(**{f"{key}__in": keys}))
        rows = decorate(rows)
    held = {name: asked[name] for name in kept if name in asked}
    sort = {"sort": asked["sort"]} if "sort" in asked else {}
    state = held | ({"q": text} if text else {}) | chosen | sort
    return Listing(
        rows=rows,
        page=page,
        search_text=text,
        has_search=search is not None,
        choosers=[
            Chooser(one.name, one.label, one.choices, chosen.get(one.name, ""))
            for one in filters
        ],
        chips=_chips(filters, chosen, text, state),
        headings=_headings(columns, column, is_descending, state),
        hidden=list((held | sort).items()),
        querystring=urlencode(state) + "&" if state else "",
    )


def _sorting(asked: str, columns: Sequence[Column]) -> tuple[Column, bool]:
    name = asked.removeprefix("-")
    for column in columns:
        if column.name == name and column.order:
            return column, asked.startswith("-")
    return columns[0], False


def _ordering(column: Column, is_descending: bool, key: str) -> Sequence[str | OrderBy]:
    if column.has_gaps:
        values = [F(name) for name in column.order]
        ways = [
            one.desc(nulls_last=True) if is_descending else one.asc(nulls_last=True)
            for one in values
        ]
        return [*ways, key]
    names = list(column.order)
    if key not in {name.removeprefix("-") for name in names}:
        names.append(key)
    if not is_descending:
        return names
    return [name[1:] if name.startswith("-") else f"-{name}" for name in names]


def _without(state: dict[str, str], *names: str) -> str:
    return "?" + urlencode({k: v for k, v in state.items() if k not in names})


def _chips(
    filters: Sequence[Filter], chosen: dict[str, str], text: str, state: dict[str, str]
) -> list[Chip]:
    chips = [
        Chip(dict(one.choices)[chosen[one.name]], _without(state, one.name))
        for one in filters
        if one.name in chosen
    ]
    if text:
        chips.insert(0, Chip(f"“{text}”", _without(state, "q")))
    return chips


def _headings(
    columns: Sequence[Column],
    current: Column,
    is_descending: bool,
    state: dict[str, str],
) -> list[Heading]:
    headings = []
    for column in columns:
        direction = ""
        if column is current and column.order:
            direction = "descending" if is_descending else "ascending"
        turned = "" if direction == "descending" else "-" if direction else ""
        if not direction and column.is_figure:
            turned = "-"
        asked = {**state, "sort": f"{turned}{column.name}"}
        headings.append(
            Heading(
                label=column.label,
                query=f"?{urlencode(asked)}" if column.order else "",
                direction=direction,
                is_figure=column.is_figure,
            )
        )
    return headings
