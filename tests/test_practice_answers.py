"""Answers: graded once, in any order, out of a queue; the notebook; points."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ankang.accounts.models import Person
from ankang.points.models import PointEntry
from ankang.points.services.choosing import switch_off
from ankang.practice.models import Mode, PracticeAnswer, ReviewCard
from ankang.practice.queries import days_practised
from ankang.practice.services.answers import Given, receive_answers
from tests import make, practicing
from tests.practicing import MINUTE

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
MORNING = make.MORNING


@pytest.fixture
def worker() -> Person:
    make.edition()
    person = make.learner().person
    assert person is not None
    return person


def test_an_answer_sent_twice_is_graded_once(worker: Person) -> None:
    practicing.questions(5)
    group = practicing.group(worker)
    first = practicing.answer(group, 1)
    again = practicing.answer(group, 1, is_right=False, at=MORNING + 9 * MINUTE)

    assert again.graded[1] == first.graded[1]
    assert again.graded[1].is_right
    assert again.new == []
    assert (group.answered, group.right) == (1, 1)
    assert ReviewCard.objects.get().answers == 1


def test_a_queue_is_graded_in_one_go_and_ends_the_group(worker: Person) -> None:
    practicing.questions(5)
    group = practicing.group(worker)

    receipt = practicing.answer(group, [1, 2, 3, 4, 5])

    assert sorted(receipt.graded) == [1, 2, 3, 4, 5]
    assert (group.answered, group.right) == (5, 5)
    assert group.closed_at is not None


def test_a_queue_keeps_the_times_at_which_its_answers_were_given(
    worker: Person,
) -> None:
    practicing.questions(5)
    group = practicing.group(worker, at=MORNING)
    right = practicing.right_response(group, 1)
    given = [
        Given(1, right, seconds=8, waited=3600),
        Given(2, practicing.right_response(group, 2), seconds=8, waited=1800),
        Given(3, practicing.right_response(group, 3), seconds=8, waited=10**8),
    ]
    later = MORNING + timedelta(hours=2)

    receive_answers(group=group, device="", given=given, at=later)

    times = [one.answered_at for one in PracticeAnswer.objects.order_by("pk")]
    assert times == [
        later - timedelta(hours=1),
        later - timedelta(minutes=30),
        later - timedelta(minutes=30),
    ]
    assert set(PracticeAnswer.objects.values_list("received_at", flat=True)) == {later}


def test_one_bad_answer_does_not_spoil_the_others(worker: Person) -> None:
    practicing.questions(5)
    group = practicing.group(worker)
    good = Given(1, practicing.right_response(group, 1), seconds=5)

    receipt = receive_answers(
        group=group,
        device="",
        given=[good, Given(2, ["x"]), Given(9, [0]), Given(3, None)],
        at=MORNING + MINUTE,
    )

    assert sorted(receipt.graded) == [1]
    assert sorted(receipt.refused) == [2, 3, 9]


def test_a_mistake_leaves_the_notebook_after_two_right_answers_on_two_days(
    worker: Person,
) -> None:
    practicing.question()
    practicing.answer(practicing.group(worker), is_right=False)
    card = ReviewCard.objects.get()
    assert card.is_in_notebook

    steps = []
    for hours in (2, 4, 25):
        group = practicing.group(worker, at=MORNING + timedelta(hours=hours))
        practicing.answer(group)
        card.refresh_from_db()
        steps.append((card.rights_apart, card.is_in_notebook))

    assert steps == [(1, True), (1, True), (2, False)]


def test_a_mistake_in_between_begins_the_two_days_anew(worker: Person) -> None:
    practicing.question()
    for day, is_right in enumerate([False, True, False, True]):
        group = practicing.group(worker, at=MORNING + DAY * day)
        practicing.answer(group, is_right=is_right)

    card = ReviewCard.objects.get()
    assert (card.rights_apart, card.is_in_notebook) == (1, True)


def test_the_notebook_asks_what_was_not_right_today(worker: Person) -> None:
    first, second = practicing.questions(2)
    practicing.answer(practicing.group(worker), [1, 2], is_right=False)
    notebook = practicing.group(worker, Mode.MISTAKES, at=MORNING + 9 * MINUTE)
    practicing.answer(notebook, 1, at=MORNING + 12 * MINUTE)
    mended = notebook.questions.get(position=1).version
    practicing.answer(notebook, 2, is_right=False, at=MORNING + 14 * MINUTE)

    again = practicing.group(worker, Mode.MISTAKES, at=MORNING + 20 * MINUTE)

    left = {first, second} - {mended}
    assert {row.version for row in again.questions.all()} == left


def test_blanks_and_hazards_found_in_part_are_a_share(worker: Person) -> None:
    practicing.question("hazard")
    group = practicing.group(worker, Mode.HAZARD)
    given = Given(1, [[20, 40], [1, 1]], seconds=20)

    receive_answers(group=group, device="", given=[given], at=MORNING + MINUTE)

    answer = PracticeAnswer.objects.get()
    assert (answer.is_right, answer.share) == (False, Decimal("0.5"))


def test_a_run_ends_at_the_first_mistake_and_keeps_its_length(worker: Person) -> None:
    practicing.questions(9)
    group = practicing.group(worker, Mode.CHALLENGE)
    practicing.answer(group, [1, 2, 3])
    receipt = practicing.answer(group, 4, is_right=False)
    late = practicing.answer(group, 5, at=MORNING + 9 * MINUTE)

    assert receipt.group.closed_at is not None
    assert (group.right, group.answered) == (3, 4)
    assert 5 in late.refused


def test_the_days_of_practice_are_counted_once_each(worker: Person) -> None:
    practicing.questions(9)
    for day in (0, 0, 2):
        practicing.answer(practicing.group(worker, at=MORNING + DAY * day), [1, 2])
    first = MORNING.date()

    assert days_practised(worker, first) == [first, first + DAY * 2]
    assert days_practised(worker, first + DAY) == [first + DAY * 2]


POINTS = {
    "is_default": True,
    "day_cap": 30,
    "rest_days": 1,
    "boards": [],
    "periods": [],
    "shows_friends": False,
    "shows_seasons": False,
    "acts": [
        {"act": "daily", "points": 1, "unit": "每答对1题", "day_cap": 5},
        {"act": "challenge", "points": 3, "unit": "连对5题", "day_cap": 3},
        {"act": "review", "points": 1, "unit": "每答对1题", "day_cap": 3},
    ],
    "levels": [{"name": "一心一意", "least": 0}],
    "medals": [],
}


def earned(person: Person) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in PointEntry.objects.filter(person=person):
        found[entry.act] = found.get(entry.act, 0) + entry.points
    return found


def test_right_answers_earn_points_once_and_a_run_of_five_earns_its_own() -> None:
    make.edition(points=POINTS)
    person = make.learner().person
    assert person is not None
    practicing.questions(9)
    group = practicing.group(person)
    practicing.answer(group, [1, 2, 3])
    practicing.answer(group, [1, 2, 3])
    practicing.answer(group, 4, is_right=False)
    run = practicing.group(person, Mode.CHALLENGE, at=MORNING + 9 * MINUTE)
    for position in range(1, 8):
        practicing.answer(run, position)

    assert earned(person) == {"daily": 3, "challenge": 3}


def test_practice_works_for_somebody_without_points() -> None:
    make.edition(points=POINTS)
    person = make.learner().person
    assert person is not None
    switch_off(person=person, at=MORNING)
    practicing.questions(5)

    practicing.answer(practicing.group(person), [1, 2, 3])

    assert earned(person) == {}
    assert PracticeAnswer.objects.filter(is_right=True).count() == 3


def test_the_number_of_queries_does_not_grow_with_the_queue(
    worker: Person, django_assert_max_num_queries: object
) -> None:
    practicing.questions(20)
    group = practicing.group(worker, Mode.DAILY)

    with django_assert_max_num_queries(22):  # type: ignore[operator]
        practicing.answer(group, [1, 2, 3, 4, 5])
