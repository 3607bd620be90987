"""A city that has practiced for some months, loaded directly: cards, groups and answers."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ankang.console.services.items import reckon_items
from ankang.policies.models import RuleEdition
from ankang.practice.models import PracticeAnswer, PracticeGroup, ReviewCard
from ankang.quizzes.models import ItemFigures
from ankang.reports.services import reckon_retention
from bench import city
from bench.facts import moment
from bench.imports import measured
from tests import practicing

TOPICS = 12
CARDS, GROUPS, OF_A_GROUP = 10, 3, 5
DAYS = 90
RIGHT_SHARE = 0.8


def cards(people: int, questions: list[int]) -> Iterator[dict[str, Any]]:
    chance = random.Random(1)
    now = timezone.now()
    for person in range(1, people + 1):
        for question in chance.sample(questions, CARDS):
            last_at = now - timedelta(days=chance.uniform(0, DAYS))
            stability = chance.uniform(1, 60)
            yield {
                "person_id": person,
                "question_id": question,
                "stability": stability,
                "difficulty": chance.uniform(1, 10),
                "answers": chance.randint(1, 5),
                "lapses": 0,
                "last_at": moment(last_at),
                "last_day": last_at.toordinal(),
                "due_at": moment(last_at + timedelta(days=stability)),
                "is_in_notebook": False,
                "rights_apart": 0,
            }


def groups(people: int) -> Iterator[dict[str, Any]]:
    edition = RuleEdition.objects.latest("pk").pk
    chance = random.Random(2)
    now = timezone.now()
    for number in range(people * GROUPS):
        opened_at = now - timedelta(days=chance.uniform(1, DAYS))
        yield {
            "id": number + 1,
            "person_id": number // GROUPS + 1,
            "edition_id": edition,
            "mode": "daily",
            "topic": "",
            "device": "",
            "seed": number,
            "opened_at": moment(opened_at),
            "due_at": moment(opened_at + timedelta(hours=48)),
            "closed_at": moment(opened_at + timedelta(minutes=3)),
            "answered": OF_A_GROUP,
            "right": OF_A_GROUP - 1,
        }


def answers(people: int, versions: list[int]) -> Iterator[dict[str, Any]]:
    """The second half of them to questions met before, so with a prediction."""
    chance = random.Random(3)
    now = timezone.now()
    for number in range(people * GROUPS):
        for version in chance.sample(versions, OF_A_GROUP):
            at = now - timedelta(days=chance.uniform(1, DAYS))
            is_right = chance.random() < RIGHT_SHARE
            yield {
                "group_id": number + 1,
                "version_id": version,
                "person_id": number // GROUPS + 1,
                "response": "[0]" if is_right else "[1]",
                "is_right": is_right,
                "share": int(is_right),
                "used_hint": False,
                "seconds": f"{chance.uniform(3, 30):.1f}",
                "is_quick": False,
                "recall": chance.uniform(0.5, 1) if number % 2 else None,
                "interval_days": chance.uniform(1, 30) if number % 2 else None,
                "day": at.date().isoformat(),
                "answered_at": moment(at),
                "received_at": moment(at),
            }


def fill(people: int, questions: int) -> dict[str, str]:
    """So many people who practiced these questions; the pages that show it, by name."""
    city.fill(people)
    made = practicing.questions(questions)
    for number, version in enumerate(made):
        version.question.topic = f"专题{number % TOPICS}"
        version.question.save(update_fields=["topic"])
    asked = [version.question_id for version in made]
    with transaction.atomic():
        city.load(ReviewCard, cards(people, asked))
        city.load(PracticeGroup, groups(people))
        city.load(PracticeAnswer, answers(people, [version.pk for version in made]))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "Retained knowledge by topic": "/console/retention/",
        "Retained knowledge by employer": "/console/retention/?by=employer",
        "Question list by discrimination": "/console/questions/?sort=discrimination",
        "One question": f"/console/questions/{asked[0]}/",
    }


def reckon() -> dict[str, Any]:
    """Both reckonings of the night, one after the other, and what they came to."""
    now = timezone.now()
    people: list[int] = []
    index = measured(lambda: people.append(reckon_retention(at=now).people))
    items = measured(lambda: reckon_items(at=now, report=lambda *_: None))
    versions = ItemFigures.objects.filter(answers__gt=0)
    return {
        "index": index,
        "items": items,
        "people": people[0],
        "cards": ReviewCard.objects.count(),
        "answers": PracticeAnswer.objects.count(),
        "versions": versions.count(),
    }
