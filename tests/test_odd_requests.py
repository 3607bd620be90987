"""Requests that no page of ours sends: refused like any other, never an error."""

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ankang.accounts.models import User
from ankang.learning.models import Lesson, WatchSession
from ankang.learning.services.watch import open_session
from tests import make
from tests.watching import Send, beat, credited, open_at

DEEP = "[" * 20_000
LONG = "9" * 5_000


@pytest.mark.parametrize("body", [DEEP, LONG, "null", "{", ""])
def test_what_is_no_message_of_beats_is_refused(
    send: Send, learner: User, body: str
) -> None:
    status, _ = send(body)

    assert status == 400


def test_an_endless_rate_earns_nothing(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    opened = open_at(client, lesson, seconds_ago=60)
    endless = {"token": opened["token"], "beats": [beat((0, 15), rate=10**300)]}
    status, said = send(endless)
    assert (status, said["refused"][0]["reason"]) == (200, "malformed")

    too_much_to_read = {**endless, "beats": [beat((0, 15), rate=10**400)]}
    assert send(too_much_to_read) == (400, {"error": "message"})
    assert credited(learner) == 0


@pytest.mark.parametrize("nonce", ["\0", "\ud800", 7, None, ["x"]])
def test_an_odd_nonce_is_no_answer(
    client: Client, learner: User, lesson: Lesson, nonce: Any
) -> None:
    opened = open_at(client, lesson, seconds_ago=60)
    said = {"session": opened["session"], "nonce": nonce, "chosen": [0]}

    answer = client.post("/learning/presence/", json.dumps(said), "application/json")
    deep = client.post("/learning/presence/", DEEP, "application/json")

    assert (answer.status_code, deep.status_code) == (422, 404)


@pytest.mark.parametrize("number", [LONG, "²", "٣", "-1", "x\0"])
@pytest.mark.parametrize("name", ["year", "employer", "page", "q"])
def test_an_odd_number_in_a_list_address_is_passed_over(
    client: Client, name: str, number: str
) -> None:
    make.edition()
    make.city()
    client.force_login(make.staff())

    answer = client.get(reverse("console:people"), {name: number})

    assert answer.status_code == 200


def test_many_phones_that_press_play_at_once_in_any_order_all_get_a_session(
    learner: User, lesson: Lesson
) -> None:
    person = learner.person
    assert person
    now = timezone.now()
    for milliseconds in (20, 10, 15, 30, 5):
        at = now + timedelta(milliseconds=milliseconds)
        open_session(person=person, lesson=lesson, device="x", at=at)

    sessions = list(WatchSession.objects.order_by("pk"))
    assert [one.closed_at is None for one in sessions] == [False] * 4 + [True]
    for earlier, later in pairwise(sessions):
        assert earlier.closed_at <= later.opened_at
