"""The facts of a year that the counting rule judges, inside a process with a database."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from ankang.accounts.models import Person
from ankang.counting.models import Standing
from ankang.counting.services import recount_people, recount_year, wrong_standings
from ankang.credits.models import Certificate, CreditEntry
from ankang.learning.models import Course, Coverage, Paper, WatchSession
from ankang.organizations.models import Employer, Employment
from bench import city, facts
from bench.imports import measured
from tests import make

YEAR = city.YEAR
FINISHED_SHARE = 0.7
WATCHED = 300


def finished(people: int) -> Iterator[int]:
    """Who passed the exam; the others have begun and no more."""
    chance = random.Random(5)
    return (one for one in range(1, people + 1) if chance.random() < FINISHED_SHARE)


def coverages(course: Course, people: int) -> Iterator[dict[str, Any]]:
    versions = [
        lesson.courseware.published_id
        for lesson in course.lessons.select_related("courseware")
    ]
    everything = ((1 << WATCHED) - 1).to_bytes(WATCHED // 8 + 1, "little")
    for person, begun in facts.beginnings(people, random.Random(1)):
        for version in versions:
            yield {
                "person_id": person,
                "version_id": version,
                "covered": everything,
                "held": b"",
                "credited_seconds": WATCHED,
                "check_nonce": "",
                "changed_at": facts.moment(begun),
            }


def papers(course: Course, people: int) -> Iterator[dict[str, Any]]:
    passed = set(finished(people))
    for paper in facts.papers(course, people):
        is_passed = paper["person_id"] in passed
        yield {**paper, "is_passed": is_passed, "score": 90 if is_passed else 60}


def credit_entries(course: Course, people: int) -> Iterator[dict[str, Any]]:
    for person in finished(people):
        yield {
            "person_id": person,
            "year": YEAR,
            "source": f"course:{course.pk}",
            "reason": course.title,
            "hours": "0.6",
            "at": city.FIRST_MOMENT,
        }


def certificates(course: Course, people: int) -> Iterator[dict[str, Any]]:
    for person in finished(people):
        yield {
            "person_id": person,
            "year": YEAR,
            "number": person,
            "serial": f"SL{YEAR}{person:08d}",
            "code": f"{person:016x}",
            "source": f"course:{course.pk}",
            "course_title": course.title,
            "person_name": "张三",
            "employer_name": "",
            "issuer": "示例市人社局",
            "note": "",
            "hours": "0.6",
            "score": 90,
            "issued_at": city.FIRST_MOMENT,
        }


def fill(people: int) -> int:
    """A city whose people have learned and sat the exam, and nobody counted yet."""
    chance = random.Random(1)
    districts = [make.district(f"9901{number:02d}") for number in range(city.DISTRICTS)]
    last = city.EMPLOYERS_PER_DISTRICT * city.DISTRICTS
    firms = [chance.randint(1, last) for _ in range(people)]
    course = make.course(*[make.courseware() for _ in range(facts.LESSONS)])
    with transaction.atomic():
        city.load(Employer, city.employers(districts))
        city.load(Person, verified(people, chance))
        city.load(Employment, city.employments(firms))
        city.load(WatchSession, facts.sessions(course, people))
        city.load(Coverage, coverages(course, people))
        city.load(Paper, papers(course, people))
        city.load(CreditEntry, credit_entries(course, people))
        city.load(Certificate, certificates(course, people))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return people


def verified(people: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    for person in city.people(people, chance):
        yield {**person, "verified_at": city.FIRST_MOMENT}


def leave_employer(person: int) -> None:
    """One fact: this person, who counts, left before passing the exam."""
    Employment.objects.filter(person=person).update(
        from_date=date(2020, 1, 1), to_date=city.FIRST_DAY - timedelta(days=1)
    )


def recount() -> dict[str, Any]:
    """From nothing, unchanged, after one fact, and each time held against the facts."""
    began: list[int] = []
    wrong: list[int] = []
    full = measured(lambda: began.append(recount_year(year=YEAR)))
    unchanged = measured(lambda: recount_year(year=YEAR))
    check = measured(lambda: wrong.extend(wrong_standings(YEAR)))
    counted = Standing.objects.filter(reason=Standing.Reason.COUNTED)
    told = {"counted": counted.count(), "began": began[0], "wrong": len(wrong)}
    mover = counted.earliest("pk").person_id
    leave_employer(mover)
    noticed = wrong_standings(YEAR) == [mover]
    one = measured(lambda: recount_people(people=[mover], year=YEAR))
    wrong_after = wrong_standings(YEAR)
    return {
        **told,
        "full": full,
        "unchanged": unchanged,
        "check": check,
        "one": one,
        "wrong_after_fact": len(wrong_after) + (not noticed),
    }
