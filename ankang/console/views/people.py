"""People: the list, by name or number, place and reason."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ankang.accounts.models import Person
from ankang.console.http import membership_of, year_context
from ankang.console.queries.people import (
    REASONS,
    STANDING_REASONS,
    find_people,
    narrow_place,
    narrow_reason,
    people_behind,
    shown_people,
    standings_of,
    visible_people,
    with_standing,
)
from ankang.console.views.employers import with_labels
from ankang.core.http import sheet_response, whole_number
from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.counting.models import Standing
from ankang.organizations.http import staff_required
from ankang.organizations.models import District, Employer, Membership

COLUMNS = [
    Column("created", "姓名", ("-pk",)),
    Column("employer", "用人单位、岗位"),
    Column("mask", "证件号码"),
    Column("learned", "已认定", ("standing__learned_seconds",), is_figure=True),
    Column("reason", "情况"),
]
STANDING_ORDERS = {"created": ("-person",), "learned": ("learned_seconds",)}
STANDING_COLUMNS = [
    replace(column, order=STANDING_ORDERS.get(column.name, ())) for column in COLUMNS
]


@require_GET
@staff_required()
def people(request: HttpRequest) -> HttpResponseBase:
    """Search by name, or by the exact document number or mobile."""
    context = year_context(request)
    membership = membership_of(request)
    employer = None
    if pk := whole_number(request.GET.get("employer", "")):
        visible = Employer.objects.visible_to(membership)
        employer = get_object_or_404(visible, pk=pk)
    listing = _listing(request, membership, context["year"], employer)
    if request.GET.get("format") == "xlsx":
        return _sheet(listing.rows, context["year"])
    context |= {"listing": listing, "employer": employer}
    context["people"] = with_labels(list(listing.page))
    return render(request, "console/people.html", context)


def _listing(
    request: HttpRequest, membership: Membership, year: int, employer: Employer | None
) -> Listing:
    """Of standings where each of those asked for has one, else of people."""
    reason = request.GET.get("reason", "")
    if reason in STANDING_REASONS:
        standings = standings_of(membership, year, reason)
        if employer:
            standings = standings.filter(employer=employer)
        return list_rows(
            standings,
            request.GET,
            columns=STANDING_COLUMNS,
            filters=_filters(
                lambda rows, value: rows.filter(district=int(value)),
                lambda rows, value: rows,
            ),
            search=lambda rows, text: rows.filter(
                person__in=find_people(Person.objects.all(), text).values("pk")
            ),
            decorate=lambda rows: people_behind(rows, year),
            kept=("year", "employer"),
            key="person",
        )
    people = with_standing(visible_people(membership), year)
    if employer:
        people = narrow_place(
            people, year=year, reason=reason, place="employer", pk=employer.pk
        )
    return list_rows(
        people,
        request.GET,
        columns=COLUMNS,
        filters=_filters(
            lambda rows, value: narrow_place(
                rows, year=year, reason=reason, place="district", pk=int(value)
            ),
            narrow_reason,
        ),
        search=find_people,
        decorate=shown_people,
        kept=("year", "employer"),
    )


def _filters(
    narrow_district: Callable[[Any, str], Any], narrow: Callable[[Any, str], Any]
) -> list[Filter]:
    districts = District.objects.order_by("code").values_list("pk", "name")
    return [
        Filter(
            "district",
            "区市",
            [(str(pk), name) for pk, name in districts],
            narrow_district,
        ),
        Filter("reason", "情况", REASONS, narrow),
    ]


def _sheet(rows: QuerySet[Any], year: int) -> HttpResponseBase:
    labels = dict(Standing.Reason.choices)
    return sheet_response(
        name=f"{year}年度培训人员",
        headings=[
            "姓名",
            "证件号码",
            "手机号",
            "用人单位",
            "岗位",
            "已认定秒数",
            "情况",
            "计入日期",
        ],
        rows=(
            (
                row.name,
                row.id_mask,
                row.mobile_mask,
                row.employer_name,
                row.post,
                row.learned_seconds,
                labels.get(row.reason, "还没有开始"),
                row.counted_on,
            )
            for row in rows.iterator(chunk_size=2000)
        ),
    )
