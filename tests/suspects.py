"""What people leave behind, honest or not, and the cases about them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ankang.accounts.models import Person
from ankang.integrity.models import Case, Involvement, Signal, Subject
from ankang.integrity.services.scanning import scan_day
from ankang.learning.accounting import Reason
from ankang.learning.models import (
    Course,
    Lesson,
    Paper,
    PaperQuestion,
    PresenceCheck,
    RefusedClaim,
    WatchSession,
)
from ankang.policies.models import edition_for
from ankang.quizzes.models import QuestionVersion
from tests import make

MINUTE = timedelta(minutes=1)


def session(
    someone: Person, lesson: Lesson, *, at: datetime, minutes: float = 5, **fields: Any
) -> WatchSession:
    """A closed watch session with a beat each 15 seconds."""
    ends_at = at + minutes * MINUTE
    defaults: dict[str, Any] = {
        "version": lesson.courseware.published,
        "edition": edition_for(lesson.course.year),
        "device": f"own-{someone.pk}",
        "opened_at": at,
        "closed_at": ends_at,
        "closed_by": WatchSession.Closed.LEFT,
        "last_beat_at": ends_at,
        "beats": int(minutes * 4),
        "spent": int(minutes * 60),
        "cap": 28800,
    }
    return WatchSession.objects.create(
        person=someone, lesson=lesson, **{**defaults, **fields}
    )


def refused(
    of: WatchSession, reason: Reason, *, times: int, seconds: int = 0
) -> RefusedClaim:
    """What a session claimed and did not get, the last of it a minute after its end."""
    ended_at = of.closed_at or of.opened_at
    return RefusedClaim.objects.create(
        session=of,
        reason=reason,
        times=times,
        seconds=seconds,
        last_at=ended_at + MINUTE,
    )


def checks(of: WatchSession, *, missed: int = 0, passed: int = 0) -> None:
    """The presence checks of a session, a minute apart."""
    results = ["missed"] * missed + ["passed"] * passed
    PresenceCheck.objects.bulk_create(
        PresenceCheck(
            session=of,
            nonce=f"{of.pk}-{place}",
            position=60 * place,
            issued_at=of.opened_at + place * MINUTE,
            result=result,
            lost_seconds=45 if result == "missed" else 0,
        )
        for place, result in enumerate(results)
    )


def paper(
    someone: Person,
    course: Course,
    questions: Sequence[QuestionVersion],
    *,
    at: datetime,
    pauses: Sequence[float],
    wrong: Sequence[int] = (),
    **fields: Any,
) -> Paper:
    """A paper answered question by question after these pauses, then handed in."""
    score = 100 * (len(questions) - len(wrong)) // len(questions)
    ends_at = at + timedelta(seconds=sum(pauses) + 1)
    made = make.paper(
        someone,
        course,
        at=at,
        **{"handed_in_at": ends_at, "score": score, "is_passed": score >= 80, **fields},
    )
    answered_at = at
    rows = []
    for place, (question, pause) in enumerate(zip(questions, pauses, strict=True)):
        answered_at += timedelta(seconds=pause)
        rows.append(
            PaperQuestion(
                paper=made,
                position=place + 1,
                question=question,
                option_order=[0, 1, 2],
                chosen=[1] if place in wrong else [0],
                is_right=place not in wrong,
                answered_at=answered_at,
            )
        )
    PaperQuestion.objects.bulk_create(rows)
    return made


def case(someone: Person | None = None, *others: Person, **fields: Any) -> Case:
    """An open case with one signal: on a person, or else on an employer or a device."""
    edition = edition_for(2020)
    kind = Subject.PERSON
    if "employer" in fields:
        kind = Subject.EMPLOYER
    elif "device" in fields:
        kind = Subject.DEVICE
    about = fields.get("employer") or fields.get("device") or someone
    subject = f"{kind.value}:{getattr(about, 'pk', about)}"
    made = Case.objects.create(
        year=2020,
        kind=kind,
        person=someone if kind == Subject.PERSON else None,
        subject=subject,
        opened_at=make.MORNING,
        changed_at=make.MORNING,
        due_on=make.MORNING.date() + timedelta(days=28),
        **fields,
    )
    Signal.objects.create(
        case=made,
        edition=edition,
        code=Signal.Code.FAST_EXAM,
        year=2020,
        subject=subject,
        key=f"paper:{made.pk}",
        evidence={"rows": [], "total": 0},
        at=make.MORNING,
        found_at=make.MORNING,
    )
    Involvement.objects.bulk_create(
        Involvement(case=made, person=one) for one in (someone, *others) if one
    )
    return made


def found() -> set[str]:
    """The codes of what scans found, after one of the first day."""
    scan_day(day=make.MORNING.date(), at=make.MORNING + timedelta(days=1))
    return set(Signal.objects.values_list("code", flat=True))


def staff_of(count: int) -> list[Person]:
    """People of one employer."""
    employer = make.employer()
    return [make.employment(employer=employer).person for _ in range(count)]


def uneven(count: int, offset: int = 0) -> list[float]:
    """Pauses as people make them: 9 to 30 seconds, in no rhythm."""
    return [9 + (n * 7 + offset * 5 + n * n * offset) % 22 for n in range(count)]


def use(device: str, count: int, lesson: Lesson, **fields: Any) -> list[Person]:
    """Several people learn on one device, one after the other."""
    people = [make.person() for _ in range(count)]
    for place, someone in enumerate(people):
        at = make.MORNING + place * 6 * MINUTE
        session(someone, lesson, at=at, device=device, **fields)
    return people


def copy(
    course: Course,
    questions: list[QuestionVersion],
    mistakes: list[tuple[int, ...]],
) -> None:
    """People of one employer hand in papers with these mistakes."""
    for place, (someone, wrong) in enumerate(
        zip(staff_of(len(mistakes)), mistakes, strict=True)
    ):
        paper(
            someone,
            course,
            questions,
            at=make.MORNING,
            pauses=uneven(10, place),
            wrong=wrong,
        )
