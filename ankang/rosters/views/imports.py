"""Console pages of roster imports: template, upload, result, decision, history."""

from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from ankang.accounts.models import User
from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.core.http import sheet_response, whole_number
from ankang.core.lists import Column, Filter, list_rows
from ankang.core.sheets import CONTENT_TYPE
from ankang.jobs.queries import progress_of
from ankang.organizations.http import staff_required
from ankang.organizations.models import Employer, Membership
from ankang.rosters.forms import RosterForm
from ankang.rosters.http import manager_required
from ankang.rosters.models import RosterImport
from ankang.rosters.queries import faults_of, page_of
from ankang.rosters.services.imports import confirm_import, drop_import, start_import
from ankang.rosters.services.saving import Decision
from ankang.rosters.workbook import (
    CORRECTION_HEADINGS,
    rows_to_correct,
    write_template,
)

COLUMNS = (
    Column("at", "上传时间", ("-created_at",)),
    Column("employer", "用人单位", ("employer__name",)),
    Column("file", "文件"),
    Column("total", "行数", is_figure=True),
    Column("bad", "有错", is_figure=True),
    Column("state", "状态", ("state",)),
)


def _membership(request: HttpRequest) -> Membership:
    return cast(Membership, request.membership)  # type: ignore[attr-defined]


def _import(request: HttpRequest, pk: int) -> RosterImport:
    rows = RosterImport.objects.visible_to(_membership(request))
    rows = rows.select_related("employer", "attachment", "job", "started_by")
    return get_object_or_404(rows, pk=pk)


@require_GET
@staff_required()
def imports(request: HttpRequest) -> HttpResponse:
    """Every import one may see, newest first."""
    rows = RosterImport.objects.visible_to(_membership(request))
    listing = list_rows(
        rows.select_related("employer", "attachment", "started_by"),
        request.GET,
        columns=COLUMNS,
        filters=[
            Filter(
                "state",
                "状态",
                RosterImport.State.choices,
                lambda found, value: found.filter(state=value),
            )
        ],
        search=lambda found, text: found.filter(employer__name__icontains=text),
    )
    context = {
        "listing": listing,
        "may_import": _membership(request).may_manage_roster(),
    }
    return render(request, "rosters/import_list.html", context)


@require_http_methods(["GET", "POST"])
@manager_required
def import_create(request: HttpRequest) -> HttpResponse:
    """Choose a file; the check begins at once."""
    membership = _membership(request)
    employers = Employer.objects.visible_to(membership)
    own = membership.employer
    if own is None and (pk := whole_number(request.GET.get("employer", ""))):
        own = get_object_or_404(employers, pk=pk)
    if request.method == "GET":
        initial = {"employer": own.credit_code if own else ""}
        form = RosterForm(employers=employers, initial=initial)
    else:
        data = request.POST.copy()
        if own:
            data["employer"] = own.credit_code
        form = RosterForm(data, request.FILES, employers=employers)
        if form.is_valid() and (started := _start(request, form)):
            return redirect("rosters:import-detail", started.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "own": own}
    return render(request, "rosters/import_create.html", context, status=status)


def _start(request: HttpRequest, form: RosterForm) -> RosterImport | None:
    file = form.cleaned_data["file"]
    try:
        return start_import(
            actor=cast(User, request.user),
            employer=form.cleaned_data["employer"],
            file=file,
            name=file.name,
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error("file", str(refusal))
        return None


@require_GET
@staff_required()
def roster_template(request: HttpRequest) -> FileResponse:
    """The empty roster to fill in."""
    return FileResponse(
        write_template(),
        as_attachment=True,
        filename="名册模板.xlsx",
        content_type=CONTENT_TYPE,
    )


@require_GET
@staff_required()
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the check found: every row in its group."""
    roster_import = _import(request, pk)
    shown = page_of(roster_import, request.GET.get("group"), request.GET.get("page"))
    context: dict[str, Any] = {
        "roster_import": roster_import,
        "page": shown.page,
        "group": shown.group,
        "tabs": shown.tabs,
        "rows": shown.rows,
        "querystring": f"group={shown.group.value}&",
        "may_decide": _membership(request).may_manage_roster(),
        "progress": _progress(roster_import),
        "save_count": roster_import.good_count(),
    }
    return render(request, "rosters/import_detail.html", context)


def _progress(roster_import: RosterImport) -> object:
    if roster_import.job is None:
        return None
    url = reverse("rosters:import-progress", args=[roster_import.pk])
    return progress_of(roster_import.job, url, timezone.now())


@require_GET
@staff_required()
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The bar alone; when the work has ended the page is loaded again."""
    roster_import = _import(request, pk)
    context = {"progress": _progress(roster_import)}
    response = render(request, "core/_progress.html", context)
    if not roster_import.is_working():
        response["HX-Refresh"] = "true"
    return response


@require_POST
@manager_required
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was shown."""
    confirm_import(
        roster_import=_import(request, pk),
        actor=cast(User, request.user),
        acting_for=_membership(request).label(),
        decisions=frozenset(one for one in Decision if one.value in request.POST),
        at=timezone.now(),
    )
    return redirect("rosters:import-detail", pk)


@require_POST
@manager_required
def import_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up."""
    drop_import(
        roster_import=_import(request, pk),
        actor=cast(User, request.user),
        acting_for=_membership(request).label(),
        at=timezone.now(),
    )
    messages.success(request, "已放弃这次导入，没有写入任何人。")
    return redirect("rosters:imports")


@require_GET
@manager_required
def import_corrections(request: HttpRequest, pk: int) -> FileResponse:
    """The bad rows as a file to correct and send again."""
    roster_import = _import(request, pk)
    with roster_import.attachment.file.open("rb") as file:
        content = file.read()
    rows = list(rows_to_correct(content, faults_of(roster_import)))
    record_act(
        actor=cast(User, request.user),
        acting_for=_membership(request).label(),
        act="下载名册错误行",
        target=f"employer:{roster_import.employer_id}",
        detail={"roster_import": roster_import.pk, "rows": len(rows)},
        at=timezone.now(),
    )
    return sheet_response(name="改好再传", headings=CORRECTION_HEADINGS, rows=rows)
