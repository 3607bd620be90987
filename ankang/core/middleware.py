"""Middleware without state: request ids, and Refusals as answers."""

import logging
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ankang.core.disk import DiskFull, is_disk_full
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

    def process_view(
        self, request: HttpRequest, view: object, args: object, keywords: object
    ) -> HttpResponse | None:
        """Answer for an upload that did not fit on the disk, before the view runs."""
        if request.content_type == "multipart/form-data" and request.FILES is not None:
            refusal = getattr(request, "upload_refusal", None)
            return self.process_exception(request, refusal) if refusal else None
        return None

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Show the sentence; anything else but a full disk is a bug and goes on as one."""
        refusal = DiskFull() if is_disk_full(error) else error
        if not isinstance(refusal, Refusal):
            return None
        context = {"sentence": str(refusal)}
        if is_htmx(request):
            response = render(request, "core/_refusal.html", context, status=422)
            response["HX-Retarget"] = "#alerts"
            response["HX-Reswap"] = "innerHTML"
            return response
        return render(request, "core/error.html", context, status=422)
