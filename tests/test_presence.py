"""Presence checks over HTTP: what they hold, what they cost, how they are cheated."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ankang.accounts.models import User
from ankang.learning.models import (
    CheckQuestion,
    Coverage,
    Lesson,
    PresenceCheck,
    WatchSession,
)
from ankang.learning.services.watch import first_check_at
from tests import make
from tests.watching import Send, beat, credited, open_at


@pytest.fixture
def checked(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> dict[str, Any]:
    """A session in which a check was sent at second 10, with five seconds held."""
    opened = open_at(client, lesson, seconds_ago=60)
    Coverage.objects.update(check_at=10)
    _, said = send({"token": opened["token"], "beats": [beat((0, 15))]})
    return {**opened, "nonce": said["check"]["nonce"], "said": said}


def answer(client: Client, session: int, nonce: str, *chosen: int) -> int:
    body = {"session": session, "nonce": nonce, "chosen": chosen}
    return client.post(
        "/learning/presence/", body, content_type="application/json"
    ).status_code


def test_a_check_holds_the_credit_and_its_answer_releases_it(
    client: Client, learner: User, checked: dict[str, Any]
) -> None:
    assert (checked["said"]["credited"], checked["said"]["held"]) == (10, 5)
    assert answer(client, checked["session"], checked["nonce"]) == 200
    assert credited(learner) == 15


def test_a_blocked_check_blocks_all_further_credit(
    client: Client, send: Send, learner: User, checked: dict[str, Any]
) -> None:
    for start in range(15, 60, 15):
        send({"token": checked["token"], "beats": [beat((start, start + 15))]})

    assert credited(learner) == 10


def test_an_unanswered_check_costs_only_its_stretch_and_is_explained(
    client: Client, send: Send, learner: User, lesson: Lesson, checked: dict[str, Any]
) -> None:
    expired = timezone.now() - timedelta(seconds=61)
    Coverage.objects.update(check_issued_at=expired)
    PresenceCheck.objects.update(issued_at=expired)
    _, said = send({"token": checked["token"], "beats": [beat((15, 30))]})

    assert credited(learner) == 10
    assert said["check"]["nonce"] != checked["nonce"]
    missed = PresenceCheck.objects.get(nonce=checked["nonce"])
    assert (missed.lost_from, missed.lost_to, missed.lost_seconds) == (10, 15, 5)
    page = client.get(f"/learning/lessons/{lesson.pk}/ledger/").content.decode()
    assert "0:10 到 0:15 没有回应在场确认" in page


def test_an_old_nonce_earns_nothing(
    client: Client, send: Send, learner: User, checked: dict[str, Any]
) -> None:
    assert answer(client, checked["session"], checked["nonce"]) == 200
    Coverage.objects.update(check_at=15)
    send({"token": checked["token"], "beats": [beat((15, 30))]})

    assert answer(client, checked["session"], checked["nonce"]) == 422
    assert credited(learner) == 15


def test_a_check_cannot_be_answered_for_another_session_or_by_another_person(
    client: Client, learner: User, checked: dict[str, Any]
) -> None:
    stranger = make.learner()
    client.force_login(stranger)

    assert answer(client, checked["session"], checked["nonce"]) == 404

    client.force_login(learner)
    own = WatchSession.objects.get(pk=checked["session"])
    own.pk = None
    own.closed_at = own.opened_at
    own.save(force_insert=True)
    assert answer(client, own.pk, checked["nonce"]) == 422
    assert credited(learner) == 10


def test_an_answer_after_sixty_seconds_is_too_late(
    client: Client, learner: User, checked: dict[str, Any]
) -> None:
    PresenceCheck.objects.update(issued_at=timezone.now() - timedelta(seconds=61))

    assert answer(client, checked["session"], checked["nonce"]) == 422
    assert credited(learner) == 10


def test_two_wrong_answers_to_a_plain_question_lose_the_stretch(
    client: Client, send: Send, learner: User, lesson: Lesson, checked: dict[str, Any]
) -> None:
    PresenceCheck.objects.update(question=make.question())

    assert answer(client, checked["session"], checked["nonce"], 2) == 422
    assert answer(client, checked["session"], checked["nonce"], 1) == 422
    assert answer(client, checked["session"], checked["nonce"], 0) == 422
    assert credited(learner) == 10


def test_a_check_never_carries_its_answer(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    CheckQuestion.objects.update(at_second=5)
    opened = open_at(client, lesson, seconds_ago=60)
    Coverage.objects.update(check_at=10)
    _, said = send({"token": opened["token"], "beats": [beat((0, 15))]})

    assert set(said["check"]) == {"nonce", "stem", "kind", "options"}
    assert said["check"]["kind"] == "single"


@pytest.mark.parametrize("duration", [121, 180, 300, 480, 3600])
def test_every_lesson_over_two_minutes_gets_a_check_before_it_can_be_done(
    duration: int,
) -> None:
    rules = make.edition().rules()
    for _ in range(50):
        drawn = first_check_at(duration, rules)
        assert drawn is not None
        assert 0 < drawn < duration * 0.95
        assert drawn <= rules.presence_max_seconds


def test_a_short_lesson_has_no_check() -> None:
    assert first_check_at(120, make.edition().rules()) is None
