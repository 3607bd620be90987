"""Sending beats as a phone would, on every road."""

import asyncio
import io
import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ankang.accounts.models import User
from ankang.config.batches import Batches
from ankang.config.collector import Collector, crediting
from ankang.config.wsgi import application
from ankang.learning.models import Coverage, Lesson, WatchSession
from tests import make

Send = Callable[..., tuple[int, dict[str, Any]]]


def by_django(client: Client) -> Send:
    """The ordinary road, through all middleware."""

    def send(message: object) -> tuple[int, dict[str, Any]]:
        body = message if isinstance(message, str) else json.dumps(message)
        response = client.post(
            "/learning/beats/", body, content_type="application/json"
        )
        return response.status_code, response.json()

    return send


def by_short_road(client: Client) -> Send:
    """The WSGI application itself, as the server calls it."""

    def send(message: object) -> tuple[int, dict[str, Any]]:
        body = message if isinstance(message, str) else json.dumps(message)
        environ = {
            "PATH_INFO": "/learning/beats/",
            "REQUEST_METHOD": "POST",
            "CONTENT_LENGTH": str(len(body.encode())),
            "wsgi.input": io.BytesIO(body.encode()),
        }
        said: list[str] = []
        chunks = application(environ, lambda status, headers: said.append(status))
        return int(said[0][:3]), json.loads(b"".join(chunks))

    return send


def by_collector(client: Client) -> Send:
    """The collector's application and queue; its thread's work is done by the test's own,
    the only one that sees the test's transaction."""
    credit = crediting()
    collector = Collector(limit=100)
    scope = {"type": "http", "path": "/learning/beats/", "method": "POST"}

    def send(message: object) -> tuple[int, dict[str, Any]]:
        body = message if isinstance(message, str) else json.dumps(message)
        said: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body.encode()}

        async def answer(event: Any) -> None:
            said.append(event)

        with closing(asyncio.new_event_loop()) as loop:
            collector.batches = Batches(credit, 100, collector.metrics, loop)
            asking = loop.create_task(collector(scope, receive, answer))
            loop.run_until_complete(asyncio.sleep(0))
            if not asking.done():
                collector.batches.commit_waiting()
            loop.run_until_complete(asking)
        return said[0]["status"], json.loads(said[1]["body"])

    return send


@pytest.fixture(params=[by_django, by_short_road, by_collector])
def send(request: pytest.FixtureRequest, client: Client) -> Send:
    return request.param(client)  # type: ignore[no-any-return]


@pytest.fixture
def learner(client: Client) -> User:
    make.edition()
    user = make.learner()
    client.force_login(user)
    return user


@pytest.fixture
def lesson(learner: User) -> Lesson:
    return make.course(make.courseware(300)).lessons.get()


def open_at(client: Client, lesson: Lesson, *, seconds_ago: int) -> dict[str, Any]:
    """Press play, as it were that long ago; no presence check unless asked for."""
    said: dict[str, Any] = client.post(
        f"/learning/lessons/{lesson.pk}/sessions/"
    ).json()
    WatchSession.objects.filter(pk=said["session"]).update(
        opened_at=timezone.now() - timedelta(seconds=seconds_ago)
    )
    Coverage.objects.update(check_at=None)
    return said


def beat(
    *ranges: tuple[float, float], sequence: int = 1, **fields: Any
) -> dict[str, Any]:
    claim = {"sequence": sequence, "rate": 1, "visible": True, "ranges": ranges}
    return {**claim, **fields}


def credited(user: User) -> int:
    return sum(c.credited_seconds for c in Coverage.objects.filter(person=user.person))
