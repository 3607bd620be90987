"""Sitting an exam: the draw, the tries, the grading, and what passing brings."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from ankang.accounts.models import Person
from ankang.counting.models import Standing
from ankang.credits.models import Certificate, CreditEntry
from ankang.learner.services import close_overdue_papers, finish_exam
from ankang.learning.examining import (
    exam_standing,
    may_show_answers,
    strand_scores,
    wrong_answers,
)
from ankang.learning.models import CheckAnswer, Course, Paper
from ankang.learning.services.exams import (
    AlreadyPassed,
    LessonsNotDone,
    MustReview,
    MustWait,
    NoExam,
    NotEnoughQuestions,
    NotOnPaper,
    PaperClosed,
    TimeIsUp,
    answer_question,
    draw_paper,
    hand_in,
)
from tests import make, passing

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def test_the_exam_is_closed_until_every_lesson_is_done() -> None:
    course = passing.exam_course()

    with pytest.raises(LessonsNotDone):
        begin(make.learner().person, course)


def test_a_course_without_questions_has_no_exam() -> None:
    course = passing.exam_course(exam_draw={})

    with pytest.raises(NoExam):
        begin(ready(course), course)


def test_a_bank_too_small_for_the_course_refuses_in_words() -> None:
    course = passing.exam_course(exam_draw={"safety": 7})

    with pytest.raises(NotEnoughQuestions, match="safety"):
        begin(ready(course), course)


def test_two_devices_get_the_same_paper() -> None:
    course = passing.exam_course()
    someone = ready(course)

    on_phone = begin(someone, course)
    on_tablet = draw_paper(
        person=someone, course=course, device="tablet", at=make.MORNING + MINUTE
    )

    assert on_tablet == on_phone
    assert Paper.objects.count() == 1


def test_an_answer_may_be_changed_until_handing_in() -> None:
    course = passing.exam_course()
    paper = begin(ready(course), course)
    answer_wrong(paper)
    answer_right(paper)

    done = hand_in(paper=paper, at=make.MORNING + MINUTE)

    assert (done.score, done.is_passed) == (100, True)
    with pytest.raises(PaperClosed):
        answer_question(paper=paper, position=1, places=[0], at=make.MORNING)


def test_an_answer_after_the_deadline_is_not_saved() -> None:
    course = passing.exam_course()
    paper = begin(ready(course), course)

    with pytest.raises(TimeIsUp):
        answer_question(paper=paper, position=1, places=[0], at=paper.deadline)

    assert paper.questions.get(position=1).chosen == []


@pytest.mark.parametrize(
    ("position", "places"), [(0, [0]), (4, [0]), (1, [3]), (1, [-1]), (1, [0, 1])]
)
def test_only_questions_and_options_of_the_paper_are_answered(
    position: int, places: list[int]
) -> None:
    course = passing.exam_course()
    paper = begin(ready(course), course)

    with pytest.raises(NotOnPaper):
        answer_question(paper=paper, position=position, places=places, at=make.MORNING)


def test_a_multiple_choice_question_wants_exactly_the_right_options() -> None:
    course = passing.exam_course(exam_draw={"health": 2})
    for _ in range(2):
        make.question(
            strand=make.strand("health"),
            kind="multiple",
            options=["通风", "检测", "喝水", "监护"],
            answer=[0, 1, 3],
        )
    paper = begin(ready(course), course)
    full, partial = paper.questions.order_by("position")
    for row, originals in ((full, [0, 1, 3]), (partial, [0, 1])):
        places = [row.option_order.index(n) for n in originals]
        answer_question(
            paper=paper, position=row.position, places=places, at=make.MORNING
        )

    assert hand_in(paper=paper, at=make.MORNING).score == 50


def test_handing_in_twice_returns_the_first_result() -> None:
    course = passing.exam_course()
    paper = begin(ready(course), course)

    first = hand_in(paper=paper, at=make.MORNING + MINUTE)
    again = hand_in(paper=paper, at=make.MORNING + 2 * MINUTE)

    assert again == first
    assert again.handed_in_at == make.MORNING + MINUTE


@pytest.mark.parametrize(("right", "score", "passed"), [(2, 66, False), (3, 100, True)])
def test_the_score_is_cut_and_held_against_the_papers_own_edition(
    right: int, score: int, passed: bool
) -> None:
    course = passing.exam_course()
    paper = begin(ready(course), course)
    make.edition(pass_mark=50)
    answer_right(paper, count=right)

    done = hand_in(paper=paper, at=make.MORNING)

    assert (done.score, done.is_passed) == (score, passed)


def test_whoever_passed_need_not_sit_again() -> None:
    course = passing.exam_course()
    someone = ready(course)
    pass_exam(someone, course)

    with pytest.raises(AlreadyPassed):
        begin(someone, course)


def test_after_three_tries_one_waits_and_learns_the_weak_lessons_again() -> None:
    course = passing.exam_course()
    someone = ready(course)
    papers = [fail(someone, course) for _ in range(3)]

    with pytest.raises(MustWait):
        begin(someone, course)
    with pytest.raises(MustReview):
        draw_paper(person=someone, course=course, device="phone", at=make.MORNING + DAY)

    CheckAnswer.objects.create(
        person=someone,
        lesson=course.lessons.get(),
        question=papers[0].questions.first().question,
        chosen=[0],
        is_right=True,
        at=make.MORNING + MINUTE,
    )
    later = draw_paper(
        person=someone, course=course, device="phone", at=make.MORNING + DAY
    )

    assert later not in papers
    standing = exam_standing(person=someone, course=course, at=make.MORNING + DAY)
    assert standing.tries_left == 3


def test_tries_before_the_last_one_need_no_waiting() -> None:
    course = passing.exam_course()
    someone = ready(course)
    fail(someone, course)
    second = fail(someone, course)

    standing = exam_standing(person=someone, course=course, at=make.MORNING)

    assert standing.may_draw
    assert standing.tries_left == 1
    assert standing.last == second


def test_answers_are_shown_only_after_passing_or_after_the_last_try() -> None:
    course = passing.exam_course()
    someone = ready(course)

    first = fail(someone, course)
    assert not may_show_answers(first)
    fail(someone, course)
    assert not may_show_answers(first)
    last = fail(someone, course)
    assert may_show_answers(first)
    assert may_show_answers(last)
    assert [q.explanation for q in wrong_answers(last)] == [
        "先通风，再检测，后进入。"
    ] * 3


def test_passing_opens_the_answers_of_earlier_papers() -> None:
    course = passing.exam_course()
    someone = ready(course)
    first = fail(someone, course)
    pass_exam(someone, course)

    assert may_show_answers(first)


def test_weak_strands_are_those_that_would_not_pass_alone() -> None:
    course = passing.exam_course(exam_draw={"safety": 2, "health": 1})
    make.question(strand=make.strand("health"))
    paper = begin(ready(course), course)
    answer_right(paper, only="safety")
    hand_in(paper=paper, at=make.MORNING)

    weak = {score.strand.code: score.is_weak for score in strand_scores(paper)}

    assert weak == {"safety": False, "health": True}


def test_passing_gives_hours_a_certificate_and_the_count() -> None:
    course = passing.exam_course()
    someone = ready(course)

    pass_exam(someone, course)

    assert CreditEntry.objects.get().hours == Decimal("0.1")
    assert Certificate.objects.get().serial == "990100-2020-000001"
    assert Standing.objects.get().reason == Standing.Reason.COUNTED


def test_failing_gives_nothing_and_says_why_one_does_not_count() -> None:
    course = passing.exam_course()

    fail(ready(course), course)

    assert not CreditEntry.objects.exists()
    assert not Certificate.objects.exists()
    assert Standing.objects.get().reason == Standing.Reason.EXAM_FAILED


def test_hours_are_cut_to_a_tenth() -> None:
    course = passing.exam_course()
    longer = make.course(make.courseware(4000), exam_draw={"safety": 3})
    someone = ready(course, longer)

    pass_exam(someone, course)
    pass_exam(someone, longer)

    hours = CreditEntry.objects.order_by("pk").values_list("hours", flat=True)
    assert list(hours) == [Decimal("0.1"), Decimal("1.4")]


def test_an_overdue_paper_is_graded_on_what_was_saved_in_time() -> None:
    course = passing.exam_course()
    saved, empty = ready(course), ready(course)
    answer_right(begin(saved, course))
    begin(empty, course)

    closed = close_overdue_papers(make.MORNING + timedelta(hours=2))

    assert closed == 2
    assert Certificate.objects.get().person == saved
    assert Paper.objects.get(person=empty).score == 0
    assert close_overdue_papers(make.MORNING + timedelta(hours=3)) == 0


def test_answers_sent_along_after_the_deadline_are_ignored() -> None:
    course = passing.exam_course()
    paper = begin(ready(course), course)

    done = finish_exam(
        paper=paper, answers=right_places(paper), at=paper.deadline + MINUTE
    )

    assert done.score == 0
    assert done.handed_in_at == paper.deadline


@pytest.mark.django_db(transaction=True)
def test_handing_in_twice_at_the_same_moment_gives_one_result() -> None:
    course = passing.exam_course()
    someone = ready(course)
    paper = begin(someone, course)
    answer_right(paper)

    results = at_once(lambda: finish_exam(paper=paper, at=make.MORNING + MINUTE).score)

    assert results == [100, 100, 100]
    assert CreditEntry.objects.count() == 1
    assert Certificate.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_beginning_on_two_devices_at_the_same_moment_draws_one_paper() -> None:
    course = passing.exam_course()
    someone = ready(course)

    papers = at_once(lambda: begin(someone, course).pk)

    assert len(set(papers)) == 1
    assert Paper.objects.count() == 1


def at_once(act: Callable[[], int | None]) -> list[int | None]:
    def run(_: int) -> int | None:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=3) as pool:
        return list(pool.map(run, range(3)))


def ready(*courses: Course) -> Person:
    """An employed person who has learned every lesson of the courses."""
    someone = make.learner().person
    for course in courses:
        passing.lessons_learned(someone, course)
    return someone


def begin(someone: Person, course: Course) -> Paper:
    return draw_paper(person=someone, course=course, device="phone", at=make.MORNING)


def right_places(paper: Paper) -> dict[int, list[int]]:
    return {
        row.position: [row.option_order.index(n) for n in row.question.answer]
        for row in paper.questions.select_related("question")
    }


def answer_right(paper: Paper, count: int = 99, only: str = "") -> None:
    rows = paper.questions.order_by("position")
    if only:
        rows = rows.filter(question__question__strand__code=only)
    places = right_places(paper)
    for row in rows[:count]:
        answer_question(
            paper=paper,
            position=row.position,
            places=places[row.position],
            at=make.MORNING,
        )


def answer_wrong(paper: Paper) -> None:
    for row in paper.questions.all():
        answer_question(
            paper=paper,
            position=row.position,
            places=[row.option_order.index(1)],
            at=make.MORNING,
        )


def pass_exam(someone: Person, course: Course) -> Paper:
    paper = begin(someone, course)
    answer_right(paper)
    return finish_exam(paper=paper, at=make.MORNING)


def fail(someone: Person, course: Course) -> Paper:
    paper = begin(someone, course)
    answer_wrong(paper)
    return finish_exam(paper=paper, at=make.MORNING)
