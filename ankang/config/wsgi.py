"""The WSGI entry point, with the short road for beats."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ankang.config.settings")
django = get_wsgi_application()

from django.db import OperationalError, connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from ankang.console.checks import refuse_demo_of_a_real_city  # noqa: E402
from ankang.learning.services.beats import receive  # noqa: E402

refuse_demo_of_a_real_city()

BEATS_PATH = "/learning/beats/"
MAX_BODY = 64 * 1024
REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 409: "Conflict"}


def application(
    environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer beats without middleware; everything else is Django's."""
    if environ["PATH_INFO"] == BEATS_PATH and environ["REQUEST_METHOD"] == "POST":
        return answer_beats(environ, start_response)
    return django(environ, start_response)


def answer_beats(
    environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """The beat view without session, cookies and middleware: its token is its key."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = -1
    if not 0 <= length <= MAX_BODY:
        start_response("413 Content Too Large", [("Content-Length", "0")])
        return [b""]
    body = environ["wsgi.input"].read(length)
    try:
        status, said = receive(body, timezone.now())
    except OperationalError:
        connection.close()
        start_response(
            "503 Service Unavailable", [("Retry-After", "5"), ("Content-Length", "0")]
        )
        return [b""]
    payload = orjson.dumps(said)
    start_response(
        f"{status} {REASONS[status]}",
        [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(payload))),
            ("Cache-Control", "no-store"),
        ],
    )
    return [payload]
