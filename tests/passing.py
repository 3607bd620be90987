"""What an exam and a certificate need, made at once."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from ankang.accounts.models import Person
from ankang.credits.models import Certificate
from ankang.credits.services import grant_hours, issue_certificate
from ankang.learning.models import CheckAnswer, Course, Coverage
from ankang.policies.models import RuleEdition
from tests import make


def lessons_learned(someone: Person, of: Course, at: datetime = make.MORNING) -> None:
    """Every lesson of the course is covered and its question answered."""
    for lesson in of.lessons.select_related("courseware__published"):
        version = lesson.courseware.published
        seconds = version.duration_seconds
        Coverage.objects.update_or_create(
            person=someone,
            version=version,
            defaults={
                "covered": ((1 << seconds) - 1).to_bytes(seconds // 8 + 1, "little"),
                "credited_seconds": seconds,
                "changed_at": at,
            },
        )
        check = lesson.courseware.check_questions.get()
        CheckAnswer.objects.create(
            person=someone,
            lesson=lesson,
            question=check.question.versions.get(),
            chosen=[0],
            is_right=True,
            at=at,
        )


def exam_course(**fields: Any) -> Course:
    """A course with a rule edition and a bank of six questions for its three."""
    make.edition()
    make.department("labor")
    for _ in range(6):
        make.question()
    return make.course(**fields)


def issued_certificate(*, year: int = 2020, **fields: Any) -> Certificate:
    """A valid certificate over half an hour, of somebody who is employed."""
    if not RuleEdition.objects.filter(year__lte=year).exists():
        make.edition(year)
    make.department("labor")
    someone = fields.pop("person", None) or make.learner().person
    entry = grant_hours(
        person=someone,
        year=year,
        source=fields.pop("source", "course:1"),
        reason="2020 通用",
        hours=Decimal("0.5"),
        at=make.MORNING,
    )
    return issue_certificate(
        entry=entry,
        **{"course_title": "2020 通用", "score": 92, "at": make.MORNING, **fields},
    )
