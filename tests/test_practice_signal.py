"""The signal of practice that was not read, and that honest practice gives none."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.integrity.models import Case, Signal
from ankang.integrity.services.scanning import days_to_scan, scan_day
from ankang.practice.models import Mode, PracticeAnswer, PracticeGroup
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


def test_a_script_over_http_is_a_case_that_the_city_office_reads(
    client: Client,
) -> None:
    """It claims twelve seconds a question; the server's clock gave it none."""
    make.city(program_year=timezone.localdate().year)
    make.edition()
    practicing.questions(9)
    script = make.learner()
    client.force_login(script)
    for _ in range(4):
        opened = client.post("/practice/daily/groups/")
        group = PracticeGroup.objects.get(pk=opened["Location"].split("/")[-2])
        for position in range(1, 6):
            response = practicing.right_response(group, position)
            answer = {"position": position, "response": response, "seconds": 12}
            client.post(
                f"/practice/groups/{group.pk}/answers/",
                {"answers": [answer]},
                content_type="application/json",
            )
    now = timezone.now()

    assert scan_day(day=timezone.localdate(now), at=now + timedelta(days=1)) == 1

    client.force_login(make.staff())
    case = Case.objects.get()
    assert (
        f"/console/cases/{case.pk}/" in client.get("/console/cases/").content.decode()
    )
    page = client.get(f"/console/cases/{case.pk}/").content.decode()
    assert "练习快得来不及读题" in page
    assert script.name in page


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
