"""Console pages for one employer at a time: register, add, wall poster, requests."""

from typing import Any, cast

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from ankang.accounts.models import User
from ankang.core.errors import Refusal
from ankang.core.htmx import is_htmx
from ankang.core.lists import Column, Filter, list_rows
from ankang.organizations.http import staff_required
from ankang.organizations.models import Employer, Membership
from ankang.rosters.forms import EmployerForm, WorkerForm
from ankang.rosters.http import manager_required
from ankang.rosters.models import JoinRequest
from ankang.rosters.services.employers import register_employer
from ankang.rosters.services.people import add_worker, confirm_join, decline_join

COLUMNS = (
    Column("at", "申请时间", ("-created_at",)),
    Column("name", "姓名", ("name",)),
    Column("id", "证件号码"),
    Column("mobile", "手机号"),
    Column("post", "岗位"),
    Column("employer", "用人单位", ("employer__name",)),
    Column("state", "处理"),
)


def _membership(request: HttpRequest) -> Membership:
    return cast(Membership, request.membership)  # type: ignore[attr-defined]


def _employer(request: HttpRequest, pk: int) -> Employer:
    employers = Employer.objects.visible_to(_membership(request))
    return get_object_or_404(employers.select_related("district"), pk=pk)


@require_http_methods(["GET", "POST"])
@manager_required
def employer_create(request: HttpRequest) -> HttpResponse:
    """Register an employer: the labor office anywhere, a district its own."""
    membership = _membership(request)
    if membership.scope == Membership.Scope.EMPLOYER:
        raise PermissionDenied
    form = EmployerForm(request.POST or None, district=membership.district)
    if form.is_valid():
        employer = register_employer(
            actor=cast(User, request.user),
            acting_for=membership.label(),
            employer=form.save(commit=False),
            at=timezone.now(),
        )
        if form.has_odd_inner_check():
            sentence = (
                "已登记。信用代码的第 9 到 17 位和常见编码不符，请再对照执照看一遍。"
            )
            messages.warning(request, sentence)
        else:
            messages.success(request, "已登记。接着加入职工，或打印车间二维码。")
        return redirect("rosters:employer", employer.pk)
    status = 422 if form.errors else 200
    return render(
        request, "rosters/employer_create.html", {"form": form}, status=status
    )


@require_GET
@staff_required()
def employer(request: HttpRequest, pk: int) -> HttpResponse:
    """The ways in for one employer, and who waits."""
    found = _employer(request, pk)
    waiting = found.join_requests.filter(state=JoinRequest.State.WAITING)
    context = {
        "employer": found,
        "people": found.employments.current().count(),
        "waiting": waiting.order_by("created_at")[:50],
        "waiting_count": waiting.count(),
        "may_manage": _membership(request).may_manage_roster(),
        "join_url": _join_url(request, found),
    }
    return render(request, "rosters/employer.html", context)


@require_http_methods(["GET", "POST"])
@manager_required
def worker_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one worker by hand; the form stays for the next one."""
    found = _employer(request, pk)
    form = WorkerForm(request.POST or None)
    if form.is_valid() and _added(request, found, form):
        messages.success(request, f"已加入{form.cleaned_data['name']}。")
        return redirect("rosters:worker-create", pk)
    context = {
        "employer": found,
        "form": form,
        "people": found.employments.current().count(),
    }
    status = 422 if form.errors else 200
    return render(request, "rosters/worker_create.html", context, status=status)


def _added(request: HttpRequest, found: Employer, form: WorkerForm) -> bool:
    try:
        add_worker(
            actor=cast(User, request.user),
            acting_for=_membership(request).label(),
            employer=found,
            details=form.details(),
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_GET
@staff_required()
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The poster for the workshop wall, to print."""
    found = _employer(request, pk)
    url = _join_url(request, found)
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
    context = {
        "employer": found,
        "join_url": url,
        "qr": mark_safe(svg),  # noqa: S308
    }
    return render(request, "rosters/poster.html", context)


def _join_url(request: HttpRequest, found: Employer) -> str:
    return request.build_absolute_uri(reverse("join:join", args=[found.join_code]))


@require_GET
@staff_required()
def join_requests(request: HttpRequest) -> HttpResponse:
    """Who asked to join, those who wait first."""
    rows = JoinRequest.objects.visible_to(_membership(request))
    query = request.GET.copy()
    query.setdefault("state", JoinRequest.State.WAITING)
    listing = list_rows(
        rows.select_related("employer"),
        query,
        columns=COLUMNS,
        filters=[
            Filter(
                "state",
                "状态",
                JoinRequest.State.choices,
                lambda found, value: found.filter(state=value),
            )
        ],
        search=lambda found, text: found.filter(name__icontains=text),
    )
    context = {
        "listing": listing,
        "may_manage": _membership(request).may_manage_roster(),
    }
    return render(request, "rosters/join_requests.html", context)


@require_POST
@manager_required
def join_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes: this is our worker."""
    return _decide(request, pk, confirm_join)


@require_POST
@manager_required
def join_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """No: this is nobody of ours."""
    return _decide(request, pk, decline_join)


def _decide(request: HttpRequest, pk: int, act: Any) -> HttpResponse:
    rows = JoinRequest.objects.visible_to(_membership(request))
    decided = act(
        request=get_object_or_404(rows, pk=pk),
        actor=request.user,
        acting_for=_membership(request).label(),
        at=timezone.now(),
    )
    if not is_htmx(request):
        return redirect("rosters:employer", decided.employer_id)
    context = {"one": decided, "may_manage": True}
    return render(request, "rosters/_join_request.html", context)
