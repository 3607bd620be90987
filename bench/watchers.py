"""Everybody of a city with a lesson open, inside a process with a database."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.learning.models import Coverage, Lesson, WatchSession
from ankang.learning.services.watch import token_for
from ankang.policies.models import RuleEdition
from bench import city
from bench.facts import moment
from tests import make

LESSON_SECONDS = 28_000


def sessions(lesson: Lesson, people: list[int]) -> Iterator[dict[str, Any]]:
    """Opened so long ago that there is time for every beat."""
    edition = RuleEdition.objects.latest("pk").pk
    now = timezone.now()
    for person in people:
        yield {
            "person_id": person,
            "lesson_id": lesson.pk,
            "version_id": lesson.courseware.published_id,
            "edition_id": edition,
            "device": f"{person * 7919:016x}",
            "opened_at": moment(now - timedelta(seconds=LESSON_SECONDS)),
            "closed_by": "",
            "edge": 0,
            "debt": 0,
            "cap": LESSON_SECONDS,
            "spent": 0,
            "beats": 0,
            "last_beat_at": moment(now),
        }


def coverages(lesson: Lesson, people: list[int]) -> Iterator[dict[str, Any]]:
    for person in people:
        yield {
            "person_id": person,
            "version_id": lesson.courseware.published_id,
            "covered": b"",
            "held": b"",
            "credited_seconds": 0,
            "check_nonce": "",
            "changed_at": moment(timezone.now()),
        }


def open_lessons(count: str) -> list[str]:
    """So many people, each with a watch session; their tokens."""
    lesson = make.course(make.courseware(LESSON_SECONDS)).lessons.get()
    city.load(Person, city.people(int(count), random.Random(3)))
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    city.load(WatchSession, sessions(lesson, people))
    city.load(Coverage, coverages(lesson, people))
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE"
        )  # as autovacuum does, lest it does so meanwhile
    version = lesson.courseware.published
    assert version is not None
    edition = RuleEdition.objects.latest("pk")
    by_person = dict(Coverage.objects.values_list("person_id", "pk"))
    return [
        token_for(session, Coverage(pk=by_person[session.person_id]), version, edition)
        for session in WatchSession.objects.order_by("pk").iterator()
    ]
