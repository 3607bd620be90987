"""How much is still known (知识保持): by topic, post, industry, employer and district."""

from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ankang.console.http import membership_of
from ankang.console.queries import retention as queries
from ankang.console.queries.retention import Area
from ankang.core.http import sheet_response
from ankang.core.lists import Column, Listing, list_rows
from ankang.organizations.http import staff_required
from ankang.organizations.models import District, Membership
from ankang.reports.models import RetentionCell, RetentionRun
from ankang.reports.retention import HORIZONS

Scope = Membership.Scope
WHOLE_CITY = (Scope.CITY, Scope.EVALUATOR, Scope.AUDITOR)
READERS = (*WHOLE_CITY, Scope.DISTRICT, Scope.EMPLOYER)
HORIZON_NAMES = {0: "现在"}


@dataclass(frozen=True)
class Asked:
    """What the address asks for, as far as this membership may see it."""

    run: RetentionRun | None
    area: Area
    by: str
    tables: list[tuple[str, str]]
    districts: list[District]
    total: RetentionCell | None
    listing: Listing


@require_GET
@staff_required(*READERS)
def retention(request: HttpRequest) -> HttpResponse:
    """The curve of the area, its table, and whether predictions came true."""
    asked = _asked(request)
    context: dict[str, Any] = {
        "asked": asked,
        "run": asked.run,
        "listing": asked.listing,
        "horizons": HORIZONS,
        "grid": queries.grid(),
    }
    if asked.run:
        context["rules"] = asked.run.edition.rules().retention
    if asked.total:
        context["curve"] = queries.curve_of(asked.total)
        context["left_out"] = asked.total.left_out.get(asked.by, 0)
    return render(request, "console/retention.html", context)


@require_GET
@staff_required(*READERS)
def retention_export(request: HttpRequest) -> FileResponse:
    """The same table as a sheet, the whole area first."""
    asked = _asked(request)
    total = [asked.total] if asked.total else []
    names = [HORIZON_NAMES.get(days, f"{days}天后") for days in HORIZONS]
    return sheet_response(
        name=f"知识保持指数-{asked.area.name}",
        headings=[
            dict(asked.tables)[asked.by],
            "人数",
            "作答次数",
            *(f"{name}{part}" for name in names for part in ("", "下限", "上限")),
        ],
        rows=(_cells(cell) for cell in [*total, *asked.listing.rows]),
    )


def _cells(cell: RetentionCell) -> tuple[object, ...]:
    shares = [
        round(figure[part], 4)
        for figure in cell.figures
        for part in ("mean", "low", "high")
    ]
    return (cell.label, cell.people, cell.answers, *shares)


def _asked(request: HttpRequest) -> Asked:
    membership = membership_of(request)
    districts = (
        list(District.objects.order_by("code"))
        if membership.scope in WHOLE_CITY
        else []
    )
    code = request.GET.get("district", "")
    chosen = next((one for one in districts if one.code == code), None)
    area = queries.area_of(membership, chosen)
    tables = queries.tables_of(area)
    by = request.GET.get("by", "")
    by = by if by in dict(tables) else tables[0][0]
    cells = queries.cells_of(membership, area)
    return Asked(
        run=queries.latest_run(),
        area=area,
        by=by,
        tables=tables,
        districts=districts,
        total=cells.filter(by=RetentionCell.By.ALL).first(),
        listing=list_rows(
            cells.filter(by=by),
            request.GET,
            # in the order of code or name alone: this is no ranking
            columns=(Column("name", dict(tables)[by], ("place",)),),
            search=lambda rows, text: rows.filter(label__contains=text),
            kept=("by", "district"),
        ),
    )
