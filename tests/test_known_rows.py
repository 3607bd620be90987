"""A collector that knows few rows, while others write them: every second once."""

import json
import random
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.learning.messages import Message, read_message
from ankang.learning.models import Coverage, WatchSession
from ankang.learning.services.beats import credit_locked
from ankang.learning.services.watch import open_session
from tests import make
from tests.watching import beat

PEOPLE, STEPS = 6, 36


def watchers() -> tuple[list[Person], list[str]]:
    """People with a lesson open for so long that every beat has its time; their tokens."""
    make.edition(presence_lesson_floor_seconds=10**6)
    lesson = make.course(make.courseware(600)).lessons.get()
    people = [make.person() for _ in range(PEOPLE)]
    now = timezone.now()
    opened = [
        open_session(person=one, lesson=lesson, device="phone", at=now)
        for one in people
    ]
    WatchSession.objects.update(opened_at=now - timedelta(seconds=600))
    Coverage.objects.update(check_at=None)
    return people, [one.token for one in opened]


def message(token: str, step: int) -> Message:
    claim = beat((step * 15, step * 15 + 15))
    body = json.dumps({"token": token, "beats": [claim]}).encode()
    read = read_message(body, timezone.now().timestamp())
    assert isinstance(read, Message)
    return read


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
def test_what_is_forgotten_or_written_by_others_is_read_again(limit: int) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the collector knows rows on PostgreSQL only")
    from ankang.learning.services.known import KnownRows  # noqa: PLC0415

    chance = random.Random(limit)
    people, tokens = watchers()
    known, beats = KnownRows(limit), dict.fromkeys(range(PEOPLE), 0)
    for step in range(STEPS):
        some = chance.sample(range(PEOPLE), chance.randint(1, 2))
        for one in some:
            beats[one] += 1
        if step % 4 == 3:
            for one in some:
                credit_locked([message(tokens[one], step)])
        else:
            answers = known.credit([message(tokens[one], step) for one in some])
            assert {answer.status for answer in answers} == {200}

    for place, person in enumerate(people):
        session = WatchSession.objects.get(person=person)
        covered = Coverage.objects.get(person=person)
        assert session.beats == beats[place]
        assert session.spent == covered.credited_seconds == 15 * beats[place]
        assert int.from_bytes(covered.covered, "little").bit_count() == session.spent
