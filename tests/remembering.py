"""People with review cards and second answers, for the retained-knowledge index."""

from datetime import datetime, timedelta
from typing import Any

from ankang.accounts.models import Person
from ankang.organizations.models import Employer
from ankang.practice.models import Mode, PracticeAnswer, PracticeGroup, ReviewCard
from ankang.quizzes.models import Question, QuestionVersion
from tests import make, practicing


def card(person: Person, question: Question, **fields: Any) -> ReviewCard:
    """A card last answered on the morning, due after ten days."""
    at: datetime = fields.pop("at", make.MORNING)
    defaults = {
        "stability": 10.0,
        "difficulty": 5.0,
        "answers": 2,
        "last_at": at,
        "last_day": at.date().toordinal(),
        "due_at": at + timedelta(days=10),
    }
    return ReviewCard.objects.create(
        person=person, question=question, **{**defaults, **fields}
    )


def people(
    count: int, questions: list[QuestionVersion], stability: float = 10.0, **job: Any
) -> list[Person]:
    """So many employed people with a card of each question."""
    found = [make.employment(**job).person for _ in range(count)]
    for person in found:
        for version in questions:
            card(person, version.question, stability=stability)
    return found


def workers_of(count: int, employer: Employer, version: QuestionVersion) -> None:
    people(count, [version], employer=employer)


def second_answer(
    person: Person, version: QuestionVersion, recall: float, is_right: bool
) -> PracticeAnswer:
    """An answer to a question met before, with what was predicted."""
    group = PracticeGroup.objects.filter(person=person).first()
    if group is None or group.answers.filter(version=version).exists():
        group = PracticeGroup.objects.create(
            person=person,
            edition=make.edition(),
            mode=Mode.REVIEW,
            seed=1,
            opened_at=make.MORNING,
            due_at=make.MORNING + timedelta(hours=1),
            closed_at=make.MORNING,
        )
    return PracticeAnswer.objects.create(
        group=group,
        version=version,
        person=person,
        response=[0],
        is_right=is_right,
        share=int(is_right),
        seconds=9,
        recall=recall,
        interval_days=10,
        day=make.MORNING.date(),
        answered_at=make.MORNING,
        received_at=make.MORNING,
    )


def questions(topic: str, count: int = 1) -> list[QuestionVersion]:
    return practicing.questions(count, topic=topic)
