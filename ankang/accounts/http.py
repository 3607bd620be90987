"""Who a learner's page is for, and what a sign-in takes from the request, safely."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from ankang.accounts.models import Person, User

IPV6_HOME = 64
DEVICE_COOKIE = "device"
DEVICE_REMEMBERED = timedelta(days=400)


class LearnerRequest(HttpRequest):
    """A request whose user is a learner; `learner_required` has seen to it."""

    user: User
    person: Person


def learner_required(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Let learners in as `request.person`; tell staff without a person where to go."""

    @wraps(view)
    def wrapped(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        person = request.user.person
        if person is None:
            sentence = "这个账号是管理账号，没有学员档案。请到管理台办理业务。"
            context = {
                "title": "这里是学员的页面",
                "sentence": sentence,
                "status": 403,
                "back_url": "/console/",
                "back_label": "去管理台",
            }
            return render(request, "core/error.html", context, status=403)
        request.person = person
        response = view(request, *args, **kwargs)
        mark_device(request, response)
        return response

    return wrapped


def device_of(request: HttpRequest) -> str:
    """A short opaque name of the browser, from its mark; empty while it has none.

    Without the mark all phones of a model would be one device.
    """
    mark = request.COOKIES.get(DEVICE_COOKIE, "")
    return sha256(mark.encode()).hexdigest()[:16] if mark else ""


def mark_device(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser a random mark that tells two devices apart; not a person."""
    if DEVICE_COOKIE not in request.COOKIES:
        response.set_cookie(
            DEVICE_COOKIE,
            secrets.token_urlsafe(16),
            max_age=DEVICE_REMEMBERED,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


def client_address(request: HttpRequest) -> str:
    """The network address to count by: an IPv6 household counts as one."""
    address = ip_address(get_adapter().get_client_ip(request))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_HOME), strict=False))
    return str(address)


def safe_next(request: HttpRequest, default: str) -> str:
    """Where to go after signing in: an address of this site, or the default."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else default
