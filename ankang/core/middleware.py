"""Middleware without state: request ids, and Refusals as answers."""

import logging
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ankang.core.errors import Refusal
from ankang.core.htmx import is_htmx

logger = logging.getLogger("ankang.request")


class RequestIdMiddleware:
    """Give each request an id that stands in the answer, in errors and in the audit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex[:12]  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class RefusalMiddleware:
    """Answer a Refusal with 422: a page, or for HTMX an alert beside the button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Show the sentence; anything but a Refusal is a bug and goes on as one."""
        if not isinstance(error, Refusal):
            return None
        context = {"sentence": str(error)}
        if is_htmx(request):
            response = render(request, "core/_refusal.html", context, status=422)
            response["HX-Retarget"] = "#alerts"
            response["HX-Reswap"] = "innerHTML"
            return response
        return render(request, "core/error.html", context, status=422)
