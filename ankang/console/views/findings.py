"""What was found about one's own employer, and objecting to it."""

from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ankang.console.forms import FindingObjectionForm
from ankang.console.http import membership_of
from ankang.console.queries.findings import (
    Finding,
    findings_of,
    labels_of,
    marks_of,
    own_cases,
)
from ankang.core.http import sheet_response
from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.integrity.models import Case
from ankang.integrity.services.objecting import object_for_employer
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership
from ankang.policies.models import edition_for

EMPLOYER = Membership.Scope.EMPLOYER
COLUMNS = (
    Column("decided", "认定时间", ("-decided_at",)),
    Column("year", "年度", ("year",)),
    Column("state", "状态"),
    Column("excluded", "不计人数", ("excluded",), is_figure=True),
    Column("objection", "申诉"),
)
STATES = [
    (Case.State.UPHELD.value, Case.State.UPHELD.label),
    (Case.State.REVERSED.value, Case.State.REVERSED.label),
]


@require_GET
@staff_required(EMPLOYER)
def findings(request: HttpRequest) -> HttpResponse:
    """Findings about the employer that this membership acts for, newest first."""
    membership = membership_of(request)
    listing = _listing(request)
    context = {
        "listing": listing,
        "findings": findings_of(membership, listing.page.object_list),
    }
    return render(request, "console/finding_list.html", context)


@require_GET
@staff_required(EMPLOYER)
def finding_export(request: HttpRequest) -> FileResponse:
    """The same findings as a sheet, with the reasons; no names."""
    cases = list(_listing(request).rows)
    labels = labels_of(cases)
    return sheet_response(
        name="核查认定",
        headings=[
            "认定时间",
            "年度",
            "状态",
            "查到了什么",
            "认定理由",
            "不计人数",
            "申诉",
            "申诉理由",
            "申诉时间",
            "答复期限",
            "答复",
            "答复时间",
        ],
        rows=(
            _cells(one, labels[one.case.pk])
            for one in findings_of(membership_of(request), cases)
        ),
    )


@require_http_methods(["GET", "POST"])
@staff_required(EMPLOYER)
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: what was found, what follows, the objection and its answer."""
    membership = membership_of(request)
    case = get_object_or_404(own_cases(membership), pk=pk)
    form = FindingObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        object_for_employer(
            case=case,
            membership=membership,
            text=form.cleaned_data["text"],
            at=timezone.now(),
        )
        messages.success(request, "申诉已提交，答复会写在这一页。")
        return redirect("console:finding-detail", pk)
    (found,) = findings_of(membership, [case])
    context = {
        "found": found,
        "marks": marks_of(case),
        "form": form,
        "days": edition_for(case.year).rules().objection_days,
        "is_late": found.is_late(timezone.localdate()),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/finding_detail.html", context, status=status)


def _listing(request: HttpRequest) -> Listing:
    return list_rows(
        own_cases(membership_of(request)),
        request.GET,
        columns=COLUMNS,
        filters=[Filter("state", "状态", STATES, _in_state)],
    )


def _cells(found: Finding, labels: list[str]) -> tuple[object, ...]:
    objection = found.objection
    objected: tuple[object, ...] = ("可以申诉" if found.may_object else "没有申诉",)
    if objection:
        objected = (
            "待答复" if found.is_waiting else "已答复",
            objection.text,
            _minute(objection.created_at),
            objection.due_on,
            objection.answer,
            _minute(objection.answered_at),
        )
    return (
        _minute(found.decision.at),
        found.case.year,
        "已认定" if found.is_standing else "已撤销",
        "；".join(labels),
        found.decision.comment,
        found.excluded,
        *objected,
    )


def _minute(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


def _in_state(cases: QuerySet[Case], state: str) -> QuerySet[Case]:
    return cases.filter(state=state)
