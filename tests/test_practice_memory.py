"""Spaced review: the forgetting curve, the schedule, and that a replay gives the same."""

from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from fsrs import Card, Rating, Scheduler, State
from hypothesis import given
from hypothesis import strategies as st

from ankang.practice.memory import (
    Memory,
    after_answer,
    calibration_error,
    rate,
    recall,
    recalls,
)
from ankang.practice.models import Mode, PracticeAnswer, ReviewCard
from ankang.practice.queries import (
    calibration,
    due_cards,
    mean_recall,
    recall_of,
    review_size,
)
from ankang.practice.services.answers import replay
from tests import make, practicing

DAY = timedelta(days=1)
RETENTION = Decimal("0.9")
MORNING = make.MORNING


def remembered(*ratings: tuple[int, Rating]) -> Memory:
    """A memory after answers, each so many days after the first."""
    memory: Memory | None = None
    for days, rating in ratings:
        memory = after_answer(
            memory, rating=rating, at=MORNING + DAY * days, retention=RETENTION
        )
    assert memory is not None
    return memory


def test_the_curve_is_one_at_once_and_nine_tenths_after_the_stability() -> None:
    assert recall(12.5, 0) == 1
    assert recall(12.5, 12.5) == pytest.approx(0.9)
    assert recall(12.5, -3) == 1


@given(st.floats(0.01, 3000), st.integers(0, 3000))
def test_the_curve_is_that_of_the_package(stability: float, days: int) -> None:
    card = Card(
        card_id=1,
        state=State.Review,
        stability=stability,
        difficulty=5,
        last_review=MORNING.astimezone(UTC),
    )
    now = (MORNING + DAY * days).astimezone(UTC)

    assert recall(stability, days) == pytest.approx(
        Scheduler().get_card_retrievability(card, now)
    )
    assert recalls([stability], days) == [recall(stability, days)]


def test_a_question_is_due_when_recall_falls_to_what_the_edition_wants() -> None:
    memory = remembered((0, Rating.Good))

    assert memory.recall(memory.due_at) == pytest.approx(0.9, abs=0.03)
    strict = after_answer(
        None, rating=Rating.Good, at=MORNING, retention=Decimal("0.95")
    )
    assert strict.due_at < memory.due_at


def test_right_answers_spread_and_a_mistake_brings_it_back_soon() -> None:
    spread = remembered((0, Rating.Good), (2, Rating.Good), (12, Rating.Good))
    lapsed = remembered((0, Rating.Good), (2, Rating.Good), (12, Rating.Again))

    assert spread.due_at - spread.last_at > timedelta(days=20)
    assert lapsed.due_at - lapsed.last_at < timedelta(days=5)


def test_a_hint_or_a_half_answer_is_known_less_well() -> None:
    assert rate(is_right=True, is_unsure=False) == Rating.Good
    assert rate(is_right=True, is_unsure=True) == Rating.Hard
    assert rate(is_right=False, is_unsure=True) == Rating.Again


def test_an_answer_that_comes_late_does_not_turn_time_back() -> None:
    memory = remembered((5, Rating.Good), (3, Rating.Good))

    assert memory.last_at == MORNING + DAY * 5


def test_every_answer_of_any_mode_feeds_the_card() -> None:
    make.edition()
    someone = make.learner().person
    assert someone is not None
    practicing.question()
    for day, mode in enumerate([Mode.DAILY, Mode.CHALLENGE, Mode.WEEKLY]):
        practicing.answer(practicing.group(someone, mode, at=MORNING + DAY * day))

    card = ReviewCard.objects.get()
    assert (card.answers, card.lapses) == (3, 0)
    assert card.due_at > MORNING + DAY * 4


def test_the_cards_follow_from_the_answers_alone() -> None:
    make.edition()
    someone = make.learner().person
    assert someone is not None
    practicing.questions(3)
    for day, is_right in enumerate([True, False, True, True]):
        group = practicing.group(someone, at=MORNING + DAY * day * 2)
        practicing.answer(group, [1, 2], is_right=is_right)
        practicing.answer(group, 3, is_right=not is_right)

    kept = {card.question_id: card for card in ReviewCard.objects.all()}
    again = {card.question_id: card for card in replay(someone)}

    assert set(kept) == set(again)
    for question, card in again.items():
        for name in ("answers", "lapses", "due_at", "is_in_notebook", "rights_apart"):
            assert getattr(card, name) == getattr(kept[question], name), name
        assert card.stability == pytest.approx(kept[question].stability)


def test_each_answer_keeps_what_was_expected_of_it() -> None:
    make.edition()
    someone = make.learner().person
    assert someone is not None
    practicing.question()
    practicing.answer(practicing.group(someone))
    card = ReviewCard.objects.get()
    expected = card.memory
    practicing.answer(practicing.group(someone, at=MORNING + DAY * 8))

    first, second = PracticeAnswer.objects.order_by("pk")
    assert (first.recall, first.interval_days) == (None, None)
    assert second.recall == pytest.approx(expected.recall(second.answered_at))
    assert second.interval_days == pytest.approx(8, abs=0.01)


def test_review_asks_the_most_at_risk_first_and_only_what_is_due() -> None:
    make.edition()
    someone = make.learner().person
    assert someone is not None
    weak, strong, fresh = (practicing.question() for _ in range(3))
    late = MORNING + DAY * 60
    for version, days, stability in (
        (weak, 50, 4.0),
        (strong, 55, 30.0),
        (fresh, 1, 2),
    ):
        ReviewCard.objects.create(
            person=someone,
            question=version.question,
            stability=stability,
            difficulty=5,
            last_at=late - DAY * days,
            last_day=(late - DAY * days).date().toordinal(),
            due_at=late - DAY if version is not fresh else late + DAY,
            answers=1,
        )

    assert [card.question for card in due_cards(person=someone, at=late)] == [
        weak.question,
        strong.question,
    ]
    group = practicing.group(someone, Mode.REVIEW, at=late)
    assert [row.version for row in group.questions.order_by("position")] == [
        weak,
        strong,
    ]


def test_two_minutes_hold_fewer_reviews_for_somebody_who_reads_slowly() -> None:
    rules = make.edition().rules().practice
    someone = make.learner().person
    assert someone is not None
    assert review_size(person=someone, rules=rules) == 10
    practicing.question()
    practicing.answer(practicing.group(someone))
    due = ReviewCard.objects.get().due_at
    group = practicing.group(someone, Mode.REVIEW, at=due)
    practicing.answer(group, seconds=40, at=due + practicing.MINUTE)

    assert review_size(person=someone, rules=rules) == 3


def test_the_database_computes_the_same_recall_as_python() -> None:
    make.edition()
    someone = make.learner().person
    assert someone is not None
    practicing.questions(4)
    group = practicing.group(someone)
    practicing.answer(group, [1, 2])
    practicing.answer(group, [3, 4], is_right=False)
    day = MORNING.date() + timedelta(days=90)
    cards = ReviewCard.objects.all()

    [row] = mean_recall(cards, day, "person")

    expected = recall_of(cards, day)
    assert row["recall"] == pytest.approx(sum(expected) / len(expected))
    assert (row["cards"], row["people"]) == (4, 1)


def test_calibration_compares_what_was_expected_with_what_came() -> None:
    make.edition()
    someone = make.learner().person
    assert someone is not None
    practicing.questions(4)
    practicing.answer(practicing.group(someone), [1, 2, 3, 4])
    later = practicing.group(someone, at=MORNING + DAY * 3)
    practicing.answer(later, [1, 2, 3])
    practicing.answer(later, 4, is_right=False)
    answers = PracticeAnswer.objects.all()

    [bin_] = calibration(answers)

    assert (bin_.answers, bin_.actual) == (4, 0.75)
    assert calibration_error([bin_]) == pytest.approx(abs(bin_.predicted - 0.75))
    assert calibration_error([]) == 0
