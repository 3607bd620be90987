"""Signing in with a mobile, signing out, the privacy notice."""

from datetime import timedelta

from allauth.account.authentication import get_authentication_records
from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ankang.accounts.forms import MobileForm, SignInForm
from ankang.accounts.http import client_address, device_of, safe_next
from ankang.accounts.models import User
from ankang.accounts.services import (
    request_code,
    sign_in_by_code,
    sign_out_everywhere,
    wait_for_code,
)
from ankang.core.errors import Refusal
from ankang.core.htmx import is_htmx
from ankang.core.validators import masked_mobile
from ankang.policies.models import privacy_in

HOME = "/"


@require_http_methods(["GET", "POST"])
@login_not_required
@never_cache
@sensitive_post_parameters("code")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The one page: mobile, code, consent."""
    if request.user.is_authenticated:
        return redirect(safe_next(request, HOME))
    if request.method == "GET":
        return _page(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        user = sign_in_by_code(
            mobile=form.cleaned_data["mobile"],
            code=form.cleaned_data["code"],
            device=device_of(request),
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error("code", str(refusal))
        return _page(request, form, status=422)
    answer: HttpResponse = perform_login(
        request, user, redirect_url=safe_next(request, HOME)
    )
    return answer


@require_POST
@login_not_required
@never_cache
def request_sign_in_code(request: HttpRequest) -> HttpResponse:
    """Send a code and show the same page, the mobile kept."""
    checked = MobileForm(request.POST)
    form = SignInForm(initial=request.POST.dict())
    if not checked.is_valid():
        return _page(
            request, form, problem=str(checked.errors["mobile"][0]), status=422
        )
    mobile = checked.cleaned_data["mobile"]
    try:
        request_code(mobile=mobile, address=client_address(request), at=timezone.now())
    except Refusal as refusal:
        return _page(request, form, problem=str(refusal), status=422)
    return _page(request, form, sent_to=mobile)


def _page(
    request: HttpRequest,
    form: SignInForm,
    *,
    problem: str = "",
    sent_to: str = "",
    status: int = 200,
) -> HttpResponse:
    typed = MobileForm(request.POST)
    wait = None
    if request.method == "POST" and typed.is_valid():
        mobile = typed.cleaned_data["mobile"]
        wait = wait_for_code(mobile=mobile, at=timezone.now())
    context = {
        "form": form,
        "problem": problem,
        "sent_to": masked_mobile(sent_to),
        "wait": int((wait or timedelta()).total_seconds()),
        "next": safe_next(request, ""),
    }
    name = "accounts/_sign_in.html" if is_htmx(request) else "accounts/sign_in.html"
    return render(request, name, context, status=status)


@require_GET
@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    """The notice that workers consent to."""
    kept = privacy_in(timezone.localdate().year)
    return render(request, "accounts/privacy.html", {"kept": kept})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    door = _door(request)
    logout(request)
    return redirect(door)


@require_POST
def sign_out_of_all(request: HttpRequest) -> HttpResponse:
    """End all sessions of this user, this one too."""
    door = _door(request)
    if isinstance(request.user, User):
        sign_out_everywhere(user=request.user)
    logout(request)
    return redirect(door)


def _door(request: HttpRequest) -> str:
    records = get_authentication_records(request, request.user)
    is_staff = any(record["method"] in {"password", "mfa"} for record in records)
    return "account_login" if is_staff else "accounts:sign-in"
