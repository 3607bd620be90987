"""What the console's views need of a request."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from ankang.core.htmx import is_htmx
from ankang.organizations.models import Membership


def membership_of(request: HttpRequest) -> Membership:
    """For whom this request acts; `staff_required` has seen to it that there is one."""
    asked: Any = request
    return cast(Membership, asked.membership)


def go(request: HttpRequest, name: str, *args: object) -> HttpResponse:
    """Send the reader to a page, whether the form went out by HTMX or not."""
    if is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": reverse(name, args=args)})
    return redirect(name, *args)
