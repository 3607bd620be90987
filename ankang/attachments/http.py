"""Answering with a file or the part of it that a player asks for (RFC 9110, Range)."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import StreamingHttpResponse
from django.utils.http import content_disposition_header

from ankang.attachments.models import Attachment

BLOCK = 256 * 1024


def ranged_response(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """200, 206, 304 or 416; without a body for HEAD."""
    etag = f'"{attachment.sha256}"'
    response: HttpResponseBase
    span = _asked_span(request, attachment.size, etag)
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    elif span is not None and span.start >= span.stop:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{attachment.size}"
    else:
        whole = span or range(attachment.size)
        status = 206 if span else 200
        body = _blocks(attachment, whole) if request.method == "GET" else iter(())
        response = StreamingHttpResponse(body, status=status)
        response["Content-Length"] = str(len(whole))
        if span:
            last = span.stop - 1
            response["Content-Range"] = f"bytes {span.start}-{last}/{attachment.size}"
    response["Content-Type"] = attachment.content_type
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = str(
        content_disposition_header(not attachment.is_for_lessons(), attachment.name)
    )
    return response


def _asked_span(request: HttpRequest, size: int, etag: str) -> range | None:
    """The one span asked for, empty if outside the file; None means the whole file."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("Range", ""))
    if request.method != "GET" or not found or found.group(0) == "bytes=-":
        return None
    if request.headers.get("If-Range", etag) != etag:
        return None
    first, last = found.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _blocks(attachment: Attachment, span: range) -> Iterator[bytes]:
    left = len(span)
    storage: Any = attachment.file.storage
    with storage.open(attachment.file.name, "rb") as file:
        file.seek(span.start)
        while left and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
