"""Anybody may check whether a certificate holds."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ankang.accounts.http import client_address
from ankang.core.limits import is_within_limit
from ankang.core.validators import masked_name
from ankang.credits.forms import SerialForm
from ankang.credits.models import Certificate

CHECKS_A_MINUTE = 30
SECONDS_PER_MINUTE = 60


@require_GET
@login_not_required
def certificate_search(request: HttpRequest) -> HttpResponse:
    """Ask for a serial number; a known one shows whether it holds."""
    form = SerialForm(request.GET if "serial" in request.GET else None)
    if form.is_bound:
        if not _may_check(request):
            return _too_often(request)
        if form.is_valid():
            certificate = form.found()
            if certificate is not None:
                return _page(request, certificate)
            form.add_error("serial", "没有这个编号的证明，请核对编号。")
    status = 422 if form.is_bound else 200
    context = {"form": form}
    return _unlisted(
        render(request, "credits/certificate_search.html", context, status=status)
    )


@require_GET
@login_not_required
def certificate_verify(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR code leads to: does this certificate hold?"""
    if not _may_check(request):
        return _too_often(request)
    known = Certificate.objects.select_related("revocation").filter(code=code).first()
    if known is None:
        raise Http404
    return _page(request, known)


def _page(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    context = {
        "certificate": certificate,
        "name": masked_name(certificate.person_name),
    }
    return _unlisted(render(request, "credits/certificate_verify.html", context))


def _may_check(request: HttpRequest) -> bool:
    key = f"certificate:{client_address(request)}"
    return is_within_limit(key, most=CHECKS_A_MINUTE, seconds=SECONDS_PER_MINUTE)


def _too_often(request: HttpRequest) -> HttpResponse:
    context = {
        "status": 429,
        "title": "查验太频繁",
        "sentence": "查验太频繁，请一分钟后再试。",
    }
    return render(request, "core/error.html", context, status=429)


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    return response
