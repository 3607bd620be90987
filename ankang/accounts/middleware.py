"""Every page is for signed-in people; each audience has its own door."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from ankang.accounts.adapters import STAFF_HOME
from ankang.core.htmx import is_htmx


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Send strangers to the workers' sign-in, and on console pages to that of staff."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        is_console = request.path.startswith((STAFF_HOME, "/admin/", "/accounts/mfa/"))
        door = reverse("account_login" if is_console else "accounts:sign-in")
        if not is_htmx(request):
            back = request.get_full_path() if request.method == "GET" else ""
            return redirect_to_login(back, door)
        return HttpResponse(status=204, headers={"HX-Redirect": door})
