"""Who may change rosters."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from ankang.organizations.http import View, staff_required


def manager_required(view: View) -> Callable[..., HttpResponseBase]:
    """Open the view to employers, districts and the labor office."""

    @staff_required()
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        if not request.membership.may_manage_roster():  # type: ignore[attr-defined]
            raise PermissionDenied
        return view(request, **kwargs)

    return guarded
