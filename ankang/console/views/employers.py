"""Employers: the list, one of them, and reminding its people."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ankang.accounts.models import User
from ankang.audit.models import AuditEntry
from ankang.console.http import membership_of, year_context
from ankang.console.queries.people import (
    due_people,
    shown_employers,
    shown_people,
    with_standing,
)
from ankang.console.services.people import remind_due_people
from ankang.console.views.timelines import DESK
from ankang.core.http import sheet_response
from ankang.core.lists import Column, Filter, list_rows
from ankang.core.validators import normalized_code
from ankang.counting.models import Standing
from ankang.notices.models import Notice
from ankang.organizations.http import staff_required
from ankang.organizations.models import District, Employer, Industry, Membership
from ankang.rosters.models import JoinRequest

COLUMNS = [
    Column("name", "用人单位", ("name",)),
    Column("district", "区市", ("district__code", "name")),
    Column("industry", "行业"),
    Column("headcount", "参保人数", ("headcount",), is_figure=True),
    Column("roster", "名册人数", is_figure=True),
    Column("counted", "已计入 / 名册"),
]
RISKS = [("high", "安全生产高危"), ("dust", "尘肺病重点")]
DUE_SHOWN = 20


@require_GET
@staff_required()
def employers(request: HttpRequest) -> HttpResponseBase:
    """Search by name or credit code; filters, sort and page are in the address."""
    context = year_context(request)
    year = context["year"]
    visible = Employer.objects.visible_to(membership_of(request))
    listing = list_rows(
        visible,
        request.GET,
        columns=COLUMNS,
        filters=_filters(),
        search=_find,
        decorate=lambda rows: shown_employers(rows, year),
    )
    if request.GET.get("format") == "xlsx":
        return _sheet(listing.rows, year)
    context |= {"listing": listing, "total": visible.count()}
    return render(request, "console/employers.html", context)


@require_GET
@staff_required()
def employer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Facts, figures, who is due, and what was done."""
    membership = membership_of(request)
    context = year_context(request)
    year = context["year"]
    visible = shown_employers(Employer.objects.visible_to(membership), year)
    employer = get_object_or_404(visible, pk=pk)
    due = due_people(employer, year)
    people = shown_people(with_standing(due, year))[: DUE_SHOWN + 1]
    waiting = JoinRequest.objects.visible_to(membership).filter(
        employer=employer, state=JoinRequest.State.WAITING
    )
    context |= {
        "employer": employer,
        "due_count": due.count(),
        "due": with_labels(list(people)[:DUE_SHOWN]),
        "reminded": Notice.objects.filter(person__in=due, kind=Notice.Kind.REMINDER)
        .order_by("-created_at")
        .first(),
        "waiting": waiting.count(),
        "sees_desk": membership.scope in DESK,
        "may_remind": membership.may_manage_roster(),
        "entries": AuditEntry.objects.filter(target=f"employer:{pk}")
        .select_related("actor")
        .order_by("-at")[:10],
    }
    return render(request, "console/employer_detail.html", context)


@require_POST
@staff_required(
    Membership.Scope.CITY, Membership.Scope.DISTRICT, Membership.Scope.EMPLOYER
)
def employer_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind whoever is due, and say how many were left out and why."""
    membership = membership_of(request)
    employer = get_object_or_404(Employer.objects.visible_to(membership), pk=pk)
    year = year_context(request)["year"]
    reminders = remind_due_people(
        actor=cast(User, request.user),
        membership=membership,
        employer=employer,
        year=year,
        at=timezone.now(),
    )
    said = [f"已提醒 {len(reminders.sent):,} 人"]
    if reminders.capped:
        said.append(f"{len(reminders.capped):,} 人今天已经提醒过，没有再发")
    if reminders.without_mobile:
        said.append(f"{reminders.without_mobile:,} 人没有手机号，只发站内通知")
    messages.success(request, "，".join(said) + "。")
    return redirect(f"{reverse('console:employer-detail', args=[pk])}?year={year}")


def with_labels(people: list[Any]) -> list[Any]:
    """Give each row the words for its reason."""
    labels = dict(Standing.Reason.choices)
    for person in people:
        person.reason_label = labels.get(person.reason, "还没有开始")
    return people


def _find(rows: QuerySet[Employer], text: str) -> QuerySet[Employer]:
    code = normalized_code(text)
    found = rows.filter(name__contains=text)
    return found | rows.filter(credit_code=code) if code.isascii() else found


def _filters() -> list[Filter]:
    districts = District.objects.order_by("code").values_list("pk", "name")
    industries = Industry.objects.order_by("code").values_list("code", "name")
    return [
        Filter(
            "district",
            "区市",
            [(str(pk), name) for pk, name in districts],
            lambda rows, value: rows.filter(district=int(value)),
        ),
        Filter(
            "industry",
            "行业",
            list(industries),
            lambda rows, value: rows.filter(industry__code=value),
        ),
        Filter("risk", "重点行业", RISKS, _narrow_risk),
    ]


def _narrow_risk(rows: QuerySet[Employer], value: str) -> QuerySet[Employer]:
    if value == "high":
        return rows.filter(industry__is_high_risk=True)
    return rows.filter(industry__is_dust=True)


def _sheet(rows: QuerySet[Any], year: int) -> HttpResponseBase:
    return sheet_response(
        name=f"{year}年度用人单位",
        headings=[
            "用人单位",
            "统一社会信用代码",
            "区市",
            "行业",
            "参保人数",
            "名册人数",
            "开始学习",
            "已计入",
        ],
        rows=(
            (
                row.name,
                row.credit_code,
                row.district.name,
                row.industry.name if row.industry else "",
                row.headcount,
                row.roster_people,
                row.begun_people,
                row.counted_people,
            )
            for row in rows.iterator(chunk_size=2000)
        ),
    )
