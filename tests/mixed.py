"""Made-up people in whom every reason, merge and finding occurs."""

import random
from datetime import datetime, timedelta
from typing import Any

from ankang.accounts.models import Person
from ankang.counting.models import PersonMerge
from ankang.credits.models import CertificateRevocation
from ankang.integrity.models import Case, Decision, Exclusion, Readmission
from ankang.learning.models import Course
from ankang.organizations.models import Employer
from ankang.rosters.models import FlexibleRegistration
from tests import make


def flexible(someone: Person, **fields: Any) -> FlexibleRegistration:
    """Registered as flexible, from the morning on."""
    defaults = {"district": make.district(), "from_date": make.MORNING.date()}
    return FlexibleRegistration.objects.create(
        person=someone, **{**defaults, "changed_at": make.MORNING, **fields}
    )


def merge(duplicate: Person, into: Person, **fields: Any) -> PersonMerge:
    defaults = {"reason": "同一人两个手机号", "at": make.MORNING}
    return PersonMerge.objects.create(
        duplicate=duplicate,
        into=into,
        actor=make.staff("auditor"),
        **{**defaults, **fields},
    )


def exclusion(someone: Person, year: int = 2020) -> Exclusion:
    """Excluded by an upheld finding."""
    case = Case.objects.create(
        year=year,
        kind="person",
        person=someone,
        subject=f"person:{someone.number}",
        opened_at=make.MORNING,
        changed_at=make.MORNING,
        due_on=make.MORNING.date(),
        state="upheld",
    )
    return Exclusion.objects.create(decision=_decision(case, "uphold"), person=someone)


def readmission(excluded: Exclusion) -> Readmission:
    """An exclusion that a second person took back."""
    decision = _decision(excluded.decision.case, "reverse")
    return Readmission.objects.create(decision=decision, exclusion=excluded)


def _decision(case: Case, verdict: str) -> Decision:
    return Decision.objects.create(
        case=case,
        verdict=verdict,
        comment="查实",
        actor=make.staff("auditor"),
        at=make.MORNING,
    )


def people(courses: list[Course], seed: int, count: int = 60) -> None:
    """People of every sort, the same for the same seed."""
    draw = random.Random(seed)
    employers = [make.employer(district=make.district(f"99010{n}")) for n in (2, 3, 4)]
    made = [_somebody(courses, employers, draw) for _ in range(count)]
    draw.shuffle(made)
    for _ in range(count // 10):
        kept = made.pop()
        for duplicate in (made.pop() for _ in range(draw.choice([1, 1, 2]))):
            undone = {}
            if draw.random() < 0.2:
                undone = {
                    "undone_by": make.staff("auditor"),
                    "undone_at": make.MORNING,
                    "undone_reason": "不是同一人",
                }
            merge(duplicate, kept, **undone)


def _somebody(
    courses: list[Course], employers: list[Employer], draw: random.Random
) -> Person:
    verified_at = make.MORNING + timedelta(days=draw.randrange(-3, 9))
    someone = make.person(verified_at=verified_at if draw.random() < 0.9 else None)
    for employer in draw.sample(employers, draw.choice([0, 1, 1, 1, 2])):
        make.employment(person=someone, employer=employer, **_days(draw))
    if draw.random() < 0.2:
        district = make.district(f"99010{draw.choice([2, 3])}")
        flexible(someone, district=district, **_days(draw))
    for course in draw.sample(courses, min(len(courses), draw.choice([1, 1, 2]))):
        _learning(someone, course, draw)
    if draw.random() < 0.15:
        excluded = exclusion(someone, draw.choice([2019, 2020, 2020, 2020]))
        if draw.random() < 0.3:
            readmission(excluded)
    return someone


def _days(draw: random.Random) -> dict[str, Any]:
    first = make.MORNING.date() - timedelta(days=draw.randrange(-1, 6))
    last = first + timedelta(days=draw.randrange(6))
    return {"from_date": first, "to_date": draw.choice([None, None, last])}


def _at(draw: random.Random) -> datetime:
    minutes = draw.randrange(5 * 24 * 60)
    return make.MORNING + timedelta(minutes=minutes, microseconds=draw.choice([0, 7]))


def _learning(someone: Person, course: Course, draw: random.Random) -> None:
    if draw.random() < 0.85:
        make.watching(someone, course, seconds=draw.randrange(1, 300))
    for _ in range(draw.choice([0, 1, 1, 2])):
        passed = draw.random() < 0.7
        make.paper(someone, course, is_passed=passed, score=50, at=_at(draw))
    if draw.random() < 0.7:
        hours = draw.choice(["0.1", "0.0", "1.0", "1.0", "0.3"])
        source = f"course:{course.pk}"
        make.credit(someone, course.year, source=source, hours=hours, at=_at(draw))
    if draw.random() < 0.2:
        make.credit(someone, course.year, hours="-0.3", at=_at(draw))
    for _ in range(draw.randrange(3)):
        issued = make.certificate(someone, course.year)
        if draw.random() < 0.4:
            CertificateRevocation.objects.create(
                certificate=issued,
                actor=make.staff("auditor"),
                reason="查实代考",
                at=make.MORNING,
            )
