"""Choosing for whom one acts."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ankang.accounts.models import User
from ankang.console.services.membership import switch_membership
from ankang.core.http import whole_number
from ankang.organizations.middleware import SESSION_KEY
from ankang.organizations.models import Membership


@require_http_methods(["GET", "POST"])
def membership(request: HttpRequest) -> HttpResponse:
    """All memberships of the user; open even while a second factor is due for one."""
    memberships: list[Membership] = request.memberships  # type: ignore[attr-defined]
    if not memberships:
        raise PermissionDenied
    if request.method == "GET":
        return render(
            request, "console/membership_switch.html", {"memberships": memberships}
        )
    user = cast(User, request.user)
    mine = Membership.objects.filter(user=user, ended_at=None)
    wanted = request.POST.get("membership", "")
    chosen = get_object_or_404(mine, pk=whole_number(wanted))
    switch_membership(actor=user, membership=chosen, at=timezone.now())
    request.session[SESSION_KEY] = chosen.pk
    return redirect("/console/")
