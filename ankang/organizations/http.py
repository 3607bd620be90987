"""Who may open a view of the console."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from ankang.organizations.models import Membership

View = Callable[..., HttpResponseBase]


def staff_required(*scopes: Membership.Scope) -> Callable[[View], View]:
    """Open the view to staff who act for one of the scopes, or for any if none is named.

    Whoever still owes a second factor is sent to set it up or to show it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
            if request.second_factor_due:  # type: ignore[attr-defined]
                return second_factor_page(request)
            membership = request.membership  # type: ignore[attr-defined]
            if not membership or (scopes and membership.scope not in scopes):
                raise PermissionDenied
            return view(request, **kwargs)

        return guarded

    return decorate


def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Redirect to where the second factor is shown, or set up if there is none."""
    kinds = set(
        Authenticator.objects.filter(user_id=request.user.pk).values_list(
            "type", flat=True
        )
    )
    path = request.get_full_path() if request.method == "GET" else "/console/"
    back = urlencode({"next": path})
    if Authenticator.Type.TOTP in kinds:
        return redirect(f"{reverse('mfa_reauthenticate')}?{back}")
    if Authenticator.Type.WEBAUTHN in kinds:
        return redirect(f"{reverse('mfa_reauthenticate_webauthn')}?{back}")
    return redirect("mfa_index")
