"""The facts that counting rests on, read for many people at once."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from ankang.accounts.models import Person
from ankang.counting.rules import Facts, Term
from ankang.credits.models import Certificate, CreditEntry
from ankang.learning.models import Course, Coverage, Lesson, Paper, WatchSession
from ankang.organizations.models import Employment


def people_who_began(year: int) -> list[int]:
    """Primary keys of everybody with a watch session or a paper in the year."""
    courses = Course.objects.filter(year=year)
    watched = WatchSession.objects.filter(lesson__course__in=courses)
    examined = Paper.objects.filter(course__in=courses)
    return sorted(
        set(watched.values_list("person", flat=True).distinct())
        | set(examined.values_list("person", flat=True).distinct())
    )


def facts_of(people: Iterable[int], year: int) -> dict[int, Facts]:
    """The facts of these people in the year. Nine queries, however many people."""
    facts = {
        pk: Facts(verified_at=verified_at)
        for pk, verified_at in Person.objects.filter(pk__in=people).values_list(
            "pk", "verified_at"
        )
    }
    courses = list(Course.objects.filter(year=year).values_list("pk", flat=True))
    lessons = dict(
        Lesson.objects.filter(course__in=courses).values_list("pk", "courseware")
    )
    _read_watching(facts, list(lessons), set(lessons.values()))
    _read_exams(facts, courses)
    _read_credits(facts, year)
    for person, employer, district, from_date, to_date in Employment.objects.filter(
        person__in=facts
    ).values_list("person", "employer", "employer__district", "from_date", "to_date"):
        facts[person].terms.append(Term(employer, district, from_date, to_date))
    return facts


def _earliest(*times: datetime | None) -> datetime | None:
    return min((time for time in times if time is not None), default=None)


def _read_watching(
    facts: dict[int, Facts], lessons: list[int], coursewares: set[int]
) -> None:
    sessions = WatchSession.objects.filter(person__in=facts, lesson__in=lessons)
    for person, began_at in sessions.values_list("person").annotate(Min("opened_at")):
        facts[person].began_at = began_at
    # a courseware learned in two versions counts once, by the better of them
    coverages = Coverage.objects.filter(
        person__in=facts, version__courseware__in=coursewares
    )
    for person, _, seconds in coverages.values_list(
        "person", "version__courseware"
    ).annotate(Max("credited_seconds")):
        facts[person].learned_seconds += seconds


def _read_exams(facts: dict[int, Facts], courses: list[int]) -> None:
    papers = Paper.objects.filter(person__in=facts, course__in=courses)
    for person, drawn_at, taken, passed_at in papers.values_list("person").annotate(
        first_drawn_at=Min("drawn_at"),
        taken=Count("handed_in_at"),
        first_passed_at=Min("handed_in_at", filter=Q(is_passed=True)),
    ):
        one = facts[person]
        one.began_at = _earliest(one.began_at, drawn_at)
        one.exams_taken, one.passed_at = taken, passed_at


def _read_credits(facts: dict[int, Facts], year: int) -> None:
    entries = CreditEntry.objects.filter(person__in=facts, year=year)
    for person, at, hours in entries.values_list("person", "at", "hours"):
        facts[person].credits.append((at, hours))
    certificates = Certificate.objects.filter(person__in=facts, year=year)
    for person, issued, revoked in certificates.values_list("person").annotate(
        Count("pk"), Count("revocation")
    ):
        facts[person].certificates = issued
        facts[person].revoked_certificates = revoked
