"""Friends and seasons pressed at the same moment: once, and never over the limit."""

from datetime import timedelta

import pytest

from ankang.core.errors import Refusal
from ankang.points.models import PointEntry
from ankang.points.services.choosing import switch_on
from ankang.teams.models import Friendship, Season, SeasonMember, Team
from ankang.teams.services.friends import (
    TooManyFriends,
    accept_friend,
    ask_friend,
    block_person,
    leave_friends,
)
from ankang.teams.services.joining import NoPlace, join_season
from ankang.teams.services.seasons import keep_seasons
from tests import make, practicing, teaming
from tests.test_two_at_once import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT = make.MORNING
CROWD = 6
DAY = timedelta(days=1)


def test_two_who_ask_each_other_at_once_are_friends_once() -> None:
    teaming.edition()
    one, other = make.person(), make.person()
    codes = {one.pk: teaming.card(one).code, other.pk: teaming.card(other).code}

    raised = all_at_once(
        lambda: ask_friend(person=one, code=codes[other.pk], at=AT),
        lambda: ask_friend(person=other, code=codes[one.pk], at=AT),
    )

    assert raised == []
    assert Friendship.objects.get().accepted_at == AT


def test_the_last_place_among_friends_goes_to_one_of_those_accepted_at_once() -> None:
    teaming.edition(most=1)
    owner = make.person()
    code = teaming.card(owner).code
    asked = [ask_friend(person=make.person(), code=code, at=AT) for _ in range(CROWD)]

    raised = all_at_once(
        *(
            lambda one=one: accept_friend(person=owner, friendship=one, at=AT)
            for one in asked
        )
    )

    assert len(raised) == CROWD - 1
    assert {type(error) for error in raised} == {TooManyFriends}
    assert Friendship.objects.accepted().count() == 1


def test_accepting_and_leaving_at_once_never_leaves_a_friendship_behind() -> None:
    teaming.edition()
    for _ in range(4):
        one, other = make.person(), make.person()
        asked = ask_friend(person=one, code=teaming.card(other).code, at=AT)

        raised = all_at_once(
            lambda asked=asked, other=other: accept_friend(
                person=other, friendship=asked, at=AT
            ),
            lambda one=one: leave_friends(person=one),
        )

        assert all(isinstance(error, Refusal) for error in raised)
        assert not Friendship.objects.exists()


def test_asking_while_being_blocked_never_leaves_a_request() -> None:
    teaming.edition()
    for _ in range(4):
        one, other = make.person(), make.person()
        made = teaming.friends(one, other)
        code = other.friend_card.code

        raised = all_at_once(
            lambda one=one, code=code: ask_friend(person=one, code=code, at=AT),
            lambda other=other, made=made: block_person(
                person=other, friendship=made, at=AT
            ),
        )

        assert all(isinstance(error, Refusal) for error in raised)
        assert not Friendship.objects.exists()


def test_the_last_place_of_a_team_goes_to_one() -> None:
    teaming.edition()
    season, _ = teaming.running(4)
    late = [make.employment().person for _ in range(CROWD)]
    at = teaming.on(season.starts_on)

    raised = all_at_once(
        *(lambda one=one: join_season(person=one, season=season, at=at) for one in late)
    )

    assert len(raised) == CROWD - 1
    assert {type(error) for error in raised} == {NoPlace}
    assert Team.objects.get().members.count() == 5


def test_signing_up_while_teams_are_formed_ends_in_a_team_or_not_at_all() -> None:
    teaming.edition()
    season = teaming.coming()
    for _ in range(4):
        join_season(person=make.employment().person, season=season, at=AT)
    late = [make.employment().person for _ in range(4)]
    at = teaming.on(season.starts_on)

    raised = all_at_once(
        lambda: keep_seasons(at=at),
        *(
            lambda one=one: join_season(person=one, season=season, at=at)
            for one in late
        ),
    )

    assert all(isinstance(error, NoPlace) for error in raised)
    assert not SeasonMember.objects.filter(team=None).exists()
    assert SeasonMember.objects.count() == 8 - len(raised)
    assert all(team.members.count() <= 5 for team in Team.objects.all())


def test_many_timers_open_form_and_settle_a_season_once() -> None:
    teaming.edition()
    timers = [lambda: keep_seasons(at=AT)] * CROWD
    assert all_at_once(*timers) == []
    season = Season.objects.select_related("edition").get()
    people = [make.employment().person for _ in range(4)]
    versions = practicing.questions(1)
    for one in people:
        switch_on(person=one, at=AT)
        join_season(person=one, season=season, at=AT)

    begin = teaming.on(season.starts_on)
    assert all_at_once(*[lambda: keep_seasons(at=begin)] * CROWD) == []
    assert Team.objects.count() == 1
    for one in people:
        for n in range(3):
            teaming.practice(one, season.starts_on + n * DAY, versions)

    end = teaming.on(season.settles_on)
    assert all_at_once(*[lambda: keep_seasons(at=end)] * CROWD) == []
    assert PointEntry.objects.count() == 4
    assert Season.objects.unclosed().count() == 1
