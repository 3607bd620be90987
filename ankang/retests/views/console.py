"""Retests in the console: announce, draw, follow, and what came out."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ankang.core.errors import Refusal
from ankang.core.http import sheet_response
from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.evidence.kinds import Kind
from ankang.evidence.models import Record
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership
from ankang.organizations.queries import current_city
from ankang.retests.drawing import lines_to_repeat
from ankang.retests.forms import AnnounceForm, DrawForm
from ankang.retests.models import Retest, RetestInvitation, may_run_retests
from ankang.retests.queries import outcome_of, outcomes_by_stratum
from ankang.retests.services.running import (
    announce_retest,
    draw_retest,
    list_text_of,
)

Scope = Membership.Scope
READERS = (Scope.CITY, Scope.EVALUATOR, Scope.AUDITOR)
RUNNERS = (Scope.CITY, Scope.AUDITOR)
KINDS = (Kind.RETEST_ANNOUNCED, Kind.RETEST_DRAWN, Kind.RETEST_RESULT)
STATES = (("waiting", "还没测"), ("passed", "合格"), ("failed", "未合格"))
LIST_COLUMNS = (
    Column("announced", "公告时间", ("-announced_at",)),
    Column("size", "抽几人", is_figure=True),
    Column("strata", "分层"),
    Column("state", "进展"),
)
PEOPLE_COLUMNS = (
    Column("place", "签序", ("place",), is_figure=True),
    Column("name", "姓名", ("person__name",)),
    Column("number", "人员编号"),
    Column("stratum", "层", ("stratum",)),
    Column("handed_in", "交卷时间", ("handed_in_at",)),
    Column("score", "成绩"),
)


@require_GET
@staff_required(*READERS)
def retests(request: HttpRequest) -> HttpResponse:
    """Every retest, newest first."""
    membership = _membership(request)
    seen = Retest.objects.visible_to(membership).defer("packed")
    context = {
        "listing": list_rows(
            seen.select_related("announced_by"), request.GET, columns=LIST_COLUMNS
        ),
        "now": timezone.now(),
        "may_run": may_run_retests(membership),
    }
    return render(request, "retests/retest_list.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(*RUNNERS)
def announce(request: HttpRequest) -> HttpResponse:
    """Fix the list and announce where the seed will come from."""
    membership, city = _membership(request), current_city()
    if not may_run_retests(membership) or city is None:
        raise PermissionDenied
    form = AnnounceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = announce_retest(
                membership=membership,
                year=city.program_year,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("retests_console:retest", made.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "year": city.program_year}
    return render(request, "retests/announce.html", context, status=status)


@require_GET
@staff_required(*READERS)
def retest(request: HttpRequest, pk: int) -> HttpResponse:
    """One retest: how it was drawn, who was invited, what came out."""
    return _page(request, _found(request, pk), DrawForm())


@require_POST
@staff_required(*RUNNERS)
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Draw by the seed and invite; once."""
    found = _found(request, pk)
    membership = _membership(request)
    if not may_run_retests(membership):
        raise PermissionDenied
    form = DrawForm(request.POST)
    if form.is_valid():
        try:
            draw_retest(
                membership=membership,
                retest=found,
                seed=form.cleaned_data["seed"],
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("retests_console:retest", pk)
    return _page(request, found, form)


@require_GET
@staff_required(*READERS)
def holder_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The fixed list itself: stratum and opaque number, one person a line."""
    found = _found(request, pk)
    return HttpResponse(
        list_text_of(found),
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{found.file_name}"',
        },
    )


@require_GET
@staff_required(*READERS)
def export(request: HttpRequest, pk: int) -> FileResponse:
    """Everybody drawn with the result, as a sheet."""
    found = _found(request, pk)
    rows = _people(request, found).rows.iterator(chunk_size=2000)
    return sheet_response(
        name=f"{found.year}年度抽测{found.pk}",
        headings=[
            "签序",
            "人员编号",
            "姓名",
            "层",
            "开始",
            "交卷",
            "成绩",
            "结果",
            "签",
        ],
        rows=(
            (
                one.place,
                one.person.number,
                one.person.name,
                found.quotas[one.stratum]["label"],
                one.begun_at,
                one.handed_in_at,
                one.score,
                result_of(one),
                one.ticket,
            )
            for one in rows
        ),
    )


def result_of(invitation: RetestInvitation) -> str:
    """In a word."""
    if invitation.handed_in_at is None:
        return "没有参加"
    return "合格" if invitation.is_passed else "未合格"


def _page(request: HttpRequest, found: Retest, form: DrawForm) -> HttpResponse:
    now = timezone.now()
    records = Record.objects.filter(kind__in=KINDS, source=f"retest:{found.pk}")
    context = {
        "retest": found,
        "rules": found.rules,
        "form": form,
        "now": now,
        "is_open": found.is_open(now),
        "may_draw": may_run_retests(_membership(request)) and not found.is_drawn,
        "is_seed_out": now >= found.seed_at,
        "records": [(Kind(one.kind).label, one) for one in records.order_by("pk")],
    }
    if found.is_drawn:
        listing = _people(request, found)
        for one in listing.page:
            one.stratum_label = found.quotas[one.stratum]["label"]
        context |= {
            "outcome": outcome_of(found),
            "strata": outcomes_by_stratum(found) if len(found.quotas) > 1 else [],
            "listing": listing,
            "lines": lines_to_repeat(
                seed=found.seed, file=found.file_name, quotas=found.sizes()
            ),
        }
    status = 422 if form.errors else 200
    return render(request, "retests/retest_detail.html", context, status=status)


def _people(request: HttpRequest, found: Retest) -> Listing:
    return list_rows(
        found.invitations.select_related("person"),
        request.GET,
        columns=PEOPLE_COLUMNS,
        filters=[Filter("state", "结果", STATES, _in_state)],
        kept=(),
    )


def _in_state(
    rows: QuerySet[RetestInvitation], state: str
) -> QuerySet[RetestInvitation]:
    if state == "waiting":
        return rows.filter(handed_in_at=None)
    return rows.filter(handed_in_at__isnull=False, is_passed=state == "passed")


def _membership(request: HttpRequest) -> Membership:
    found: Membership = request.membership  # type: ignore[attr-defined]
    return found


def _found(request: HttpRequest, pk: int) -> Retest:
    seen = Retest.objects.visible_to(_membership(request)).select_related(
        "edition", "announced_by", "drawn_by"
    )
    return get_object_or_404(seen, pk=pk)
