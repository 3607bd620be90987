"""Who a learner's page is for."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ankang.accounts.models import Person, User


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
        return view(request, *args, **kwargs)

    return wrapped


def device_of(request: HttpRequest) -> str:
    """A short opaque mark of the browser, to tell two devices apart; not a person."""
    agent = request.headers.get("User-Agent", "")
    mark = request.COOKIES.get("device", "")
    return sha256(f"{mark}|{agent}".encode()).hexdigest()[:16]
