"""Several people press the same button at the same moment: done once, no error."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.credits.models import Certificate, CreditEntry
from ankang.integrity.models import Case, Decision, Exclusion, Signal
from ankang.integrity.services.deciding import AlreadyDecided, decide_case
from ankang.integrity.services.scanning import scan_day
from ankang.learner.services import finish_exam
from ankang.learning.models import Paper, WatchSession
from ankang.learning.services.exams import draw_paper
from ankang.learning.services.watch import open_session
from ankang.organizations.models import Employment, Membership
from ankang.rosters.fields import IdKind
from ankang.rosters.services.people import (
    Details,
    add_worker,
    confirm_join,
    request_to_join,
)
from tests import make, passing, suspects

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 6


def all_at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Run the acts in threads that start together; what they raised."""
    gate = threading.Barrier(len(acts))
    raised: list[Exception] = []

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait()
            act()
        except Exception as error:  # noqa: BLE001
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def details() -> Details:
    return Details(
        name="张三",
        id_kind=IdKind.RESIDENT,
        id_number=make.id_number(),
        mobile=make.mobile(),
        post="电焊工",
        kind="contract",
    )


def test_one_request_confirmed_by_many() -> None:
    boss = make.staff("employer")
    employer = make.employer()
    request = request_to_join(employer=employer, details=details(), at=make.MORNING)

    def confirm() -> None:
        confirm_join(request=request, actor=boss, acting_for="", at=make.MORNING)

    assert all_at_once(*[confirm] * CROWD) == []
    assert Employment.objects.count() == 1


def test_a_worker_added_by_several_employers() -> None:
    actor = make.staff()
    worker = details()
    employers = [make.employer(name=f"示例{n}厂") for n in range(CROWD)]

    def add(place: int) -> Callable[[], object]:
        return lambda: add_worker(
            actor=actor,
            acting_for="",
            employer=employers[place],
            details=replace(worker, post=f"岗{place}"),
            at=make.MORNING,
        )

    assert all_at_once(*[add(place) for place in range(CROWD)]) == []
    assert Person.objects.count() == 1
    assert Employment.objects.count() == CROWD


def test_a_lesson_opened_on_many_phones() -> None:
    make.edition()
    lesson = make.course().lessons.get()
    person = make.learner().person
    assert person

    def play() -> None:
        open_session(person=person, lesson=lesson, device="x", at=timezone.now())

    assert all_at_once(*[play] * CROWD) == []
    assert WatchSession.objects.filter(closed_at=None).count() == 1


def test_an_exam_begun_and_handed_in_from_many_tabs() -> None:
    make.city()
    course = passing.exam_course()
    person = make.learner().person
    assert person
    passing.lessons_learned(person, course)

    def begin() -> None:
        draw_paper(person=person, course=course, device="x", at=make.MORNING)

    assert all_at_once(*[begin] * CROWD) == []
    paper = Paper.objects.get()
    for row in paper.questions.select_related("question"):
        row.chosen = row.question.answer
        row.save()

    def hand_in() -> None:
        finish_exam(paper=paper, at=make.MORNING)

    assert all_at_once(*[hand_in] * CROWD) == []
    assert (CreditEntry.objects.count(), Certificate.objects.count()) == (1, 1)


def test_two_clerks_decide_the_same_case_at_the_same_moment() -> None:
    make.edition()
    someone = make.person()
    case = suspects.case(someone)
    clerks = [make.membership() for _ in range(CROWD)]

    def decide(clerk: Membership) -> Callable[[], object]:
        return lambda: decide_case(
            case=case,
            membership=clerk,
            verdict=Decision.Verdict.UPHOLD,
            comment="本人承认。",
            exclude=[someone],
            at=make.MORNING,
        )

    raised = all_at_once(*[decide(clerk) for clerk in clerks])
    assert [type(error) for error in raised] == [AlreadyDecided] * (CROWD - 1)
    assert Exclusion.objects.count() == Decision.objects.count() == 1


def test_a_day_is_looked_through_by_several_workers_at_once() -> None:
    make.edition()
    course = make.course()
    someone, at = make.person(), make.MORNING
    suspects.session(someone, course.lessons.get(), at=at, minutes=600)

    def scan() -> None:
        scan_day(day=at.date(), at=at + timedelta(days=1))

    assert all_at_once(*[scan] * CROWD) == []
    assert Signal.objects.count() == Case.objects.count() == 1
