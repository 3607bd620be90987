"""Certificates in the console: the list, one certificate, and taking it back."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ankang.accounts.models import User
from ankang.audit.models import AuditEntry
from ankang.console.http import membership_of
from ankang.console.services.certificates import reinstate, take_back
from ankang.core.http import sheet_response
from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.credits.forms import ReasonForm
from ankang.credits.models import Certificate, may_revoke
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership

READERS = (
    Membership.Scope.CITY,
    Membership.Scope.DISTRICT,
    Membership.Scope.EMPLOYER,
    Membership.Scope.EVALUATOR,
    Membership.Scope.AUDITOR,
)
COLUMNS = (
    Column("issued", "发证日期", ("-issued_at",)),
    Column("serial", "编号", ("year", "number")),
    Column("name", "姓名", ("person_name",)),
    Column("employer", "用人单位", ("employer_name",)),
    Column("course", "课程"),
    Column("hours", "学时", ("hours",), is_figure=True),
    Column("score", "成绩", ("score",), is_figure=True),
    Column("state", "状态"),
)
STATES = (("valid", "有效"), ("revoked", "已撤销"))


@require_GET
@staff_required(*READERS)
def certificate_list(request: HttpRequest) -> HttpResponse:
    """The certificates of one's own people, newest first."""
    context = {"listing": _listing(request)}
    return render(request, "console/certificate_list.html", context)


@require_GET
@staff_required(*READERS)
def certificate_export(request: HttpRequest) -> FileResponse:
    """The same certificates as a sheet."""
    rows = _listing(request).rows.iterator(chunk_size=2000)
    return sheet_response(
        name="培训合格证明",
        headings=[column.label for column in COLUMNS],
        rows=(
            (
                timezone.localdate(one.issued_at),
                one.serial,
                one.person_name,
                one.employer_name,
                one.course_title,
                one.hours,
                one.score,
                "有效" if one.is_valid() else "已撤销",
            )
            for one in rows
        ),
    )


@require_GET
@staff_required(*READERS)
def certificate_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What it says, whether it holds, and who did what to it."""
    certificate = _found(request, pk)
    context = {
        "certificate": certificate,
        "form": ReasonForm(),
        "may_revoke": may_revoke(membership_of(request)),
        "acts": AuditEntry.objects.filter(target=f"certificate:{pk}")
        .select_related("actor")
        .order_by("-at"),
        "successor": Certificate.objects.filter(
            person=certificate.person_id, source=f"certificate:{pk}"
        ).first(),
    }
    return render(request, "console/certificate_detail.html", context)


@require_POST
@staff_required(Membership.Scope.CITY)
def certificate_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back, with a reason; the labor office alone."""
    certificate = _found(request, pk)
    take_back(certificate=certificate, **_act(request))
    return redirect("console:certificate-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY)
def certificate_reissue(request: HttpRequest, pk: int) -> HttpResponse:
    """Certify again under a new number; the labor office alone."""
    fresh = reinstate(certificate=_found(request, pk), **_act(request))
    return redirect("console:certificate-detail", fresh.pk)


def _act(request: HttpRequest) -> dict[str, Any]:
    membership = membership_of(request)
    if not may_revoke(membership):
        raise PermissionDenied
    return {
        "actor": cast(User, request.user),
        "acting_for": membership.label(),
        "reason": request.POST.get("reason", "")[:200],
        "at": timezone.now(),
    }


def _found(request: HttpRequest, pk: int) -> Certificate:
    seen = Certificate.objects.visible_to(membership_of(request))
    return get_object_or_404(seen.select_related("person", "revocation"), pk=pk)


def _listing(request: HttpRequest) -> Listing:
    seen = Certificate.objects.visible_to(membership_of(request))
    return list_rows(
        seen.select_related("revocation"),
        request.GET,
        columns=COLUMNS,
        filters=[Filter("state", "状态", STATES, _in_state)],
        search=_search,
    )


def _in_state(rows: Any, state: str) -> Any:
    return rows.filter(revocation__isnull=state == "valid")


def _search(rows: Any, text: str) -> Any:
    return rows.filter(
        Q(serial=text) | Q(person_name=text) | Q(employer_name__startswith=text)
    )
