"""Pages of friends and of the team: without a script, for oneself, without any order."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.points.models import Act
from ankang.points.services import award
from ankang.points.services.choosing import switch_on
from ankang.teams.models import FriendBlock, FriendCard, Friendship, Season
from ankang.teams.services.friends import block_person
from ankang.teams.services.joining import join_season
from ankang.teams.services.seasons import keep_seasons
from tests import make, practicing, teaming

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def opened(client: Client, name: str = "张三") -> Person:
    """A learner who has friends on and is signed in; the edition of today."""
    if not FriendCard.objects.exists():
        teaming.edition()
    user = make.learner(person=make.person(name=name))
    client.force_login(user)
    assert user.person
    teaming.card(user.person, at=timezone.now())
    return user.person


def test_friends_are_off_until_the_person_switches_them_on(client: Client) -> None:
    teaming.edition()
    client.force_login(make.learner())

    page = client.get("/mine/friends/").content.decode()
    assert "开启好友" in page
    assert not FriendCard.objects.exists()

    after = client.post("/mine/friends/opening/", follow=True).content.decode()
    assert FriendCard.objects.get().spaced in after
    assert "<svg" in after


def test_a_code_goes_from_hand_to_friendship_without_a_script(client: Client) -> None:
    now = timezone.now()
    opened(client)
    owner = make.learner(person=make.person(name="李四"))
    assert owner.person
    code = teaming.card(owner.person, at=now).code

    page = client.get(
        "/mine/friends/with/", {"code": f" {code[:4].lower()} {code[4:]}"}
    )
    assert page["Location"] == f"/mine/friends/with/{code}/"
    asking = client.get(page["Location"]).content.decode()
    assert "和李四做好友" in asking
    client.post(page["Location"])

    other = Client()
    other.force_login(owner)
    waiting = other.get("/mine/friends/").content.decode()
    assert "请你做好友" in waiting
    made = Friendship.objects.get()
    other.post(f"/mine/friends/{made.pk}/accept/")
    assert "这周练了 0 天" in client.get("/mine/friends/").content.decode()

    other.post(f"/mine/friends/{made.pk}/end/")
    assert "还没有好友" in client.get("/mine/friends/").content.decode()


@pytest.mark.parametrize("code", ["", "ABC", "ABCDEFG1", "张三", "13800000000"])
def test_what_is_no_code_is_said_so_and_finds_nobody(client: Client, code: str) -> None:
    """Also a name or a mobile number: there is no search."""
    opened(client)

    answer = client.get("/mine/friends/with/", {"code": code})

    assert answer.status_code == 422
    assert "好友码" in answer.content.decode()


def test_codes_cannot_be_tried_out(client: Client) -> None:
    opened(client)
    answers = [client.get("/mine/friends/with/ZZZZZZZZ/") for _ in range(31)]

    assert {one.status_code for one in answers} == {422}
    assert "过一个小时" in answers[-1].content.decode()
    assert "不能用" in answers[0].content.decode()


@pytest.mark.parametrize("act", ["accept", "end", "block"])
def test_the_friendships_of_others_are_not_found(client: Client, act: str) -> None:
    opened(client)
    made = teaming.friends(make.person(), make.person(), at=timezone.now())

    assert client.post(f"/mine/friends/{made.pk}/{act}/").status_code == 404
    assert Friendship.objects.count() == 1


def test_the_block_of_another_is_not_lifted(client: Client) -> None:
    opened(client)
    one, other = make.person(), make.person()
    made = teaming.friends(one, other, at=timezone.now())
    block = block_person(person=one, friendship=made, at=timezone.now())

    assert client.post(f"/mine/friends/blocks/{block.pk}/end/").status_code == 404


def test_blocking_on_the_page_can_be_taken_back_there(client: Client) -> None:
    person = opened(client)
    made = teaming.friends(person, make.person(name="李四"), at=timezone.now())

    page = client.post(f"/mine/friends/{made.pk}/block/", follow=True).content.decode()
    assert "拉黑的人" in page
    block = FriendBlock.objects.get()
    client.post(f"/mine/friends/blocks/{block.pk}/end/")
    assert "拉黑的人" not in client.get("/mine/friends/").content.decode()


def test_no_points_of_a_friend_are_shown(client: Client) -> None:
    person = opened(client)
    friend = make.person(name="李四")
    now = timezone.now()
    switch_on(person=friend, at=now)
    for n in range(2):
        award(person=friend, act=Act.LESSON, source=f"a:{n}", at=now)
    teaming.friends(person, friend, at=now)

    page = client.get("/mine/friends/").content.decode()

    assert "李四" in page
    assert "4 分" not in page


def test_the_page_of_friends_asks_a_constant_number_of_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    person = opened(client)
    for _ in range(3):
        friend = make.person()
        teaming.friends(person, friend, at=timezone.now())
        teaming.practice(friend, timezone.localdate(), practicing.questions(1))

    with django_assert_max_num_queries(14):
        client.get("/mine/friends/")


def signed_in(client: Client) -> Person:
    teaming.edition()
    user = make.learner()
    client.force_login(user)
    keep_seasons(at=timezone.now())
    assert user.person
    return user.person


def test_signing_up_and_leaving_without_a_script(client: Client) -> None:
    signed_in(client)
    season = Season.objects.get()
    page = client.get("/mine/team/").content.decode()
    assert "我要参加" in page
    assert "自愿参加" in page

    form = {"season": season.pk}
    assert (
        "报名了"
        in client.post("/mine/team/joining/", form, follow=True).content.decode()
    )
    client.post("/mine/team/leaving/", form)
    assert "我要参加" in client.get("/mine/team/").content.decode()


@pytest.mark.parametrize("season", ["", "x", "999999", "-1"])
def test_a_season_that_there_is_not_is_not_found(client: Client, season: str) -> None:
    signed_in(client)

    assert client.post("/mine/team/joining/", {"season": season}).status_code == 404


def now_running(client: Client) -> Person:
    """A signed-in learner whose season has begun today."""
    person = signed_in(client)
    season = Season.objects.get()
    for one in (person, make.person(name="李四"), make.person(name="王五")):
        join_season(person=one, season=season, at=timezone.now())
    Season.objects.update(
        starts_on=timezone.localdate(), ends_on=timezone.localdate() + 13 * DAY
    )
    keep_seasons(at=timezone.now())
    return person


def test_the_page_of_a_team_shows_family_names_days_and_no_score_of_others(
    client: Client,
) -> None:
    person = now_running(client)
    versions = practicing.questions(2)
    other = Person.objects.get(name="李四")
    for one in (person, other):
        teaming.practice(one, timezone.localdate(), versions)

    page = client.get("/mine/team/").content.decode()

    assert "李**" in page
    assert "李四" not in page
    assert "练了 1 天" in page
    # one's own two questions; the team's sum is not split up by member
    assert page.count("2 题") == 1


def test_leaving_shows_a_way_back(client: Client) -> None:
    now_running(client)
    form = {"season": Season.objects.get().pk}

    page = client.post("/mine/team/leaving/", form, follow=True).content.decode()
    assert "回到队里" in page

    client.post("/mine/team/joining/", form)
    assert "我们队一起做到" in client.get("/mine/team/").content.decode()


def test_the_page_of_a_team_asks_a_constant_number_of_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    now_running(client)

    with django_assert_max_num_queries(16):
        client.get("/mine/team/")
