"""The facts of a whole year of learning, loaded directly, with one very busy day."""

import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ankang.integrity.models import Signal
from ankang.integrity.services.scanning import scan_day
from ankang.learning.models import Course, Paper, PaperQuestion, WatchSession
from ankang.policies.models import RuleEdition
from bench import city
from tests import make

BUSY_DAY = date(2020, 10, 12)
BUSY_SHARE = 1 / 18
LESSONS, ASKED, BANK = 6, 20, 100
FIRST_DAY = datetime(2020, 8, 1, 1, 0, tzinfo=UTC)


def moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")


def beginnings(people: int, chance: random.Random) -> Iterator[tuple[int, datetime]]:
    """When each person began; one in eighteen on the busy day, 6 to 20 o'clock."""
    for person in range(1, people + 1):
        days = chance.randrange(300)
        if chance.random() < BUSY_SHARE:
            days = (BUSY_DAY - FIRST_DAY.date()).days
        yield (
            person,
            FIRST_DAY + timedelta(days=days, seconds=chance.uniform(-2, 11) * 3600),
        )


def sessions(course: Course, people: int) -> Iterator[dict[str, Any]]:
    edition = RuleEdition.objects.latest("pk").pk
    lessons = list(course.lessons.select_related("courseware__published"))
    chance = random.Random(2)
    for person, begun in beginnings(people, random.Random(1)):
        at = begun
        for lesson in lessons:
            ends_at = at + timedelta(seconds=300 + chance.uniform(0, 60))
            yield {
                "person_id": person,
                "lesson_id": lesson.pk,
                "version_id": lesson.courseware.published.pk,
                "edition_id": edition,
                "device": f"{person * 7919:016x}",
                "opened_at": moment(at),
                "closed_at": moment(ends_at),
                "closed_by": "left",
                "edge": 0,
                "debt": 0,
                "cap": 28800,
                "spent": 300,
                "beats": 21,
                "last_beat_at": moment(ends_at),
            }
            at = ends_at + timedelta(seconds=chance.uniform(20, 400))


def papers(course: Course, people: int) -> Iterator[dict[str, Any]]:
    edition = RuleEdition.objects.latest("pk").pk
    chance = random.Random(3)
    for person, begun in beginnings(people, random.Random(1)):
        at = begun + timedelta(hours=1.5)
        yield {
            "id": person,
            "person_id": person,
            "course_id": course.pk,
            "edition_id": edition,
            "drawn_at": moment(at),
            "deadline": moment(at + timedelta(minutes=30)),
            "handed_in_at": moment(at + timedelta(seconds=chance.uniform(300, 1500))),
            "score": chance.choice([70, 80, 85, 90, 95, 100]),
            "is_passed": True,
            "device": "",
        }


def answers(people: int, questions: list[int]) -> Iterator[dict[str, Any]]:
    order = json.dumps([0, 1, 2])
    chance = random.Random(4)
    for person, begun in beginnings(people, random.Random(1)):
        at = begun + timedelta(hours=1.5)
        pace = chance.uniform(9, 40)
        for position, question in enumerate(chance.sample(questions, ASKED), start=1):
            at += timedelta(seconds=pace * chance.lognormvariate(0, 0.5))
            is_right = chance.random() < 0.88
            yield {
                "paper_id": person,
                "position": position,
                "question_id": question,
                "option_order": order,
                "chosen": "[0]" if is_right else json.dumps([chance.choice([1, 2])]),
                "answered_at": moment(at),
                "is_right": is_right,
            }


def year(people: str) -> dict[str, Any]:
    """Fill the year, then look through its busy day and an ordinary one."""
    count = int(people)
    city.fill(count)
    course = make.course(*[make.courseware() for _ in range(LESSONS)])
    questions = [make.question().pk for _ in range(BANK)]
    with transaction.atomic():
        city.load(WatchSession, sessions(course, count))
        city.load(Paper, papers(course, count))
        city.load(PaperQuestion, answers(count, questions))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    told = {}
    for name, day in (
        ("busy", BUSY_DAY),
        ("ordinary", BUSY_DAY + timedelta(days=1)),
    ):
        begun = time.perf_counter()
        scan_day(day=day, at=timezone.now())
        began_that_day = WatchSession.objects.filter(opened_at__date=day)
        told[name] = {
            "seconds": time.perf_counter() - begun,
            "people": began_that_day.values("person").distinct().count(),
        }
    return {**told, "signals": Signal.objects.count()}
