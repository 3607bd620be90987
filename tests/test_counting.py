"""Who counts, once per year, and the reason of everybody else."""

from datetime import date, timedelta

import pytest

from ankang.accounts.models import Person
from ankang.counting.models import Standing
from ankang.counting.services import (
    recount_changed,
    recount_person,
    recount_year,
    wrong_standings,
)
from ankang.credits.models import CertificateRevocation
from ankang.learning.models import Course
from ankang.organizations.models import Employment
from ankang.policies.models import RuleEdition
from tests import make, mixed


@pytest.fixture
def course() -> Course:
    make.edition(required_credit_hours="0.1")
    return make.course()


def standing(someone: Person) -> Standing:
    found = recount_person(person=someone, year=2020)
    assert found is not None
    return found


def test_somebody_who_did_everything_counts_on_the_day_of_passing(
    course: Course,
) -> None:
    someone = make.counted(course)

    found = standing(someone)

    assert (found.reason, found.counted_on) == ("counted", make.MORNING.date())
    assert found.employer == someone.employments.get().employer
    assert found.district == found.employer.district
    assert found.learned_seconds == 150


def test_nobody_stands_in_a_year_in_which_they_did_nothing(course: Course) -> None:
    someone = make.employment().person

    assert recount_person(person=someone, year=2020) is None
    assert not Standing.objects.exists()


def test_somebody_unverified_does_not_count_whatever_else_they_did(
    course: Course,
) -> None:
    someone = make.counted(course, person=make.person(verified_at=None))

    assert standing(someone).reason == "unverified"


def test_somebody_who_had_left_before_passing_does_not_count(course: Course) -> None:
    yesterday = make.MORNING.date() - timedelta(days=1)
    someone = make.counted(course, from_date=yesterday, to_date=yesterday)

    found = standing(someone)

    assert (found.reason, found.employer, found.district) == ("no_employer", None, None)


def test_leaving_after_passing_takes_nothing_away(course: Course) -> None:
    someone = make.counted(course)
    someone.employments.update(to_date=make.MORNING.date() + timedelta(days=1))

    assert standing(someone).reason == "counted"


@pytest.mark.parametrize("kind", Employment.Kind.values)
def test_every_kind_of_work_counts(course: Course, kind: str) -> None:
    assert standing(make.counted(course, kind=kind)).reason == "counted"


def test_too_few_hours_are_short_even_with_a_passed_exam(course: Course) -> None:
    someone = make.employment().person
    make.paper(someone, course)
    make.credit(someone, hours="0.0")

    assert standing(someone).reason == "hours_short"


def test_a_reversed_credit_no_longer_counts(course: Course) -> None:
    someone = make.counted(course)
    make.credit(someone, hours="-0.5", at=make.MORNING + timedelta(days=1))

    assert standing(someone).reason == "hours_short"


def test_learning_in_progress_is_short_of_hours_until_the_seconds_are_full(
    course: Course,
) -> None:
    beginner, learned = make.employment().person, make.employment().person
    make.watching(beginner, course, seconds=100)
    make.watching(learned, course, seconds=300)

    assert standing(beginner).reason == "hours_short"
    assert standing(learned).reason == "exam_pending"


def test_a_failed_exam_is_told_apart_from_none(course: Course) -> None:
    someone = make.employment().person
    make.watching(someone, course, seconds=300)
    make.paper(someone, course, score=40, is_passed=False)

    assert standing(someone).reason == "exam_failed"


def test_a_revoked_certificate_takes_the_person_out_again(course: Course) -> None:
    someone = make.counted(course)
    assert standing(someone).reason == "counted"
    CertificateRevocation.objects.create(
        certificate=someone.certificates.get(),
        actor=make.staff(),
        reason="查实代考",
        at=make.MORNING,
    )

    found = standing(someone)

    assert (found.reason, found.counted_on) == ("revoked", None)


def test_one_person_of_two_employers_counts_once_for_the_latest(course: Course) -> None:
    someone = make.counted(course, from_date=date(2020, 1, 1))
    later = make.employment(person=someone, from_date=date(2020, 8, 1)).employer

    recount_year(year=2020)

    assert Standing.objects.get().employer == later


def test_learning_a_courseware_in_two_versions_counts_its_seconds_once(
    course: Course,
) -> None:
    someone = make.employment().person
    make.watching(someone, course, seconds=200)
    lesson = course.lessons.get()
    newer = lesson.courseware.versions.create(
        number=2, title="新版", duration_seconds=300, created_at=make.MORNING
    )
    make.watching(someone, course, version=newer, seconds=250)

    assert standing(someone).learned_seconds == 250


@pytest.mark.parametrize("seed", range(3))
def test_one_by_one_and_the_whole_year_give_the_same(course: Course, seed: int) -> None:
    mixed.people([course], seed)
    columns = ["person", "employer", "began_on", "counted_on", "reason"]

    recount_year(year=2020)
    whole = set(Standing.objects.values_list(*columns))
    assert wrong_standings(2020) == []
    Standing.objects.all().delete()
    for someone in Person.objects.all():
        recount_person(person=someone, year=2020)

    assert set(Standing.objects.values_list(*columns)) == whole
    assert len({row[-1] for row in whole}) > 4


def test_recounting_a_year_takes_the_same_queries_for_more_people(
    course: Course, django_assert_max_num_queries: object
) -> None:
    mixed.people([course], seed=9)

    with django_assert_max_num_queries(25):  # type: ignore[operator]
        recount_year(year=2020)


def test_the_year_is_swept_of_standings_without_evidence(course: Course) -> None:
    nobody = make.employment().person
    Standing.objects.create(
        person=nobody, year=2020, began_on=make.MORNING.date(), reason="hours_short"
    )
    assert wrong_standings(2020) == [nobody.pk]

    recount_year(year=2020)

    assert not Standing.objects.exists()


def test_the_timer_recounts_whoever_watched_moved_or_was_verified(
    course: Course,
) -> None:
    watching, moved, verified, settled = (make.counted(course) for _ in range(4))
    moved.employments.update(to_date=date(2020, 9, 1), from_date=date(2020, 9, 1))
    recount_year(year=2020)
    Standing.objects.filter(person=verified).update(
        reason="unverified", counted_on=None
    )
    others = Standing.objects.filter(person__in=[watching.pk, moved.pk, settled.pk])
    others.update(learned_seconds=1)
    since = make.MORNING + timedelta(hours=1)
    RuleEdition.objects.update(created_at=make.MORNING)
    watching.watch_sessions.update(closed_at=since)
    Employment.objects.exclude(person=moved).update(changed_at=make.MORNING)
    Employment.objects.filter(person=moved).update(changed_at=since)

    assert recount_changed(since=since) == 3

    found = dict(Standing.objects.values_list("person", "learned_seconds"))
    assert [found[p.pk] for p in (watching, moved, settled)] == [150, 150, 1]
    assert Standing.objects.get(person=verified).reason == "counted"
