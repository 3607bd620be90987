"""The `teams` table of an edition, forming teams, and reaching a target together."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankang.policies.models import Rules
from ankang.policies.teams import SeasonRules, TeamRules
from ankang.teams.cooperation import Share, progress_of
from ankang.teams.mixing import Entrant, mix, team_count, ticket
from tests import points_rules, teaming
from tests.params import PARAMS

RULES = SeasonRules(**teaming.SEASONS)


def rules_with(points: dict[str, Any], **params: Any) -> Rules:
    return Rules.from_params(
        {**PARAMS, "points": {**PARAMS["points"], **points}, **params}
    )


def test_the_edition_shipped_for_2026_has_friends_and_seasons_and_that_of_2020_none() -> (
    None
):
    found = TeamRules.from_table(points_rules.shipped(2026, "teams"))
    points_2026 = points_rules.shipped(2026)

    assert found.seasons.days == 14
    assert found.seasons.rest_days == 7
    assert points_2026["shows_friends"]
    assert points_2026["shows_seasons"]
    none = TeamRules.from_table(points_rules.shipped(2020, "teams"))
    assert none == TeamRules.none()
    assert not points_rules.shipped(2020)["shows_friends"]
    assert not points_rules.shipped(2020)["shows_seasons"]


@pytest.mark.parametrize("shows", [True, False])
def test_both_tables_have_to_allow_friends_and_seasons(shows: bool) -> None:
    flags = {"shows_friends": shows, "shows_seasons": shows}

    told = rules_with(flags, teams=teaming.table())
    untold = rules_with(flags, teams=TeamRules.none())

    assert told.has_friends is shows
    assert told.has_seasons is shows
    assert not untold.has_friends
    assert not untold.has_seasons
    assert not rules_with(flags).has_friends


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"most": -1}, "teams.friends 里 most 的值不对"),
        ({"shows": ["points"]}, "没有 'points' 这一项，可以写：days、streak"),
        ({"shows": ["days", "days"]}, "写了两次"),
        ({"shows": []}, "shows 至少写一项"),
        ({"shows": "days"}, "应为一列值"),
        ({"asking_days": 0}, "至少是 1"),
        ({"rest_days": 0}, "赛季之间要休息"),
        ({"settle_days": 7}, "settle_days 要小于 rest_days"),
        ({"late_days": 14}, "late_days 要小于 days"),
        ({"least_size": 1}, "一个人不成队"),
        ({"least_size": 6}, "least_size 不能大于 team_size"),
        ({"least_active": 1}, "least_active"),
        ({"active_days": 0}, "active_days"),
        ({"recalls_each": 0, "days_each": 0}, "至少写一个合作目标"),
        ({"recalls_each": 29}, "最多能计的题数"),
        ({"days_each": 15}, "days_each 不能大于 days"),
        ({"days": "14"}, "teams.seasons 里 days 的值不对：'14'"),
    ],
)
def test_a_wrong_value_is_named(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        TeamRules.from_table(teaming.table(**changed))


def test_a_missing_and_an_unknown_key_are_named() -> None:
    table = teaming.table()
    del table["seasons"]["spare"]
    with pytest.raises(ValueError, match=r"teams\.seasons 缺少 spare"):
        TeamRules.from_table(table)
    with pytest.raises(ValueError, match=r"teams 里没有 ranking 这一项"):
        TeamRules.from_table({**teaming.table(), "ranking": True})
    with pytest.raises(ValueError, match=r"teams\.friends 的值不对"):
        TeamRules.from_table({"seasons": teaming.SEASONS})


ENTRANTS = st.lists(
    st.builds(
        Entrant,
        number=st.uuids().map(str),
        risk=st.sampled_from(["high", "dust", "high+dust", "usual"]),
        industry=st.sampled_from(["06", "25", "30", "33", "47", ""]),
    ),
    max_size=60,
    unique_by=lambda one: one.number,
)


@given(ENTRANTS, st.integers(2, 8), st.data())
def test_teams_are_fair_complete_and_the_same_for_everybody(
    entrants: list[Entrant], size: int, data: st.DataObject
) -> None:
    least = data.draw(st.integers(2, size))
    teams = mix(entrants, size=size, least=least, seed="2026-12-07")

    again = mix(
        data.draw(st.permutations(entrants)), size=size, least=least, seed="2026-12-07"
    )
    assert again == teams
    if len(entrants) < least:
        assert teams == []
        return
    placed = [number for team in teams for number in team]
    assert sorted(placed) == sorted(one.number for one in entrants)
    sizes = {len(team) for team in teams}
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) >= least
    # bigger than planned only where one more team would be too small
    assert max(sizes) <= size or len(entrants) // (len(teams) + 1) < least
    for feature in (
        {one.number: one.risk for one in entrants},
        {one.number: one.risk + one.industry for one in entrants},
    ):
        for value in set(feature.values()):
            shares = [sum(feature[one] == value for one in team) for team in teams]
            assert max(shares) - min(shares) <= 1, value


def test_the_seed_decides_who_sits_with_whom_and_anybody_can_repeat_it() -> None:
    entrants = [Entrant(f"p{n:02d}", "usual", "33") for n in range(20)]

    first = mix(entrants, size=5, least=3, seed="2026-12-07")

    by_ticket = sorted(entrants, key=lambda one: ticket("2026-12-07", one.number))
    assert first[0] == [one.number for one in by_ticket[::4]]
    assert mix(entrants, size=5, least=3, seed="2026-12-28") != first


@pytest.mark.parametrize(
    ("people", "teams"), [(2, 0), (3, 1), (5, 1), (6, 2), (7, 2), (10, 2), (11, 3)]
)
def test_the_number_of_teams(people: int, teams: int) -> None:
    assert team_count(people, size=5, least=3) == teams


def test_six_people_stay_together_where_two_teams_would_be_too_small() -> None:
    assert team_count(6, size=5, least=4) == 1


def test_an_edition_from_before_the_table_has_neither() -> None:
    before = {name: value for name, value in PARAMS.items() if name != "teams"}

    assert Rules.from_params(before).teams == TeamRules.none()


def test_a_member_who_stays_away_neither_helps_nor_costs_the_team() -> None:
    busy = [Share(days=3, recalls=3)] * 3

    with_idle = progress_of([*busy, Share(), Share(days=1, recalls=1)], RULES)

    assert with_idle.is_reached
    assert with_idle.active == 3
    assert with_idle.recalls_aim == 9
    assert with_idle.full_aim == 2


def test_one_who_falls_short_of_the_days_is_made_up_for_and_two_are_not() -> None:
    full, short = Share(days=3, recalls=4), Share(days=2, recalls=3)

    assert progress_of([full, full, short], RULES).is_reached
    assert not progress_of([full, short, short], RULES).is_reached


def test_questions_are_recalled_together() -> None:
    weak, strong = Share(days=3, recalls=1), Share(days=3, recalls=5)

    assert progress_of([weak, strong], RULES).is_reached
    assert not progress_of([weak, weak], RULES).is_reached


def test_one_alone_is_no_team() -> None:
    found = progress_of([Share(days=14, recalls=28), Share()], RULES)

    assert not found.has_enough
    assert not found.is_reached
    assert progress_of([], RULES).recalls_percent == 0


def test_a_target_of_zero_is_no_target() -> None:
    only_days = SeasonRules(**{**teaming.SEASONS, "recalls_each": 0})
    only_recalls = SeasonRules(**{**teaming.SEASONS, "days_each": 0})

    assert progress_of([Share(days=3)] * 2, only_days).is_reached
    assert progress_of([Share(days=2, recalls=3)] * 2, only_recalls).is_reached
    assert progress_of([Share(days=2, recalls=3)] * 2, only_recalls).full_aim == 0
