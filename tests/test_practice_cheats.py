"""Known ways of cheating in practice, over HTTP: each earns nothing and tells nothing."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ankang.accounts.models import User
from ankang.practice.models import Mode, PracticeAnswer, PracticeGroup, ReviewCard
from ankang.practice.queries import days_practised
from ankang.practice.services.groups import end_group
from ankang.quizzes.models import QuestionVersion
from tests import make, practicing
from tests.test_practice_answers import POINTS, earned

EXPLANATION = "先通风，再检测，后进入。"
WHY = "碎片会飞出来。"
BLANK = "三十日"


@pytest.fixture
def worker(client: Client) -> User:
    make.edition(points=POINTS)
    user = make.learner()
    client.force_login(user)
    return user


def opened(
    user: User, mode: Mode = Mode.DAILY, minutes: float = 5, **fields: Any
) -> PracticeGroup:
    """A group that the user opened some minutes ago."""
    assert user.person is not None
    at = timezone.now() - timedelta(minutes=minutes)
    return practicing.group(user.person, mode, at=at, **fields)


def send(client: Client, group: PracticeGroup, *answers: dict[str, Any]) -> Any:
    return client.post(
        f"/practice/groups/{group.pk}/answers/",
        json.dumps({"answers": answers}),
        content_type="application/json",
    )


def right(group: PracticeGroup, position: int, seconds: float = 9) -> dict[str, Any]:
    response = practicing.right_response(group, position)
    return {"position": position, "response": response, "seconds": seconds}


def test_an_answer_to_a_question_that_is_not_in_the_group_is_refused(
    client: Client, worker: User
) -> None:
    practicing.questions(9)
    group = opened(worker)

    said = send(client, group, {"position": 6, "response": [0], "seconds": 9}).json()

    assert said["graded"] == []
    assert "没有这道题" in said["refused"][0]["sentence"]
    assert not PracticeAnswer.objects.exists()


def test_an_answer_cannot_be_changed_once_the_right_one_was_told(
    client: Client, worker: User
) -> None:
    practicing.questions(5)
    group = opened(worker)
    wrong = {"position": 1, "response": practicing.wrong_response(group, 1)}
    send(client, group, wrong)

    said = send(client, group, right(group, 1)).json()

    assert said["graded"][0]["is_right"] is False
    assert PracticeAnswer.objects.get().is_right is False
    assert worker.person
    assert earned(worker.person) == {}


def test_trying_two_answers_in_one_letter_takes_the_first(
    client: Client, worker: User
) -> None:
    practicing.questions(5)
    group = opened(worker)
    wrong = {"position": 1, "response": practicing.wrong_response(group, 1)}

    send(client, group, wrong, right(group, 1))

    assert [one.is_right for one in PracticeAnswer.objects.all()] == [False]


@pytest.mark.parametrize(
    ("minutes", "waited", "is_taken"),
    [
        (9, 0, True),  # in time
        (11, 0, False),  # late, given late
        (11, 90, True),  # late by the network: it waited since before the end
        (11, 30, False),  # late, and waited only since after the end
        (13, 600, False),  # later than the grace, whatever the page says
    ],
)
def test_a_timed_group_takes_answers_by_the_servers_clock(
    client: Client, worker: User, minutes: float, waited: float, is_taken: bool
) -> None:
    practicing.questions(3, topic="有限空间")
    group = opened(worker, Mode.SPECIAL, minutes=minutes, topic="confined")

    said = send(client, group, {**right(group, 1), "waited": waited}).json()

    assert bool(said["graded"]) is is_taken
    assert is_taken or "收到的时间" in said["refused"][0]["sentence"]


def test_a_group_of_somebody_else_is_not_found(client: Client, worker: User) -> None:
    practicing.questions(5)
    group = opened(make.learner())

    answers = [
        send(client, group, {"position": 1, "response": [0]}),
        client.get(f"/practice/groups/{group.pk}/"),
        client.get(f"/practice/groups/{group.pk}/result/"),
        client.post(f"/practice/groups/{group.pk}/end/"),
        client.post(f"/practice/groups/{group.pk}/questions/1/", {"chosen": "0"}),
    ]

    assert [one.status_code for one in answers] == [404] * 5
    assert not PracticeAnswer.objects.exists()


def test_staff_without_a_person_cannot_practice(client: Client) -> None:
    make.edition()
    client.force_login(make.staff())

    assert client.get("/practice/").status_code == 403


def test_a_closed_group_takes_nothing_more(client: Client, worker: User) -> None:
    practicing.questions(5)
    group = opened(worker)
    end_group(group=group, at=timezone.now())

    said = send(client, group, right(group, 1)).json()

    assert "已经结束" in said["refused"][0]["sentence"]
    assert not PracticeAnswer.objects.exists()


def test_a_run_cannot_skip_a_hard_question(client: Client, worker: User) -> None:
    practicing.questions(9)
    group = opened(worker, Mode.CHALLENGE)

    said = send(client, group, right(group, 2)).json()

    assert "按顺序" in said["refused"][0]["sentence"]


def test_a_group_that_went_on_in_another_browser_takes_nothing_from_the_first(
    client: Client, worker: User
) -> None:
    practicing.questions(5)
    group = opened(worker, device="another-phone")

    answer = send(client, group, right(group, 1))

    assert answer.status_code == 422
    assert "另一台手机" in answer.json()["sentence"]


@pytest.mark.parametrize("kind", practicing.WORDS)
def test_no_response_tells_the_answer_before_it_is_given(
    client: Client, worker: User, kind: str
) -> None:
    practicing.questions(3, kind)
    mode = Mode.HAZARD if kind == "hazard" else Mode.DAILY
    group = opened(worker, mode)
    pages = [
        client.get("/practice/"),
        client.get(f"/practice/{mode}/"),
        client.get(f"/practice/groups/{group.pk}/"),
        client.get(f"/practice/groups/{group.pk}/?q=1"),
        client.get(f"/practice/groups/{group.pk}/result/"),
        send(client, group, {"position": 1, "response": "rubbish"}),
        send(client, group, {"position": 99, "response": [0]}),
        client.post(f"/practice/groups/{group.pk}/questions/1/", {}),
    ]

    for page in pages:
        text = page.content.decode()
        assert EXPLANATION not in text
        assert WHY not in text
        assert BLANK not in text
        assert "正确" not in text


OTHER_TRUTH: dict[str, list[Any]] = {
    "single": [1],
    "multiple": [2, 3],
    "true_false": [0],
    "fill_in": [["60日", "六十日"]],
    "ordering": [2, 1, 0],
    "hazard": [
        {"name": "没有踢脚板", "x": 90, "y": 10, "r": 4, "why": "东西会掉下去。"},
        {"name": "灭火器过期", "x": 10, "y": 10, "r": 9, "why": "喷不出来。"},
    ],
}
# a token against forgery is new each time, and time goes by
CHANGING = re.compile(rb'\b[A-Za-z0-9]{64}\b|"seconds_left": [0-9]+')
CHANGING_HEADERS = {"X-Request-Id", "Expires"}


def changing(answer: Any) -> list[tuple[str, str]]:
    return [pair for pair in answer.headers.items() if pair[0] in CHANGING_HEADERS]


@pytest.mark.parametrize("kind", practicing.WORDS)
def test_before_the_answer_every_byte_is_the_same_whatever_is_right(
    client: Client, worker: User, kind: str
) -> None:
    """Not a list of words to look for: nothing of a response depends on the answer."""
    practicing.questions(3, kind)
    mode = Mode.HAZARD if kind == "hazard" else Mode.DAILY
    group = opened(worker, mode)

    def everything() -> list[tuple[bytes, list[tuple[str, str]]]]:
        answers = [
            client.get("/"),
            client.get("/practice/"),
            *(client.get(f"/practice/{one}/") for one in Mode.values),
            client.post(f"/practice/{mode}/groups/"),
            client.get(f"/practice/groups/{group.pk}/"),
            *(client.get(f"/practice/groups/{group.pk}/?q={n}") for n in (1, 2, 9)),
            client.get(f"/practice/groups/{group.pk}/result/"),
            send(client, group, {"position": 1, "response": "rubbish"}),
            send(client, group, {"position": 99, "response": [0]}),
            client.post(f"/practice/groups/{group.pk}/questions/1/", {}),
        ]
        return [
            (
                CHANGING.sub(b"", one.content),
                sorted(set(one.headers.items()) - set(changing(one))),
            )
            for one in answers
        ]

    everything()  # the first answer marks the browser
    opened(worker, mode)
    before = everything()
    asked = [page for page, _ in before if b"csrf" in page or b"data-place" in page]
    assert any("交答案".encode() in page for page in asked)
    QuestionVersion.objects.update(
        answer=OTHER_TRUTH[kind], explanation="另一个道理。", source="另一个出处"
    )

    assert everything() == before


def test_other_questions_of_the_group_stay_untold_after_one_answer(
    client: Client, worker: User
) -> None:
    practicing.questions(5)
    group = opened(worker)

    said = send(client, group, right(group, 1)).json()

    assert [one["position"] for one in said["graded"]] == [1]
    assert said["more"] == []


def test_a_script_is_graded_but_earns_no_points_no_day_and_no_memory(
    client: Client, worker: User
) -> None:
    practicing.questions(5)
    group = opened(worker, minutes=0.2 / 60)

    # it says ten seconds each, but one second has not gone by since the group was opened
    for position in range(1, 6):
        send(client, group, right(group, position, seconds=10))

    answers = PracticeAnswer.objects.all()
    assert len(answers) == 5
    assert all(one.is_quick for one in answers[2:])
    assert worker.person
    today = timezone.localdate()
    real = answers.real().count()
    assert earned(worker.person).get("daily", 0) == real <= 2
    assert ReviewCard.objects.count() == real
    assert len(days_practised(worker.person, today)) == (real > 0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"answers": []}',
        b'{"answers": 7}',
        b'{"answers": [7]}',
        b'{"answers": [{"position": "1"}]}',
        b'{"answers": [{"position": true}]}',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_a_letter_that_cannot_be_read_is_refused_with_a_sentence(
    client: Client, worker: User, body: bytes
) -> None:
    practicing.questions(5)
    group = opened(worker)

    answer = client.post(
        f"/practice/groups/{group.pk}/answers/", body, content_type="application/json"
    )

    assert answer.status_code == 422
    assert "刷新" in answer.json()["sentence"]


ODD = [
    {"response": [0], "seconds": -5, "waited": -9},
    {"response": [0], "seconds": 1e308, "waited": 1e308},
    {"response": [0], "seconds": "9", "waited": None},
    {"response": [True]},
    {"response": [10**30]},
    {"response": [[0]]},
    {"response": {"0": 0}},
    {"response": [0] * 99},
    {"position": 10**30, "response": [0]},
    {"position": -1, "response": [0]},
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_never_break_the_page(
    client: Client, worker: User, odd: dict[str, Any]
) -> None:
    practicing.questions(5)
    group = opened(worker)

    answer = send(client, group, {"position": 1, **odd})

    assert answer.status_code == 200
    assert PracticeAnswer.objects.filter(seconds__gt=310).count() == 0
