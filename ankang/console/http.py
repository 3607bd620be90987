"""What the console's views need of a request."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ankang.core.htmx import is_htmx
from ankang.core.http import whole_number
from ankang.organizations.models import Membership
from ankang.organizations.queries import current_city
from ankang.projects.models import AnnualPlan


def membership_of(request: HttpRequest) -> Membership:
    """For whom this request acts; `staff_required` has seen to it that there is one."""
    asked: Any = request
    return cast(Membership, asked.membership)


def go(request: HttpRequest, name: str, *args: object) -> HttpResponse:
    """Send the reader to a page, whether the form went out by HTMX or not."""
    if is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": reverse(name, args=args)})
    return redirect(name, *args)


def year_context(request: HttpRequest) -> dict[str, Any]:
    """`year` as asked for by ?year=, else the city's, and `years` to choose from."""
    city = current_city()
    if city is None:
        raise Http404
    planned = set(AnnualPlan.objects.values_list("year", flat=True))
    years = sorted(planned | {city.program_year}, reverse=True)
    asked = request.GET.get("year", "")
    number = whole_number(asked)
    year = number if number in years else city.program_year
    return {"year": year, "years": years if len(years) > 1 else []}
