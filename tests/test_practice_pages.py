"""Practice over HTTP: what a page shows before and after, and what it never tells."""

import json
from typing import Any

import pytest
from django.test import Client

from ankang.accounts.models import User
from ankang.practice.models import Mode, PracticeGroup
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
