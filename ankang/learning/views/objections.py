"""What learners object to, waiting first, and answering it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ankang.core.days import working_days
from ankang.core.http import sheet_response
from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.learning.forms import AnswerForm
from ankang.learning.models import Objection
from ankang.learning.services.objections import answer_objection, may_answer
from ankang.organizations.http import staff_required
from ankang.organizations.models import Employment, Membership

READERS = (
    Membership.Scope.CITY,
    Membership.Scope.PROVIDER,
    Membership.Scope.AUDITOR,
)
LATE_AFTER_DAYS = 5
COLUMNS = (
    Column("state", "状态", ("-state", "created_at")),
    Column("about", "事项"),
    Column("person", "人员", ("person__name",)),
    Column("created", "提出时间", ("created_at",)),
    Column("waited", "等待", is_figure=True),
)


@require_GET
@staff_required(*READERS)
def objections(request: HttpRequest) -> HttpResponse:
    """All objections, those that wait first, the oldest on top."""
    listing = _listing(request)
    now = timezone.now()
    rows = [(one, *waited(one, now)) for one in listing.page]
    context = {"listing": listing, "rows": rows}
    return render(request, "learning/objection_list.html", context)


@require_GET
@staff_required(*READERS)
def objections_export(request: HttpRequest) -> FileResponse:
    """The same objections as a sheet."""
    now = timezone.now()
    return sheet_response(
        name="申诉",
        headings=["状态", "事项", "姓名", "理由", "提出时间", "工作日", "答复"],
        rows=(
            (
                one.get_state_display(),
                one.about,
                one.person.name if one.person else "",
                one.text,
                timezone.localtime(one.created_at).strftime("%Y-%m-%d %H:%M"),
                waited(one, now)[0],
                one.answer,
            )
            for one in _listing(request).rows.iterator(chunk_size=2000)
        ),
    )


@require_http_methods(["GET", "POST"])
@staff_required(*READERS)
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """One objection with what it is about, and the form to answer it."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    found = get_object_or_404(
        Objection.objects.visible_to(membership).select_related(
            "person", "answered_by"
        ),
        pk=pk,
    )
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer_objection(
            objection=found,
            actor=request.user,  # type: ignore[arg-type]
            membership=membership,
            answer=form.cleaned_data["answer"],
            at=timezone.now(),
        )
        messages.success(request, "已答复，并通知了本人。")
        return redirect("courses:objection", found.pk)
    days, is_late = waited(found, timezone.now())
    context = {
        "objection": found,
        "employments": Employment.objects.current()
        .filter(person=found.person_id)
        .select_related("employer"),
        "form": form,
        "may_answer": may_answer(membership),
        "days": days,
        "is_late": is_late,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "learning/objection_detail.html", context, status=status)


def waited(objection: Objection, now: datetime) -> tuple[int, bool]:
    """Working days until the answer, or until now; and whether that is long."""
    until = objection.answered_at or now
    days = working_days(
        timezone.localdate(objection.created_at), timezone.localdate(until)
    )
    is_waiting = objection.state == Objection.State.WAITING
    return days, is_waiting and days > LATE_AFTER_DAYS


def _listing(request: HttpRequest) -> Listing:
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return list_rows(
        Objection.objects.visible_to(membership).select_related("person"),
        request.GET,
        columns=COLUMNS,
        filters=[Filter("state", "状态", Objection.State.choices, _in_state)],
        search=_search,
    )


def _in_state(rows: Any, state: str) -> Any:
    return rows.filter(state=state)


def _search(rows: Any, text: str) -> Any:
    return rows.filter(person__name__startswith=text)
