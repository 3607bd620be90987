"""The collector (收集进程): an ASGI application that takes beats and nothing else.

It needs no session, no cookie and no template: the signed token in the message is the
only key, which is why any page may send to it (CORS) and no answer names a person.
"""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
from django.db import connection
from prometheus_client import start_http_server

from ankang.config.batches import Batches, Credit
from ankang.config.collector_metrics import Metrics
from ankang.learning.messages import MAX_BODY, Answer, Message, read_message
from ankang.learning.services.beats import credit_locked

BEATS_PATH = "/learning/beats/"
HEALTH_PATH = "/healthz"
RETRY_SECONDS = b"5"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]

HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"access-control-allow-origin", b"*"),
]
PREFLIGHT = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"content-type"),
    (b"access-control-max-age", b"86400"),
    (b"content-length", b"0"),
]
TOO_LARGE = Answer(413, {"error": "message"})
FULL = Answer(503, {"error": "queue"})


def crediting() -> Credit:
    """How a batch is credited on this database."""
    if connection.vendor != "postgresql":
        return credit_locked
    from ankang.learning.services.known import KnownRows  # noqa: PLC0415

    return KnownRows().credit


def spare_the_rows() -> None:
    """Look for garbage in cycles seldom, and hardly ever among the rows remembered.

    Nothing on the path of a beat makes a cycle, and to look through the rows of a whole
    city takes longer than a beat may wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10_000)


class Collector:
    """The application; one per process."""

    def __init__(
        self, *, limit: int, metrics_address: tuple[str, int] | None = None
    ) -> None:
        self.limit = limit
        self.metrics_address = metrics_address
        self.metrics = Metrics()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path, method = scope["path"], scope["method"]
            if path == BEATS_PATH and method == "POST":
                await self.take_beats(receive, send)
            elif path == BEATS_PATH and method == "OPTIONS":
                await respond(send, 204, PREFLIGHT, b"")
            elif path == HEALTH_PATH and method == "GET":
                await self.tell_health(send)
            else:
                await respond(send, 404, [(b"content-length", b"0")], b"")
        elif scope["type"] == "lifespan":
            await self.live(receive, send)

    async def live(self, receive: Receive, send: Send) -> None:
        """Start with the server; at its end answer everything that was accepted."""
        await receive()
        spare_the_rows()
        loop = asyncio.get_running_loop()
        self.batches = Batches(crediting(), self.limit, self.metrics, loop)
        self.batches.start()
        if self.metrics_address is not None:
            host, port = self.metrics_address
            start_http_server(port, host, registry=self.metrics.registry)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.batches.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def take_beats(self, receive: Receive, send: Send) -> None:
        """Read a message, let it wait for its commit, answer."""
        at = time.time()
        body = await read_body(receive)
        if body is None:
            return
        message = read_message(body, at) if len(body) <= MAX_BODY else TOO_LARGE
        if not isinstance(message, Message):
            await self.refuse(send, message)
            return
        answered = self.batches.submit(message)
        if answered is None:
            await self.refuse(send, FULL)
            return
        status, payload = await answered
        await answer(send, status, payload)

    async def refuse(self, send: Send, refusal: Answer) -> None:
        """Answer at once what never reaches the database."""
        self.metrics.note([refusal])
        await answer(send, refusal.status, orjson.dumps(refusal.said))

    async def tell_health(self, send: Send) -> None:
        """200 when the queue moves and the database answers."""
        answered = self.batches.submit(None)
        status, payload = (503, b"{}") if answered is None else await answered
        await answer(send, status, payload)


async def read_body(receive: Receive) -> bytes | None:
    """The whole body, or enough of it to see that it is too long; None if the phone left."""
    event = await receive()
    if event["type"] != "http.request":
        return None
    body: bytes = event["body"]
    while event.get("more_body") and len(body) <= MAX_BODY:
        event = await receive()
        if event["type"] != "http.request":
            return None
        body += event["body"]
    return body


async def answer(send: Send, status: int, payload: bytes) -> None:
    """JSON, never kept by anybody between."""
    headers = [*HEADERS, (b"content-length", b"%d" % len(payload))]
    if status == 503:  # noqa: PLR2004
        headers.append((b"retry-after", RETRY_SECONDS))
    await respond(send, status, headers, payload)


async def respond(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], payload: bytes
) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": payload})
