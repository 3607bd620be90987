"""Signals in papers: each fires on its cheat and is silent on the honest beside it."""

from datetime import timedelta

import pytest

from ankang.integrity.models import Case, Signal, Subject
from ankang.learning.models import Course
from ankang.quizzes.models import QuestionVersion
from tests import make, suspects
from tests.suspects import found, staff_of, uneven

Code = Signal.Code
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _edition() -> None:
    make.edition()


@pytest.fixture
def course() -> Course:
    return make.course()


@pytest.fixture
def questions() -> list[QuestionVersion]:
    return [make.question() for _ in range(10)]


def test_a_paper_passed_faster_than_it_can_be_read_is_marked(
    course: Course, questions: list[QuestionVersion]
) -> None:
    someone = make.person()
    paper = suspects.paper(
        someone, course, questions, at=make.MORNING, pauses=[1, 2, 1, 3, 1] * 2
    )

    assert found() == {Code.FAST_EXAM}
    signal = Signal.objects.get()
    assert signal.case.person == someone
    assert signal.evidence["rows"][0]["paper"] == paper.pk


def test_a_quick_reader_and_one_who_gave_up_are_not(
    course: Course, questions: list[QuestionVersion]
) -> None:
    quick = [5, 8, 4, 6, 9] * 2
    suspects.paper(make.person(), course, questions, at=make.MORNING, pauses=quick)
    suspects.paper(
        make.person(),
        course,
        questions,
        at=make.MORNING,
        pauses=[1, 0, 1, 2, 1] * 2,
        wrong=range(8),
    )

    assert found() == set()


def test_answers_as_even_as_a_clock_are_marked(
    course: Course, questions: list[QuestionVersion]
) -> None:
    even = [10.0, 10.2, 9.9, 10.1, 10.0] * 2
    suspects.paper(make.person(), course, questions, at=make.MORNING, pauses=even)

    assert found() == {Code.SAME_TIMING}


def test_two_papers_in_the_same_rhythm_mark_both_people(
    course: Course, questions: list[QuestionVersion]
) -> None:
    people = [make.employment().person for _ in range(2)]
    for place, someone in enumerate(people):
        at = make.MORNING + place * MINUTE
        suspects.paper(someone, course, questions, at=at, pauses=uneven(10))

    assert found() == {Code.SAME_TIMING}
    assert {case.person for case in Case.objects.all()} == set(people)


def test_the_same_rhythm_within_one_employer_is_the_employers_case(
    course: Course, questions: list[QuestionVersion]
) -> None:
    people = staff_of(3)
    for someone in people:
        suspects.paper(someone, course, questions, at=make.MORNING, pauses=uneven(10))
    found()

    case = Case.objects.get()
    assert case.kind == Subject.EMPLOYER
    assert case.involvements.count() == 3


def test_people_who_answer_at_their_own_pace_are_not_marked(
    course: Course, questions: list[QuestionVersion]
) -> None:
    for offset in range(5):
        pauses = uneven(10, offset)
        suspects.paper(make.person(), course, questions, at=make.MORNING, pauses=pauses)

    assert found() == set()


def test_answers_sent_together_after_a_tunnel_tell_nothing(
    course: Course, questions: list[QuestionVersion]
) -> None:
    for _ in range(2):
        suspects.paper(
            make.person(),
            course,
            questions,
            at=make.MORNING,
            pauses=[200, *[0.1] * 9],
        )

    assert found() == set()


def sit_together(
    course: Course, questions: list[QuestionVersion], perfect: int, others: int
) -> None:
    for place, someone in enumerate(staff_of(perfect + others)):
        wrong = () if place % 4 or not others else (place % 10,)
        suspects.paper(
            someone,
            course,
            questions,
            at=make.MORNING + place * 20 * SECOND,
            pauses=uneven(10, place),
            wrong=wrong,
        )


def test_a_row_of_perfect_papers_of_one_employer_is_marked(
    course: Course, questions: list[QuestionVersion]
) -> None:
    sit_together(course, questions, perfect=9, others=0)

    assert found() == {Code.PERFECT_CLUSTER}
    assert Signal.objects.get().evidence["people"] == 9


def test_a_good_class_in_which_some_make_mistakes_is_not(
    course: Course, questions: list[QuestionVersion]
) -> None:
    sit_together(course, questions, perfect=9, others=3)

    assert found() == set()


def sit_elsewhere(
    course: Course, questions: list[QuestionVersion], wrong: tuple[int, ...]
) -> None:
    """Ten people of other employers, of whom six made these mistakes."""
    for place in range(10):
        suspects.paper(
            make.employment().person,
            course,
            questions,
            at=make.MORNING,
            pauses=[pause + place * 3 for pause in uneven(10, 20 + place)],
            wrong=wrong if place < 6 else (),
        )


def test_the_same_mistakes_are_marked_where_the_city_knows_better(
    course: Course, questions: list[QuestionVersion]
) -> None:
    sit_elsewhere(course, questions, wrong=(3,))
    suspects.copy(course, questions, [(2, 5), (2, 5), (2, 5), (2, 5), (2,)])

    assert found() == {Code.SAME_MISTAKES}
    assert Case.objects.get().involvements.count() == 4


def test_a_common_misunderstanding_is_not(
    course: Course, questions: list[QuestionVersion]
) -> None:
    sit_elsewhere(course, questions, wrong=(2, 5))
    suspects.copy(course, questions, [(2, 5), (2, 5), (2, 5), (2,)])

    assert found() == set()


def test_mistakes_that_only_some_share_are_not(
    course: Course, questions: list[QuestionVersion]
) -> None:
    sit_elsewhere(course, questions, wrong=(3,))
    suspects.copy(course, questions, [(2, 5), (2, 5), (2, 5), (), (), (1,)])

    assert found() == set()


def test_where_nobody_else_was_asked_nothing_is_known(
    course: Course, questions: list[QuestionVersion]
) -> None:
    suspects.copy(course, questions, [(2, 5), (2, 5), (2, 5)])

    assert found() == set()
