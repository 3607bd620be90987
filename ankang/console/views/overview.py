"""The overview: ahead or behind, money, projects, districts, and who is not counted."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ankang.console.http import membership_of, year_context
from ankang.console.queries.cases import waiting_cases
from ankang.console.queries.exclusions import conditions_of, exclusions_of
from ankang.console.queries.oversight import oversight_of
from ankang.console.queries.todo import todo_items
from ankang.console.views.timelines import DESK
from ankang.core.http import sheet_response
from ankang.organizations.http import staff_required
from ankang.reports.queries import Overview, Pace
from ankang.reports.queries import overview as figures_of

NAME_AT = 0.7


@require_GET
@staff_required()
def overview(request: HttpRequest) -> HttpResponseBase:
    """Every figure is a link to the list that it is made of."""
    context = year_context(request)
    membership = membership_of(request)
    at = timezone.now()
    figures = figures_of(year=context["year"], at=at, membership=membership)
    if request.GET.get("format") == "xlsx":
        return _districts_sheet(figures)
    context |= {
        "figures": figures,
        "chart": pace_chart(figures.pace) if figures.pace else None,
        "curve": curve_rows(figures.pace) if figures.pace else [],
        "todo": todo_items(membership, at)[:5],
        "oversight": oversight_of(membership),
    }
    return render(request, "console/overview.html", context)


@require_GET
@staff_required()
def exclusions(request: HttpRequest) -> HttpResponseBase:
    """Everybody who began and is not counted, by reason, and what can be done."""
    context = year_context(request)
    figures = figures_of(
        year=context["year"],
        at=timezone.now(),
        membership=membership_of(request),
    )
    if request.GET.get("format") == "xlsx":
        return _exclusions_sheet(figures)
    membership = membership_of(request)
    today = timezone.localdate()
    context |= {
        "waiting": waiting_cases(membership, context["year"], today)
        if membership.scope in DESK
        else None,
        "figures": figures,
        "exclusions": exclusions_of(figures),
        "conditions": conditions_of(figures.edition.rules()),
    }
    return render(request, "console/exclusions.html", context)


def pace_chart(pace: Pace) -> dict[str, object]:
    """The data of the curve, in the form that charts.js draws."""
    last_day = pace.curve[-1][0]
    end = max(pace.deadline, last_day)
    span = (end - pace.starts_on).days
    name_on = pace.starts_on + timedelta(days=int(span * NAME_AT))
    line_days = (pace.deadline - pace.starts_on).days or 1
    line_at = min(1.0, (name_on - pace.starts_on).days / line_days)
    return {
        "start": pace.starts_on.isoformat(),
        "end": end.isoformat(),
        "target": pace.people,
        "points": [[day.isoformat(), people] for day, people in pace.curve],
        "forecast": _forecast(pace),
        "ticks": [
            (pace.starts_on + timedelta(days=span * part // 5)).isoformat()
            for part in range(6)
        ],
        "nameAt": [name_on.isoformat(), int(pace.people * line_at)],
        "nameSide": "right",
    }


def curve_rows(pace: Pace) -> list[tuple[str, str]]:
    """The curve as words: a template's filters take ten times as long for each day."""
    return [
        (f"{day.year}年{day.month}月{day.day}日", f"{people:,}")
        for day, people in pace.curve
    ]


def _forecast(pace: Pace) -> list[object] | None:
    if pace.reached_on and pace.reached_on <= pace.deadline:
        return [pace.reached_on.isoformat(), pace.people]
    if pace.days_left > 0 and pace.recent_per_day:
        return [pace.deadline.isoformat(), pace.at_deadline]
    return None


def _districts_sheet(figures: Overview) -> HttpResponseBase:
    return sheet_response(
        name=f"{figures.year}年度各区市计入人数",
        headings=["区市", "计入", "指标", "开始学习"],
        rows=[
            (line.name, line.counted, line.quota, line.began)
            for line in figures.districts
        ],
    )


def _exclusions_sheet(figures: Overview) -> HttpResponseBase:
    reasons = [
        (one.line.name, one.line.people, one.whose, one.act)
        for one in exclusions_of(figures)
    ]
    return sheet_response(
        name=f"{figures.year}年度未计入",
        headings=["原因", "人数", "轮到谁", "怎么补"],
        rows=[
            *reasons,
            ("未计入合计", figures.excluded, "", ""),
            ("计入", figures.counted, "", ""),
            ("开始学习", figures.began, "", ""),
        ],
    )
