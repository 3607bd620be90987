"""Objections to findings (认定申诉): the clock of working days, and a second person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ankang.console.forms import FindingAnswerForm
from ankang.console.http import membership_of
from ankang.console.queries.cases import subject_words
from ankang.console.views.timelines import DESK
from ankang.core.days import working_days
from ankang.core.errors import Refusal
from ankang.core.http import sheet_response
from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.integrity.models import Decision, Exclusion, may_decide
from ankang.integrity.queries import case_objections, case_of
from ankang.integrity.services.objecting import (
    Answer,
    NotTheSecondPerson,
    answer_case_objection,
)
from ankang.learning.models import Objection
from ankang.organizations.http import staff_required

COLUMNS = (
    Column("state", "状态", ("-state", "due_on")),
    Column("who", "谁申诉"),
    Column("about", "事项"),
    Column("created", "提出时间", ("created_at",)),
    Column("due", "期限", ("due_on",)),
)
OVERDUE = "overdue"


@require_GET
@staff_required(*DESK)
def objections(request: HttpRequest) -> HttpResponseBase:
    """All that one may see, those that wait first, the soonest due on top."""
    listing = _listing(request)
    if request.GET.get("format") == "xlsx":
        return _sheet(listing)
    today = timezone.localdate()
    rows = [(one, case_number(one), clock_of(one, today)) for one in listing.page]
    context = {"listing": listing, "rows": rows}
    return render(request, "console/case_objection_list.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(*DESK)
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found, what is objected, and the answer of a second person."""
    membership = membership_of(request)
    rows = case_objections(membership).select_related(
        "person", "employer", "answered_by"
    )
    found = get_object_or_404(rows, pk=pk)
    form = FindingAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_case_objection(
                objection=found,
                membership=membership,
                verdict=Answer(form.cleaned_data["verdict"]),
                answer=form.cleaned_data["answer"],
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            found.refresh_from_db()
        else:
            messages.success(request, "已答复，并通知了申诉的人。")
            return redirect("console:case-objection", pk)
    case = case_of(found)
    decisions = list(case.decisions.select_related("actor").order_by("at", "pk"))
    is_own = any(
        one.verdict == Decision.Verdict.UPHOLD and one.actor_id == membership.user_id
        for one in decisions
    )
    excluded = Exclusion.objects.filter(decision__case=case)
    if found.person_id is not None:
        excluded = excluded.filter(person=found.person_id)
    context = {
        "objection": found,
        "case": case,
        "subject": subject_words(case),
        "decisions": decisions,
        "standing": excluded.standing().count(),
        "form": form,
        "is_own": is_own,
        "own_sentence": str(NotTheSecondPerson()),
        "may_decide": may_decide(membership),
        "clock": clock_of(found, timezone.localdate()),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/case_objection.html", context, status=status)


@dataclass(frozen=True)
class Clock:
    """Working days used and left, and over the day by which to answer."""

    used: int
    left: int
    over: int
    is_late: bool


def clock_of(one: Objection, today: date) -> Clock:
    """The clock of an objection; it stops with the answer."""
    until = timezone.localdate(one.answered_at) if one.answered_at else today
    due_on = one.due_on or until
    return Clock(
        used=working_days(timezone.localdate(one.created_at), until),
        left=working_days(until, due_on),
        over=working_days(due_on, until),
        is_late=until > due_on,
    )


def case_number(one: Objection) -> int:
    """The number of the case that an objection names."""
    return int(one.subject.partition(":")[2])


def _listing(request: HttpRequest) -> Listing:
    today = timezone.localdate()
    choices = [*Objection.State.choices, (OVERDUE, "已超期")]

    def narrow(rows: Any, state: str) -> Any:
        if state == OVERDUE:
            return rows.filter(state=Objection.State.WAITING, due_on__lt=today)
        return rows.filter(state=state)

    return list_rows(
        case_objections(membership_of(request)).select_related(
            "person", "employer", "answered_by"
        ),
        request.GET,
        columns=COLUMNS,
        filters=[Filter("state", "状态", choices, narrow)],
        search=lambda rows, text: rows.filter(
            Q(person__name__startswith=text) | Q(employer__name__contains=text)
        ),
    )


def _sheet(listing: Listing) -> HttpResponseBase:
    today = timezone.localdate()
    return sheet_response(
        name="认定申诉",
        headings=[
            "状态",
            "谁申诉",
            "核查件",
            "理由",
            "提出",
            "应于此日前答复",
            "已用工作日",
            "超期工作日",
            "答复",
            "答复人",
        ],
        rows=(
            (
                one.get_state_display(),
                who(one),
                case_number(one),
                one.text,
                timezone.localdate(one.created_at),
                one.due_on,
                clock_of(one, today).used,
                clock_of(one, today).over or "",
                one.answer,
                one.answered_by.name if one.answered_by else "",
            )
            for one in listing.rows.iterator(chunk_size=500)
        ),
    )


def who(one: Objection) -> str:
    """Whose objection it is."""
    if one.person:
        return one.person.name
    return one.employer.name if one.employer else ""
