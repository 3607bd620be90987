"""Learning as the evidence log records it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ankang.accounts.facts import subject_of
from ankang.evidence.canonical import canonical
from ankang.evidence.kinds import Kind
from ankang.evidence.services import Fact
from ankang.learning.models import CheckAnswer, Coverage, Paper, PaperQuestion


def began_fact(number: str, year: int, at: datetime) -> Fact:
    """The person's first watch session or paper of the year."""
    return Fact(
        kind=Kind.LEARNING_BEGAN,
        subject=subject_of(number),
        source=f"began:{year}:{number}",
        at=at,
        data={"year": year},
    )


def lesson_fact(answer: CheckAnswer, coverage: Coverage) -> Fact:
    """A lesson is done: enough seconds covered, then its question answered right."""
    lesson, number, version = answer.lesson, answer.person.number, coverage.version
    return Fact(
        kind=Kind.LESSON_DONE,
        subject=subject_of(number),
        source=f"lesson:{lesson.pk}:{number}",
        at=answer.at,
        data={
            "year": lesson.course.year,
            "course": lesson.course.slug,
            "courseware": lesson.courseware.slug,
            "version": version.number,
            "seconds": coverage.credited_seconds,
            "duration": version.duration_seconds,
        },
    )


def paper_fact(paper: Paper, questions: Iterable[PaperQuestion]) -> Fact:
    """An exam was handed in, passed or not; the digest binds every answer."""
    if paper.handed_in_at is None:
        raise ValueError("not handed in")
    return Fact(
        kind=Kind.EXAM_HANDED_IN,
        subject=subject_of(paper.person.number),
        source=f"paper:{paper.pk}",
        at=paper.handed_in_at,
        data={
            "year": paper.course.year,
            "course": paper.course.slug,
            "score": paper.score or 0,
            "passed": paper.is_passed,
            "pass_mark": paper.edition.rules().pass_mark,
            "digest": paper_digest(questions),
        },
    )


def paper_digest(questions: Iterable[Any]) -> str:
    """SHA-256 over the canonical questions, orders shown, and answers of a paper."""
    return hashlib.sha256(paper_text(questions).encode()).hexdigest()


def paper_text(questions: Iterable[Any]) -> str:
    """What the digest is over, for whoever wants to compute it again."""
    answered = [
        {
            "position": one.position,
            "version": one.question_id,
            "order": one.option_order,
            "chosen": one.chosen,
            "right": one.is_right,
        }
        for one in sorted(questions, key=lambda one: one.position)
    ]
    return canonical(answered)
