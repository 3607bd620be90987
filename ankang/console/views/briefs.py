"""The daily brief (工作日报): a page for each day, to print and to keep."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ankang.console.http import year_context
from ankang.console.queries.briefs import brief_of, stated_days
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership

READERS = (
    Membership.Scope.CITY,
    Membership.Scope.EVALUATOR,
    Membership.Scope.AUDITOR,
)

FIRST, LAST = date(2000, 1, 1), date(2999, 12, 31)


@require_GET
@staff_required(*READERS)
def briefs(request: HttpRequest) -> HttpResponse:
    """The days of the year on which counts were stated, newest first."""
    context = year_context(request)
    context["days"] = stated_days(context["year"])
    return render(request, "console/briefs.html", context)


@require_GET
@staff_required(*READERS)
def brief(request: HttpRequest, day: str) -> HttpResponse:
    """One day's figures with the checkpoint that covers them."""
    context = year_context(request)
    asked = _day(day)
    found = brief_of(context["year"], asked) if asked else None
    if found is None:
        raise Http404
    context["brief"] = found
    return render(request, "console/brief.html", context)


def _day(text: str) -> date | None:
    """A day written as 2020-09-01, within the centuries that databases reckon with."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    is_plain = day.isoformat() == text
    return day if is_plain and FIRST <= day <= LAST else None
