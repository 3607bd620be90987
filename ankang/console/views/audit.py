"""Who did what, when, acting for whom."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ankang.audit.models import AuditEntry
from ankang.core.http import sheet_response
from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership

COLUMNS = (
    Column("at", "时间", ("-at",)),
    Column("actor", "操作人"),
    Column("acting_for", "身份"),
    Column("act", "操作"),
    Column("target", "对象"),
    Column("detail", "内容"),
)
SPANS = (("1", "最近一天"), ("7", "最近七天"), ("30", "最近三十天"))
READERS = (Membership.Scope.CITY, Membership.Scope.AUDITOR)


@require_GET
@staff_required(*READERS)
def audit(request: HttpRequest) -> HttpResponse:
    """The audit, newest first."""
    return render(request, "console/audit_list.html", {"listing": _listing(request)})


@require_GET
@staff_required(*READERS)
def audit_export(request: HttpRequest) -> FileResponse:
    """The same entries as a sheet."""
    rows = _listing(request).rows.iterator(chunk_size=2000)
    return sheet_response(
        name="审计日志",
        headings=[column.label for column in COLUMNS],
        rows=(
            (
                timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
                entry.actor.username if entry.actor else "系统",
                entry.acting_for,
                entry.act,
                entry.target,
                detail_text(entry),
            )
            for entry in rows
        ),
    )


def _listing(request: HttpRequest) -> Listing:
    return list_rows(
        AuditEntry.objects.select_related("actor"),
        request.GET,
        columns=COLUMNS,
        filters=[Filter("days", "时间", SPANS, _within)],
        search=_search,
    )


def _within(rows: Any, days: str) -> Any:
    return rows.filter(at__gte=timezone.now() - timedelta(days=int(days)))


def _search(rows: Any, text: str) -> Any:
    return rows.filter(
        Q(target=text) | Q(act=text) | Q(actor__username=text) | Q(actor__name=text)
    )


def detail_text(entry: AuditEntry) -> str:
    """The detail as one line."""
    return "；".join(f"{key}：{value}" for key, value in entry.detail.items())
