"""Known ways of cheating in a retest, over HTTP: each earns nothing and tells nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ankang.accounts.models import User
from ankang.retests.models import RetestInvitation
from ankang.retests.services.sitting import begin, hand_in
from tests import make, retesting

EXPLANATION = "先通风，再检测，后进入。"


@pytest.fixture
def own(client: Client) -> RetestInvitation:
    """An invitation drawn just now, its person signed in."""
    retesting.ready()
    found = retesting.drawn(at=timezone.now() - timedelta(days=1, minutes=5))
    one = found.invitations.earliest("place")
    sign_in(client, one)
    return one


def sign_in(client: Client, invitation: RetestInvitation) -> None:
    client.force_login(
        User.objects.create(
            username=f"worker-{invitation.pk}", name="张三", person=invitation.person
        )
    )


def begun(one: RetestInvitation, minutes: float = 1) -> RetestInvitation:
    at = timezone.now() - timedelta(minutes=minutes)
    return begin(invitation=one, device="", at=at)


def send(client: Client, one: RetestInvitation, position: Any, *places: int) -> Any:
    return client.post(
        f"/retests/{one.pk}/answers/", {"position": position, "places": places}
    )


def test_an_honest_person_begins_answers_and_sees_the_result(
    client: Client, own: RetestInvitation
) -> None:
    assert "不影响你的合格证明" in client.get(f"/retests/{own.pk}/").content.decode()
    client.post(f"/retests/{own.pk}/")
    for position in (1, 2, 3):
        places = retesting.right_places(own, position)
        assert send(client, own, position, *places).status_code == 200

    client.post(f"/retests/{own.pk}/hand-in/")

    text = client.get(f"/retests/{own.pk}/").content.decode()
    assert "抽测合格" in text
    assert "100" in text
    assert "你的合格证明不受影响" in text


def test_no_response_tells_what_is_right_before_or_after(
    client: Client, own: RetestInvitation
) -> None:
    seen = [client.get(f"/retests/{own.pk}/"), client.post(f"/retests/{own.pk}/")]
    seen += [client.get(f"/retests/{own.pk}/paper/"), send(client, own, 1, 0)]
    questions = seen[2].content.decode()
    seen += [client.post(f"/retests/{own.pk}/hand-in/")]
    seen += [client.get(f"/retests/{own.pk}/")]

    assert "下罐之前先做什么" in questions
    for response in seen:
        text = response.content.decode()
        assert EXPLANATION not in text
        assert "is_right" not in text
        assert "data-right" not in text


def test_the_places_on_the_page_are_shuffled_for_each_person() -> None:
    retesting.ready(40)
    found = retesting.drawn(size=40)
    orders = set()
    for one in found.invitations.all():
        begin(invitation=one, device="", at=retesting.SEED_AT)
        orders |= {tuple(row.option_order) for row in one.questions.all()}

    assert len(orders) == 6


def test_somebody_elses_retest_is_not_there(
    client: Client, own: RetestInvitation
) -> None:
    other = own.retest.invitations.exclude(pk=own.pk).earliest("place")
    begun(other)

    for path in ("", "paper/"):
        assert client.get(f"/retests/{other.pk}/{path}").status_code == 404
    assert client.post(f"/retests/{other.pk}/").status_code == 404
    assert send(client, other, 1, 0).status_code == 404
    assert client.post(f"/retests/{other.pk}/hand-in/").status_code == 404
    assert not other.questions.exclude(chosen=[]).exists()


def test_somebody_who_was_not_drawn_has_none(
    client: Client, own: RetestInvitation
) -> None:
    client.force_login(make.learner())

    assert client.get(f"/retests/{own.pk}/").status_code == 404


@pytest.mark.parametrize("position", [0, 4, "", "x", "99999999999999999999"])
def test_an_answer_to_a_question_that_was_not_asked_is_refused(
    client: Client, own: RetestInvitation, position: object
) -> None:
    begun(own)

    response = send(client, own, position, 0)

    assert response.status_code == 422
    assert "没有这道题" in response.json()["sentence"]


@pytest.mark.parametrize("places", [(3,), (0, 1)])
def test_an_option_that_is_not_there_or_one_too_many_is_refused(
    client: Client, own: RetestInvitation, places: tuple[int, ...]
) -> None:
    begun(own)

    assert send(client, own, 1, *places).status_code == 422
    assert not own.questions.exclude(chosen=[]).exists()


def test_an_answer_after_time_is_not_saved(
    client: Client, own: RetestInvitation
) -> None:
    own.retest.invitations.update()
    begun(own, minutes=4)
    past = timezone.now() - timedelta(seconds=1)
    RetestInvitation.objects.filter(pk=own.pk).update(due_at=past)

    response = send(client, own, 1, *retesting.right_places(own, 1))
    assert response.status_code == 422
    assert "时间已到" in response.json()["sentence"]
    form = {f"question-{n}": retesting.right_places(own, n) for n in (1, 2, 3)}
    client.post(f"/retests/{own.pk}/hand-in/", form)

    own.refresh_from_db()
    assert own.score == 0
    assert own.handed_in_at == past


def test_a_second_try_changes_nothing(client: Client, own: RetestInvitation) -> None:
    begun(own)
    hand_in(invitation=own, at=timezone.now())

    client.post(f"/retests/{own.pk}/")
    form = {f"question-{n}": retesting.right_places(own, n) for n in (1, 2, 3)}
    client.post(f"/retests/{own.pk}/hand-in/", form)
    response = send(client, own, 1, *retesting.right_places(own, 1))

    assert response.status_code == 422
    own.refresh_from_db()
    assert own.score == 0


def test_handing_in_what_was_never_begun_scores_nothing(
    client: Client, own: RetestInvitation
) -> None:
    response = client.post(f"/retests/{own.pk}/hand-in/", {"question-1": [0]})

    assert response.status_code in {409, 422}
    own.refresh_from_db()
    assert own.handed_in_at is None
