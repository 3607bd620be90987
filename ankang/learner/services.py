"""Acts of a learner that touch several apps at once."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from ankang.counting.services import recount_person
from ankang.credits.services import grant_hours, issue_certificate
from ankang.learning.models import Paper
from ankang.learning.queries import course_progress
from ankang.learning.services.exams import answer_question, hand_in


@transaction.atomic
def finish_exam(
    *, paper: Paper, answers: Mapping[int, list[int]] | None = None, at: datetime
) -> Paper:
    """Hand in; whoever passes gets the hours and the certificate, and is counted.

    Answers that come along are saved first if the paper is still open and in time.
    A second call changes nothing.

    :raises NotOnPaper: an answer to a question or an option that is not on the paper.
    """
    locked = Paper.objects.select_for_update().get(pk=paper.pk)
    if locked.handed_in_at is None and at < locked.deadline:
        for position, places in (answers or {}).items():
            answer_question(paper=locked, position=position, places=places, at=at)
    done = hand_in(paper=locked, at=at)
    if done.is_passed:
        _reward(done, at)
    recount_person(person=done.person, year=done.course.year)
    return done


def close_overdue_papers(at: datetime) -> int:
    """Hand in every paper whose time is up; how many there were."""
    overdue = list(
        Paper.objects.filter(handed_in_at=None, deadline__lte=at).order_by("deadline")
    )
    for paper in overdue:
        finish_exam(paper=paper, at=at)
    return len(overdue)


def _reward(paper: Paper, at: datetime) -> None:
    course = paper.course
    entry = grant_hours(
        person=paper.person,
        year=course.year,
        source=f"course:{course.pk}",
        reason=course.title,
        hours=course_progress(person=paper.person, course=course).total_hours,
        at=at,
    )
    issue_certificate(
        entry=entry, course_title=course.title, score=paper.score or 0, at=at
    )
