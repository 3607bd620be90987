"""Watching over HTTP: what is credited, and every known way of cheating."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from ankang.accounts.models import User
from ankang.learning.models import (
    CheckAnswer,
    Coverage,
    Lesson,
    RefusedClaim,
    WatchSession,
)
from ankang.learning.queries import course_progress, lessons_done
from ankang.learning.services import beats as beat_services
from ankang.learning.services.watch import open_session
from tests import make
from tests.watching import Send, beat, credited, open_at


def test_an_honest_beat_is_credited_and_shown(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    opened = open_at(client, lesson, seconds_ago=15)
    status, said = send({"token": opened["token"], "beats": [beat((0, 15))]})

    assert status == 200
    assert (said["credited"], said["covered"]) == (15, [[0, 15]])
    assert credited(learner) == 15


def test_opening_the_page_credits_nothing_and_opens_no_session(
    client: Client, learner: User, lesson: Lesson
) -> None:
    assert client.get(f"/learning/lessons/{lesson.pk}/").status_code == 200
    assert not WatchSession.objects.exists()
    assert not Coverage.objects.exists()


@pytest.mark.parametrize(
    "ranges",
    [
        [(0, 99_999)],
        [(299, 400)],
        [(400, 410)],
        [(-5, 10)],
        [(10, 5)],
        [(None, 10)],  # as a browser writes what is no number
        [(0, 1e300)],
        [(0, 10), (5, 15)],
        [(0, 300)],
        [(0.5, 10)],
    ],
)
def test_impossible_claims_earn_nothing_and_are_written_down(
    client: Client, send: Send, learner: User, lesson: Lesson, ranges: Any
) -> None:
    opened = open_at(client, lesson, seconds_ago=600)
    send({"token": opened["token"], "beats": [beat(*ranges)]})

    assert credited(learner) == 0
    assert RefusedClaim.objects.get().times == 1


@pytest.mark.parametrize("start", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_makes_no_message(
    client: Client, send: Send, learner: User, lesson: Lesson, start: str
) -> None:
    opened = open_at(client, lesson, seconds_ago=600)
    message = json.dumps({"token": opened["token"], "beats": [beat((77, 90))]})
    status, said = send(message.replace("[77,", f"[{start},"))

    assert (status, said["error"]) == (400, "message")
    assert credited(learner) == 0


def test_only_the_last_packet_earns_nothing(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    opened = open_at(client, lesson, seconds_ago=10)
    send({"token": opened["token"], "beats": [beat((285, 300), sequence=20)]})

    assert credited(learner) == 0


@pytest.mark.parametrize(
    "token",
    ["", "forged", signing.dumps([1, 1, 300, 1.0, 3, 20, 60], salt="another purpose")],
    ids=["empty", "forged", "for another purpose"],
)
def test_a_forged_token_is_refused(
    client: Client, send: Send, learner: User, lesson: Lesson, token: str
) -> None:
    open_at(client, lesson, seconds_ago=60)
    status, said = send({"token": token, "beats": [beat((0, 15))]})

    assert (status, said["error"]) == (403, "token")
    assert credited(learner) == 0


def test_a_token_with_better_terms_cannot_be_made_without_the_key(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    opened = open_at(client, lesson, seconds_ago=1)
    payload, rest = opened["token"].split(":", 1)
    status, _ = send({"token": f"{payload}x:{rest}", "beats": [beat((0, 15))]})

    assert status == 403
    assert credited(learner) == 0


def test_an_expired_token_is_refused(
    client: Client,
    send: Send,
    learner: User,
    lesson: Lesson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = open_at(client, lesson, seconds_ago=60)
    later = datetime.now().timestamp() + 3 * 3600  # noqa: DTZ005
    monkeypatch.setattr("time.time", lambda: later)
    status, said = send({"token": opened["token"], "beats": [beat((0, 15))]})
    monkeypatch.undo()

    assert (status, said["error"]) == (403, "expired")
    assert credited(learner) == 0


def test_a_beat_with_another_persons_token_earns_the_sender_nothing(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    other = make.learner()
    theirs = open_session(
        person=other.person, lesson=lesson, device="x", at=timezone.now()
    )
    send({"token": theirs.token, "beats": [beat((0, 15))]})

    assert credited(learner) == 0


def test_a_token_credits_only_the_lesson_that_it_was_opened_for(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    other = make.course(make.courseware(120)).lessons.get()
    opened = open_at(client, lesson, seconds_ago=15)
    send({"token": opened["token"], "lesson": other.pk, "beats": [beat((0, 15))]})

    progress = course_progress(person=learner.person, course=other.course)
    assert [state.credited for state in progress.lessons] == [0]


def test_replayed_and_reordered_beats_change_nothing(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    opened = open_at(client, lesson, seconds_ago=60)
    sent = [beat((start, start + 15), sequence=start) for start in (30, 0, 15)]
    for _ in range(3):
        send({"token": opened["token"], "beats": sent})

    assert credited(learner) == 45
    assert WatchSession.objects.get().spent == 45


def test_a_second_device_ends_the_first_so_that_no_wall_clock_second_counts_twice(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    first = open_at(client, lesson, seconds_ago=10)
    second = client.post(f"/learning/lessons/{lesson.pk}/sessions/").json()
    send({"token": first["token"], "beats": [beat((0, 15))]})
    status, said = send({"token": second["token"], "beats": [beat((15, 30))]})

    assert status == 200
    assert credited(learner) <= 10 + 3
    _, said = send({"token": first["token"], "beats": []})
    assert said["closed"]


def test_two_lessons_at_once_earn_no_more_than_one(
    client: Client, send: Send, learner: User
) -> None:
    course = make.course(make.courseware(300), make.courseware(300))
    one, two = course.lessons.order_by("position")
    first = open_at(client, one, seconds_ago=15)
    second = client.post(f"/learning/lessons/{two.pk}/sessions/").json()
    send({"token": first["token"], "beats": [beat((0, 15))]})
    send({"token": second["token"], "beats": [beat((0, 15))]})

    assert credited(learner) <= 15 + 3


def test_opening_again_and_again_yields_the_slack_once(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    edge = 0
    for _ in range(20):
        opened = client.post(f"/learning/lessons/{lesson.pk}/sessions/").json()
        Coverage.objects.update(check_at=None)
        send({"token": opened["token"], "beats": [beat((edge, edge + 10))]})
        edge = credited(learner)

    assert credited(learner) <= 3 + 20


def test_sixteen_times_speed_earns_nothing(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    opened = open_at(client, lesson, seconds_ago=60)
    _, said = send({"token": opened["token"], "beats": [beat((0, 15), rate=16)]})

    assert credited(learner) == 0
    assert said["refused"][0]["reason"] == "too_fast"


def test_a_page_in_the_background_earns_nothing(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    opened = open_at(client, lesson, seconds_ago=60)
    send({"token": opened["token"], "beats": [beat((0, 15), visible=False)]})

    assert credited(learner) == 0


def test_a_server_clock_that_went_back_earns_nothing_beyond_the_slack(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    opened = open_at(client, lesson, seconds_ago=-3600)
    send({"token": opened["token"], "beats": [beat((0, 15))]})

    assert credited(learner) <= 3


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "1", '{"token": 1}', '{"token": "x", "beats": 3}', "{"]
)
def test_what_is_no_message_is_answered_not_crashed_on(send: Send, body: str) -> None:
    status, _ = send(body)

    assert status in {400, 403}


def test_a_session_left_for_half_an_hour_must_be_opened_again(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    opened = open_at(client, lesson, seconds_ago=31 * 60)
    status, _ = send({"token": opened["token"], "beats": [beat((0, 15))]})

    assert status == 409
    assert credited(learner) == 0


def watch_whole(client: Client, send: Send, lesson: Lesson) -> None:
    opened = open_at(client, lesson, seconds_ago=301)
    beats = [beat((start, start + 15), sequence=start) for start in range(0, 300, 15)]
    send({"token": opened["token"], "beats": beats})


def test_a_lesson_is_done_when_watched_and_its_question_answered(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    watch_whole(client, send, lesson)
    assert not lessons_done(person=learner.person, course=lesson.course)

    page = client.post(f"/learning/lessons/{lesson.pk}/question/", {"chosen": "1"})
    assert "不对" in page.content.decode()
    page = client.post(f"/learning/lessons/{lesson.pk}/question/", {"chosen": "0"})
    assert "答对了" in page.content.decode()
    assert lessons_done(person=learner.person, course=lesson.course)


def test_the_question_cannot_be_answered_before_the_lesson_is_watched(
    client: Client, learner: User, lesson: Lesson
) -> None:
    page = client.post(f"/learning/lessons/{lesson.pk}/question/", {"chosen": "0"})

    assert page.status_code == 422
    assert not CheckAnswer.objects.exists()


def test_the_daily_cap_stops_credit(
    client: Client, send: Send, learner: User, lesson: Lesson
) -> None:
    opened = open_at(client, lesson, seconds_ago=60)
    WatchSession.objects.update(cap=10)
    _, said = send({"token": opened["token"], "beats": [beat((0, 15))]})

    assert credited(learner) == 10
    assert said["refused"][0]["reason"] == "daily_cap"


def test_a_beat_costs_three_statements_in_one_transaction(
    client: Client, learner: User, lesson: Lesson, django_assert_num_queries: Any
) -> None:
    opened = open_at(client, lesson, seconds_ago=60)
    body = json.dumps({"token": opened["token"], "beats": [beat((0, 15))]}).encode()

    with django_assert_num_queries(5):
        beat_services.receive(body, timezone.now())


def test_a_lesson_of_an_unpublished_course_is_not_found(
    client: Client, learner: User, lesson: Lesson
) -> None:
    lesson.course.is_published = False
    lesson.course.save()

    assert client.get(f"/learning/lessons/{lesson.pk}/").status_code == 404
