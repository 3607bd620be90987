"""The public page behind the code on the workshop wall."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ankang.accounts.http import client_address
from ankang.core.ciphers import keyring
from ankang.core.errors import Refusal
from ankang.core.limits import is_within_limit
from ankang.organizations.models import Employer
from ankang.rosters.forms import JoinForm
from ankang.rosters.services.people import request_to_join

MOST_IN_AN_HOUR = 300
HOUR = 3600


class TooManyRequests(Refusal):
    def __init__(self) -> None:
        super().__init__("这个网络提交的申请太多，请一小时后再试，或请单位直接加入。")


@login_not_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Name, number, mobile and post of somebody who works here."""
    employer = get_object_or_404(Employer, join_code=code)
    form = JoinForm(request.POST or None)
    if form.is_valid():
        _count_address(client_address(request))
        request_to_join(employer=employer, details=form.details(), at=timezone.now())
        return redirect("join:join-done", code)
    status = 422 if form.errors else 200
    context = {"employer": employer, "form": form}
    return render(request, "rosters/join.html", context, status=status)


@login_not_required
@require_GET
def join_done(request: HttpRequest, code: str) -> HttpResponse:
    """What happens next; says nothing of any person."""
    employer = get_object_or_404(Employer, join_code=code)
    return render(request, "rosters/join_done.html", {"employer": employer})


def _count_address(address: str) -> None:
    """A whole workshop shares one address, so the limit is wide."""
    key = f"join:{keyring().blind_index('address', address).hex()}"
    if not is_within_limit(key, most=MOST_IN_AN_HOUR, seconds=HOUR):
        raise TooManyRequests
