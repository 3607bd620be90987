"""Team seasons: by consent, together, over by themselves, and nobody beats anybody."""

from datetime import date, timedelta
from typing import Any

import pytest

from ankang.accounts.models import Person
from ankang.commands.tick import tick
from ankang.notices.models import Notice
from ankang.organizations.models import Industry
from ankang.points.models import Medal, PointEntry
from ankang.points.services.choosing import switch_on
from ankang.points.services.medals import settle_medals
from ankang.quizzes.models import QuestionVersion
from ankang.teams.models import Season, SeasonMember, Team
from ankang.teams.queries.seasons import SeasonPage, season_page
from ankang.teams.services.joining import (
    NoPlace,
    NoSeasonNow,
    TooLate,
    join_season,
    leave_season,
    work_of,
)
from ankang.teams.services.seasons import keep_seasons
from tests import make, points_rules, practicing, teaming

pytestmark = pytest.mark.django_db
AT = make.MORNING
DAY = timedelta(days=1)


def page_of(person: Person, day: date) -> SeasonPage:
    return season_page(person=person, at=teaming.on(day))


def do_enough(person: Person, season: Season, versions: list[QuestionVersion]) -> None:
    """Three days with one question each: the days, and one's part of the questions."""
    for n in range(3):
        teaming.practice(person, season.starts_on + n * DAY, versions)


def test_the_timer_opens_a_season_that_starts_on_a_monday_for_two_weeks() -> None:
    teaming.edition()

    assert tick(AT, AT - DAY)

    season = Season.objects.get()
    assert AT.date() < season.starts_on
    assert season.starts_on.weekday() == 0
    assert (season.ends_on - season.starts_on).days == 13
    keep_seasons(at=AT)
    assert Season.objects.count() == 1


@pytest.mark.parametrize("of", [2020])
def test_an_edition_without_seasons_opens_none_and_takes_nobody(of: int) -> None:
    points_rules.edition(2020, of=of)
    keep_seasons(at=AT)

    assert not Season.objects.exists()
    assert not page_of(make.person(), AT.date()).has_seasons


def test_without_any_edition_the_timer_does_nothing() -> None:
    keep_seasons(at=AT)

    assert not Season.objects.exists()


def test_only_who_signed_up_is_in_a_team_and_told_which_people_they_are_with() -> None:
    teaming.edition()
    season, people = teaming.running(4)
    outsider = make.employment().person

    page = page_of(people[0], season.starts_on)

    assert page.view
    assert [one.is_me for one in page.view.members] == [True, False, False, False]
    assert page.view.members[0].name == "张三"
    assert {one.name for one in page.view.members[1:]} == {"张**"}
    assert page_of(outsider, season.starts_on).view is None


def test_signing_up_twice_is_once_and_leaving_before_the_start_leaves_nothing() -> None:
    teaming.edition()
    season = teaming.coming()
    person = make.employment().person
    assert join_season(person=person, season=season, at=AT) == join_season(
        person=person, season=season, at=AT
    )
    assert page_of(person, AT.date()).is_signed_up

    leave_season(person=person, season=season, at=AT)

    assert not SeasonMember.objects.exists()
    assert not page_of(person, AT.date()).is_signed_up


def test_teams_mix_the_risks_of_those_who_signed_up() -> None:
    teaming.edition()
    season = teaming.coming()
    industries = [
        Industry.objects.create(code=code, name=code, section="C", **flags)
        for code, flags in (
            ("26", {"is_high_risk": True}),
            ("30", {"is_dust": True}),
            ("33", {}),
        )
    ]
    for _ in range(3):
        for one in industries:
            employer = make.employer(industry=one)
            person = make.employment(employer=employer).person
            join_season(person=person, season=season, at=AT)
    keep_seasons(at=teaming.on(season.starts_on))

    sizes = [team.members.count() for team in Team.objects.all()]
    assert sorted(sizes) == [4, 5]
    for team in Team.objects.all():
        assert set(team.members.values_list("risk", flat=True)) == {
            "high",
            "dust",
            "usual",
        }


def test_the_risk_of_work_is_that_of_the_newest_employer_and_usual_without_any() -> (
    None
):
    both = Industry.objects.create(
        code="06", name="煤炭", section="B", is_high_risk=True, is_dust=True
    )
    person = make.employment(employer=make.employer(industry=both)).person

    assert work_of(person) == ("high+dust", "06")
    assert work_of(make.person()) == ("usual", "")


def test_too_few_people_are_told_and_the_next_season_opens() -> None:
    teaming.edition()
    season = teaming.coming()
    person = make.employment().person
    join_season(person=person, season=season, at=AT)

    keep_seasons(at=teaming.on(season.starts_on))

    season.refresh_from_db()
    assert season.closed_at
    assert not Team.objects.exists()
    assert "不够一队" in Notice.objects.get(person=person).text
    following = Season.objects.unclosed().get()
    assert following.starts_on == season.starts_on + 7 * DAY


def test_a_team_counts_right_answers_of_its_members_within_the_season() -> None:
    """One question once a day, at most two a day each; before and after counts nothing."""
    teaming.edition()
    season, people = teaming.running(3)
    versions = practicing.questions(4)
    teaming.practice(people[0], season.starts_on - DAY, versions)
    teaming.practice(people[0], season.starts_on, versions[:1])
    teaming.practice(people[0], season.starts_on, versions[:1])
    teaming.practice(people[0], season.starts_on + DAY, versions)
    teaming.practice(people[1], season.starts_on, versions, is_right=False)
    teaming.practice(people[1], season.starts_on + DAY, versions, is_quick=True)
    teaming.practice(people[0], season.ends_on + DAY, versions)

    page = page_of(people[0], season.ends_on)

    assert page.view
    assert page.view.mine.days == 2
    assert page.view.mine.recalls == 3
    assert [one.share.days for one in page.view.members] == [2, 1, 0]
    assert page.view.progress.recalls == 3
    assert page.view.progress.active == 1


def test_answers_from_before_somebody_joined_are_not_the_teams() -> None:
    teaming.edition()
    season, _ = teaming.running(3)
    late = make.employment().person
    versions = practicing.questions(1)
    teaming.practice(late, season.starts_on, versions)
    second = season.starts_on + DAY
    join_season(person=late, season=season, at=teaming.on(second))
    teaming.practice(late, second, versions)

    page = page_of(late, second)

    assert page.view
    assert page.view.mine.days == 1


def reached(points_on: int = 3) -> tuple[Season, list[Person], Any]:
    """Three of four have done enough, and the season is due for its result."""
    teaming.edition(points={"medals": [teaming.MEDAL]})
    season, people = teaming.running(4)
    for person in people[:points_on]:
        switch_on(person=person, at=AT)
    versions = practicing.questions(1)
    for person in people[:3]:
        do_enough(person, season, versions)
    return season, people, teaming.on(season.settles_on)


def test_a_team_that_reached_its_target_is_told_and_its_active_members_get_the_medal() -> (
    None
):
    season, people, at = reached()
    keep_seasons(at=at - DAY)
    assert Team.objects.get().settled_at is None

    keep_seasons(at=at)
    settle_medals(at=at)

    team = Team.objects.get()
    assert team.is_reached
    assert (team.active, team.recalls, team.recalls_aim) == (3, 9, 9)
    assert (team.full, team.full_aim) == (3, 2)
    assert set(Medal.objects.values_list("person", flat=True)) == {
        one.pk for one in people[:3]
    }
    for person in people:
        told = Notice.objects.filter(person=person).latest("pk")
        assert "一起达到了合作目标" in told.text
    season.refresh_from_db()
    assert season.closed_at == at


def test_settling_again_awards_nothing_twice() -> None:
    season, _, at = reached()
    keep_seasons(at=at)
    notices, entries = Notice.objects.count(), PointEntry.objects.count()
    Season.objects.filter(pk=season.pk).update(closed_at=None)
    Team.objects.update(settled_at=None)

    keep_seasons(at=at + DAY)
    settle_medals(at=at + DAY)

    assert PointEntry.objects.count() == entries == 3
    assert Medal.objects.count() == 3
    assert notices > 0


def test_who_has_no_points_is_in_the_result_and_gets_none() -> None:
    _, people, at = reached(points_on=1)

    keep_seasons(at=at)

    assert set(PointEntry.objects.values_list("person", flat=True)) == {people[0].pk}
    assert page_of(people[1], at.date()).last


def test_a_team_that_fell_short_gets_kind_words_and_no_medal() -> None:
    teaming.edition(points={"medals": [teaming.MEDAL]})
    season, people = teaming.running(3)
    switch_on(person=people[0], at=AT)
    do_enough(people[0], season, practicing.questions(1))

    keep_seasons(at=teaming.on(season.settles_on))

    assert not Team.objects.get().is_reached
    assert not PointEntry.objects.exists()
    assert "还差一点" in Notice.objects.filter(person=people[0]).latest("pk").text


def test_after_the_end_there_is_rest_before_the_next_season() -> None:
    teaming.edition()
    season, _ = teaming.running(3)

    keep_seasons(at=teaming.on(season.settles_on))

    following = Season.objects.unclosed().get()
    assert following.starts_on == season.ends_on + 8 * DAY


def test_leaving_takes_a_person_off_the_team_at_once_and_lowers_the_target() -> None:
    teaming.edition()
    season, people = teaming.running(4)
    versions = practicing.questions(1)
    for person in people[:3]:
        do_enough(person, season, versions)
    day = season.starts_on + 4 * DAY

    leave_season(person=people[0], season=season, at=teaming.on(day))

    view = page_of(people[1], day).view
    assert view
    assert len(view.members) == 3
    assert view.progress.active == 2
    assert view.progress.recalls == 6
    assert page_of(people[0], day).view is None


def test_who_left_may_come_back_to_the_same_team_and_keeps_nothing_from_before() -> (
    None
):
    teaming.edition()
    season, people = teaming.running(4)
    do_enough(people[0], season, practicing.questions(1))
    day = season.starts_on + 9 * DAY
    leave_season(person=people[0], season=season, at=teaming.on(day))
    assert page_of(people[0], day).may_join_late

    join_season(person=people[0], season=season, at=teaming.on(day))

    view = page_of(people[0], day).view
    assert view
    assert view.mine.days == 0
    assert SeasonMember.objects.staying().count() == 4


def test_a_late_person_takes_the_free_place_only_in_the_first_days() -> None:
    teaming.edition()
    season, _ = teaming.running(4)
    late, later, latest = (make.employment().person for _ in range(3))

    join_season(person=late, season=season, at=teaming.on(season.last_late_day))
    with pytest.raises(NoPlace):
        join_season(person=later, season=season, at=teaming.on(season.last_late_day))
    leave_season(person=late, season=season, at=teaming.on(season.last_late_day))
    with pytest.raises(TooLate):
        join_season(
            person=latest, season=season, at=teaming.on(season.last_late_day + DAY)
        )


def test_nobody_joins_a_season_that_is_over() -> None:
    teaming.edition()
    season, people = teaming.running(3)

    with pytest.raises(NoSeasonNow):
        join_season(
            person=make.person(), season=season, at=teaming.on(season.ends_on + DAY)
        )
    keep_seasons(at=teaming.on(season.settles_on))
    leave_season(
        person=people[0], season=season, at=teaming.on(season.settles_on + DAY)
    )
    assert page_of(people[0], season.settles_on).last


def test_new_rules_without_seasons_end_a_running_one_without_a_result() -> None:
    teaming.edition()
    season, people = teaming.running(3)
    teaming.edition(days=0)

    keep_seasons(at=teaming.on(season.starts_on + DAY))

    season.refresh_from_db()
    assert season.closed_at
    assert Team.objects.get().settled_at is None
    assert "提前结束" in Notice.objects.filter(person=people[0]).latest("pk").text
    with pytest.raises(NoSeasonNow):
        join_season(person=people[0], season=season, at=teaming.on(season.starts_on))


def test_a_running_season_keeps_the_rules_it_began_with() -> None:
    teaming.edition()
    season, people = teaming.running(3)
    teaming.edition(recalls_each=20, recalls_per_day=10)

    view = page_of(people[0], season.starts_on).view
    for person in people:
        do_enough(person, season, practicing.questions(1))
    view = page_of(people[0], season.ends_on).view

    assert view
    assert view.progress.recalls_aim == 9
