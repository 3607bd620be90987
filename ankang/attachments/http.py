"""Answering with a file or the part of it that a player asks for (RFC 9110, Range)."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import StreamingHttpResponse
from django.utils.http import content_disposition_header

from ankang.attachments.models import Attachment

BLOCK = 256 * 1024
# A player that asks for all the rest gets this much and asks again (RFC 9110, 15.3.7).
MOST_AT_ONCE = 4 * BLOCK


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
        part = range(attachment.size) if span is None else span[:MOST_AT_ONCE]
        response = _body(request, attachment, part)
        response["Content-Length"] = str(len(part))
        if span is not None:
            response.status_code = 206
            last = part.stop - 1
            response["Content-Range"] = f"bytes {part.start}-{last}/{attachment.size}"
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
    found = re.fullmatch(
        r"bytes=([0-9]{0,18})-([0-9]{0,18})", request.headers.get("Range", "")
    )
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


def _body(
    request: HttpRequest, attachment: Attachment, part: range
) -> HttpResponseBase:
    """In one piece where that is small: a slow phone then holds no thread of ours."""
    if request.method != "GET":
        return HttpResponse()
    blocks = _blocks(attachment, part)
    if len(part) <= MOST_AT_ONCE:
        return HttpResponse(b"".join(blocks))
    return StreamingHttpResponse(blocks)


def _blocks(attachment: Attachment, span: range) -> Iterator[bytes]:
    left = len(span)
    storage: Any = attachment.file.storage
    with storage.open(attachment.file.name, "rb") as file:
        file.seek(span.start)
        while left and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
