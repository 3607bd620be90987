"""The signal of practice that was not read, and that honest practice gives none."""

from datetime import timedelta

import pytest

from ankang.accounts.models import Person
from ankang.integrity.models import Signal
from ankang.integrity.services.scanning import days_to_scan, scan_day
from ankang.practice.models import Mode, PracticeAnswer
from tests import make, practicing

MORNING = make.MORNING
NEXT_DAY = MORNING + timedelta(days=1)


@pytest.fixture
def worker() -> Person:
    make.edition()
    person = make.learner().person
    assert person is not None
    return person


def practice_all_day(person: Person, groups: int, seconds: float) -> None:
    """Groups of five, each question answered after so many seconds by the server's clock."""
    at = MORNING
    for _ in range(groups):
        group = practicing.group(person, at=at)
        for position in range(1, 6):
            at += timedelta(seconds=seconds)
            practicing.answer(group, position, at=at, seconds=12)
        at += timedelta(minutes=1)


def test_a_script_that_answers_in_a_fifth_of_a_second_gives_a_signal(
    worker: Person,
) -> None:
    practicing.questions(9)
    practice_all_day(worker, groups=4, seconds=0.2)

    assert scan_day(day=MORNING.date(), at=NEXT_DAY) == 1

    signal = Signal.objects.get()
    assert signal.code == "fast_practice"
    assert signal.subject == f"person:{worker.pk}"
    assert signal.evidence["answers"] == 20
    assert signal.evidence["rows"][0]["seconds"] <= 0.2
    assert scan_day(day=MORNING.date(), at=NEXT_DAY) == 0


def test_a_day_of_honest_practice_gives_none(worker: Person) -> None:
    practicing.questions(9)
    practice_all_day(worker, groups=8, seconds=6)

    assert scan_day(day=MORNING.date(), at=NEXT_DAY) == 0


def test_a_queue_sent_after_a_tunnel_gives_none(worker: Person) -> None:
    practicing.questions(30)
    for number in range(5):
        at = MORNING + timedelta(minutes=9 * number)
        group = practicing.group(worker, at=at)
        practicing.answer(
            group, range(1, 6), at=at + timedelta(minutes=4), waited=60, seconds=20
        )

    assert PracticeAnswer.objects.count() == 25
    assert scan_day(day=MORNING.date(), at=NEXT_DAY) == 0


def test_a_day_with_practice_alone_is_looked_through(worker: Person) -> None:
    practicing.questions(5)
    practicing.answer(practicing.group(worker, Mode.DAILY))

    assert days_to_scan(MORNING + timedelta(days=2)) == [
        MORNING.date(),
        NEXT_DAY.date(),
    ]
