"""What the services put into the log, and putting there what passed them by."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ankang.accounts.models import Person
from ankang.accounts.services import account_of
from ankang.counting.recording import record_missing
from ankang.credits.services import reissue_certificate, revoke_certificate
from ankang.evidence.kinds import Kind
from ankang.evidence.models import Record
from ankang.learner.services import finish_exam
from ankang.learning.models import Course, Paper
from ankang.learning.services.exams import draw_paper
from ankang.learning.services.watch import answer_check_question, open_session
from tests import make, passing

pytestmark = pytest.mark.django_db


def test_a_person_who_learns_and_passes_leaves_one_record_of_each_fact() -> None:
    person = someone_who_passed(passing.exam_course()).person

    kinds = Counter(kinds_about(person))

    assert kinds == {
        Kind.LEARNING_BEGAN: 1,
        Kind.EXAM_HANDED_IN: 1,
        Kind.HOURS_GRANTED: 1,
        Kind.CERTIFICATE_ISSUED: 1,
    }


def test_opening_a_lesson_again_and_again_begins_once() -> None:
    course = passing.exam_course()
    person = make.learner().person
    lesson = course.lessons.get()

    for minute in range(3):
        with at_most_one_insert():
            at = make.MORNING + timedelta(minutes=minute)
            open_session(person=person, lesson=lesson, device="d", at=at)

    assert kinds_about(person) == [Kind.LEARNING_BEGAN]


def test_a_lesson_is_done_with_the_first_right_answer() -> None:
    course = passing.exam_course()
    person = make.learner().person
    passing.lessons_learned(person, course)
    lesson = course.lessons.select_related("courseware").get()
    question = lesson.courseware.check_questions.get().question.versions.get()

    for chosen in ([1], [0], [0]):
        with at_most_one_insert():
            answer_check_question(
                person=person,
                lesson=lesson,
                question=question,
                chosen=chosen,
                at=make.MORNING,
            )

    record = Record.objects.get(subject=f"person:{person.number}")
    assert record.kind == Kind.LESSON_DONE
    data = json.loads(record.body)["data"]
    assert data["seconds"] == data["duration"] == 300


def test_the_first_sign_in_verifies_once() -> None:
    person = make.person(verified_at=None)

    account_of(person=person, at=make.MORNING)
    account_of(person=person, at=make.MORNING + timedelta(days=1))

    assert kinds_about(person) == [Kind.PERSON_VERIFIED]


def test_taking_a_certificate_back_and_issuing_it_again_are_records() -> None:
    certificate = passing.issued_certificate()
    actor = make.staff()

    with at_most_one_insert():
        revoke_certificate(
            certificate=certificate, actor=actor, reason="身份有误", at=make.MORNING
        )
    certificate.refresh_from_db()
    with at_most_one_insert():
        reissue_certificate(
            certificate=certificate, actor=actor, reason="已更正", at=make.MORNING
        )

    assert kinds_about(certificate.person)[-2:] == [
        Kind.CERTIFICATE_REVOKED,
        Kind.CERTIFICATE_ISSUED,
    ]


def test_no_record_holds_a_name_a_number_or_words_of_a_reason() -> None:
    paper = someone_who_passed(passing.exam_course())
    certificate = paper.person.certificates.get()
    revoke_certificate(
        certificate=certificate, actor=make.staff(), reason="张三代学", at=make.MORNING
    )
    record_missing()

    everything = "".join(Record.objects.values_list("body", flat=True))

    assert paper.person.name not in everything
    assert "张三代学" not in everything
    assert paper.person.id_number() not in everything
    assert paper.person.mobile() not in everything


def test_what_is_put_in_later_is_what_the_services_would_have_put() -> None:
    paper = someone_who_passed(passing.exam_course())
    live = {(r.kind, r.source): data_of(r) for r in Record.objects.all()}

    added = record_missing()

    after = {(r.kind, r.source): data_of(r) for r in Record.objects.all()}
    assert added == len(after) - len(live) > 0
    assert {key: after[key] for key in live} == live
    assert record_missing() == 0
    assert Kind.LESSON_DONE in kinds_about(paper.person)


def test_what_is_put_in_later_equals_what_was_put_in_live() -> None:
    someone_who_passed(passing.exam_course())
    live = {(r.kind, r.source): data_of(r) for r in Record.objects.all()}
    forget_everything()

    record_missing()

    again = {(r.kind, r.source): data_of(r) for r in Record.objects.all()}
    assert {key: again.get(key) for key in live} == live


def someone_who_passed(course: Course) -> Paper:
    person = make.learner().person
    make.employment(person=person)
    lesson = course.lessons.get()
    open_session(person=person, lesson=lesson, device="d", at=make.MORNING)
    passing.lessons_learned(person, course)
    paper = draw_paper(person=person, course=course, device="d", at=make.MORNING)
    for row in paper.questions.select_related("question"):
        right = [row.option_order.index(one) for one in row.question.answer]
        row.chosen = [row.option_order[place] for place in right]
        row.answered_at = make.MORNING
        row.save()
    return finish_exam(paper=paper, at=make.MORNING + timedelta(minutes=9))


def kinds_about(person: Person) -> list[str]:
    records = Record.objects.filter(subject=f"person:{person.number}")
    return list(records.order_by("pk").values_list("kind", flat=True))


def data_of(record: Record) -> dict[str, object]:
    data: dict[str, object] = json.loads(record.body)["data"]
    return data


def forget_everything() -> None:
    """As if the log had never been there. No program can do this: the guards go first."""
    with connection.cursor() as cursor:
        for trigger in triggers():
            cursor.execute(trigger)
        cursor.execute("DELETE FROM evidence_record")


def triggers() -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master"
                " WHERE type = 'trigger' AND tbl_name = 'evidence_record'"
            )
            return [f'DROP TRIGGER "{name}"' for (name,) in cursor.fetchall()]
    return ["ALTER TABLE evidence_record DISABLE TRIGGER USER"]


@contextmanager
def at_most_one_insert() -> Iterator[None]:
    with CaptureQueriesContext(connection) as queries:
        yield
    inserts = [q for q in queries if "evidence_record" in q["sql"]]
    assert len(inserts) <= 1
