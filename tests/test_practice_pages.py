"""Practice over HTTP: what a page shows before and after, and what it never tells."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ankang.accounts.models import User
from ankang.practice import bank
from ankang.practice.models import Mode, PracticeAnswer, PracticeGroup
from tests import make, practicing

KINDS = ("single", "multiple", "true_false", "fill_in", "ordering", "hazard")


@pytest.fixture
def worker(client: Client) -> User:
    make.edition()
    user = make.learner()
    client.force_login(user)
    return user


def begin(client: Client, mode: Mode = Mode.DAILY, **fields: Any) -> PracticeGroup:
    answer = client.post(f"/practice/{mode}/groups/", fields)
    assert answer.status_code == 302, answer.content.decode()
    return PracticeGroup.objects.get(pk=answer["Location"].split("/")[-2])


def send(client: Client, group: PracticeGroup, *answers: dict[str, Any]) -> Any:
    return client.post(
        f"/practice/groups/{group.pk}/answers/",
        json.dumps({"answers": answers}),
        content_type="application/json",
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_question_is_asked_and_explained(
    client: Client, worker: User, kind: str
) -> None:
    practicing.question(kind)
    mode = Mode.HAZARD if kind == "hazard" else Mode.DAILY
    group = begin(client, mode)
    page = client.get(f"/practice/groups/{group.pk}/").content.decode()
    assert "交答案" in page
    assert "先通风，再检测，后进入。" not in page

    said = send(
        client,
        group,
        {"position": 1, "response": practicing.right_response(group, 1), "seconds": 5},
    ).json()

    assert said["graded"][0]["is_right"] is True
    assert "先通风，再检测，后进入。" in said["graded"][0]["html"]
    assert said["is_over"]
    result = client.get(f"/practice/groups/{group.pk}/result/").content.decode()
    assert "全对" in result


@pytest.mark.parametrize("mode", list(Mode))
def test_every_mode_has_a_page(client: Client, worker: User, mode: Mode) -> None:
    assert client.get(f"/practice/{mode}/").status_code == 200
    assert client.get("/practice/").status_code == 200


@pytest.mark.parametrize("mode", [Mode.REVIEW, Mode.MISTAKES])
def test_a_mode_that_lives_on_earlier_answers_says_where_to_get_them(
    client: Client, worker: User, mode: Mode
) -> None:
    page = client.get(f"/practice/{mode}/").content.decode()
    assert "去做每日答题" in page
    assert f'href="/practice/{Mode.DAILY}/"' in page


def test_without_a_script_one_question_is_asked_and_explained_at_a_time(
    client: Client, worker: User
) -> None:
    practicing.questions(5)
    group = begin(client)
    page = client.get(f"/practice/groups/{group.pk}/").content.decode()
    assert page.count('data-place="') == 5
    assert page.count("hidden>") >= 4

    response = practicing.right_response(group, 1)
    answer = client.post(
        f"/practice/groups/{group.pk}/questions/1/", {"chosen": response}
    )
    assert answer["Location"] == f"/practice/groups/{group.pk}/?q=1"
    told = client.get(answer["Location"]).content.decode()
    assert "答对了" in told
    assert f"/practice/groups/{group.pk}/?q=2" in told
    assert client.get(f"/practice/groups/{group.pk}/?q=1").status_code == 200


FORMS: dict[str, dict[str, Any]] = {
    "fill_in": {"blank": "30日"},
    "ordering": {},
    "multiple": {},
    "hazard": {"taps": "20,40 70,80 x 1"},
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_plain_form_answers_each_kind(
    client: Client, worker: User, kind: str
) -> None:
    practicing.question(kind)
    group = begin(client, Mode.HAZARD if kind == "hazard" else Mode.DAILY)
    right = practicing.right_response(group, 1)
    data = dict(FORMS[kind])
    if kind == "ordering":
        data = {"step": [right.index(place) + 1 for place in range(len(right))]}
    if kind == "multiple":
        data = {"chosen": right}

    client.post(f"/practice/groups/{group.pk}/questions/1/", data)

    assert PracticeAnswer.objects.get().is_right


def test_a_plain_form_without_an_answer_asks_for_one(
    client: Client, worker: User
) -> None:
    practicing.questions(5)
    group = begin(client)

    answer = client.post(f"/practice/groups/{group.pk}/questions/1/", follow=True)

    assert "还没有作答" in answer.content.decode()
    assert not PracticeAnswer.objects.exists()


def test_the_next_questions_of_a_run_come_with_the_grading(
    client: Client, worker: User
) -> None:
    practicing.questions(9)
    group = begin(client, Mode.CHALLENGE)
    told = [
        send(
            client,
            group,
            {"position": n, "response": practicing.right_response(group, n)},
        ).json()
        for n in (1, 2)
    ]

    assert [one["position"] for one in told[1]["more"]] == [5, 6, 7, 8]
    assert all("先通风，再检测" not in one["html"] for one in told[1]["more"])


def test_a_mode_on_the_page_of_modes_counts_its_own_answers_alone(
    client: Client, worker: User
) -> None:
    practicing.questions(8)
    daily = begin(client)
    for position in range(1, 6):
        response = practicing.right_response(daily, position)
        send(client, daily, {"position": position, "response": response})
    run = begin(client, Mode.CHALLENGE)
    wrong = practicing.wrong_response(run, 1)
    send(client, run, {"position": 1, "response": wrong})

    page = client.get("/practice/").content.decode()

    assert "<dt>今天答了</dt><dd>6 题" in page
    assert "今天答了 5 题，对 5 题" in page


def test_the_result_leads_to_another_group_and_the_notebook(
    client: Client, worker: User
) -> None:
    practicing.questions(5)
    group = begin(client)
    for position in range(1, 6):
        response = practicing.wrong_response(group, position)
        send(client, group, {"position": position, "response": response})

    result = client.get(f"/practice/groups/{group.pk}/result/").content.decode()

    assert "对 0 题" in result
    assert "/practice/mistakes/" in result
    assert 'action="/practice/daily/groups/"' in result
    notebook = client.get("/practice/mistakes/").content.decode()
    assert "5 道错题" in notebook


def test_a_used_up_week_says_when_to_come_again(client: Client, worker: User) -> None:
    practicing.questions(3)
    group = begin(client, Mode.WEEKLY)
    client.post(f"/practice/groups/{group.pk}/end/")

    page = client.get("/practice/weekly/").content.decode()
    again = client.post("/practice/weekly/groups/")

    assert "下周一再来" in page
    assert again.status_code == 422
    assert "下周一" in again.content.decode()


def test_the_home_page_leads_to_practice(client: Client, worker: User) -> None:
    assert 'href="/practice/"' in client.get("/").content.decode()


def test_an_unknown_mode_is_not_found(client: Client, worker: User) -> None:
    assert client.get("/practice/sports/").status_code == 404
    assert client.post("/practice/sports/groups/").status_code == 404


@pytest.mark.parametrize("path", ["/practice/", "/practice/mistakes/"])
def test_the_pages_take_the_same_queries_however_much_was_practiced(
    client: Client, worker: User, path: str
) -> None:
    def asked() -> int:
        bank.bank(timezone.now())
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    def count() -> int:
        # the smaller of two: between them the kept bank may grow too old
        return min(asked(), asked())

    practicing.questions(20)
    assert worker.person
    group = practicing.group(worker.person, at=timezone.now())
    practicing.answer(group, 1, is_right=False)
    count()
    few = count()
    practicing.answer(group, [2, 3, 4, 5], is_right=False, at=timezone.now())
    for _ in range(3):
        again = practicing.group(worker.person, at=timezone.now())
        practicing.answer(again, [1, 2, 3, 4, 5], is_right=False, at=timezone.now())

    assert count() == few <= 14
