"""Somebody with a dossier, and how a test takes it away."""

import json
import re
from typing import Any

from django.test import Client
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.counting.recording import record_missing
from ankang.counting.services import recount_year
from ankang.evidence.services import seal
from ankang.learning.models import (
    Course,
    Paper,
    PaperQuestion,
)
from tests import make


def short_course() -> Course:
    make.edition(required_credit_hours="0.1")
    return make.course()


def sealed_person(course: Course) -> Person:
    """Counted, with a paper of two questions, and sealed in the log."""
    person = make.counted(course)
    paper = Paper.objects.get(person=person)
    for position, chosen in ((1, [0]), (2, [1])):
        PaperQuestion.objects.create(
            paper=paper,
            position=position,
            question=make.question(),
            option_order=[2, 0, 1],
            chosen=chosen,
            answered_at=make.MORNING,
            is_right=chosen == [0],
        )
    recount_year(year=2020)
    record_missing()
    seal(at=timezone.now())
    return person


def client_of(scope: str, **fields: Any) -> Client:
    client = Client()
    client.force_login(make.staff(scope, **fields))
    return client


def page_of(client: Client, person: Person, part: str = "") -> str:
    answer = client.get(f"/console/people/{person.pk}/{part}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def embedded(file: str, name: str) -> Any:
    """The JSON that the one file carries under this id."""
    found = re.search(
        rf'<script id="{name}" type="application/json">(.*?)</script>', file
    )
    assert found
    return json.loads(found[1])
