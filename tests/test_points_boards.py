"""Boards of the 2020 edition: the first fifty and my rank, against counting by hand."""

import random
from datetime import date, timedelta

import pytest

from ankang.accounts.models import Person
from ankang.points.models import Act, BoardBucket, BoardPlace, PointDay
from ankang.points.queries.boards import board_page, rank_on
from ankang.points.ranking import CITY, spans_above, starts_on
from ankang.points.services import award
from ankang.points.services.boards import (
    fold_boards,
    forget_old_boards,
    rehome_on_boards,
)
from ankang.points.services.checking import wrong_sums
from ankang.points.services.choosing import show_name, switch_off, switch_on
from ankang.policies.points import Period
from tests import make, points_rules

DAY = timedelta(days=1)


def people_with_points(number: int = 30) -> list[Person]:
    """People of two employers with few different totals, so that many share a rank."""
    points_rules.edition(2020)
    dice = random.Random(7)
    employers = [make.employer(name="示例一厂"), make.employer(name="示例二厂")]
    people = [make.employment(employer=employers[n % 2]).person for n in range(number)]
    for someone in people:
        for back in range(dice.randint(0, 12)):
            award(
                person=someone,
                act=Act.SPECIAL,
                source=f"g:{back}",
                times=dice.randint(1, 4),
                at=make.MORNING - DAY * back,
            )
    return people


def counted_by_hand(people: list[Person], period: str) -> dict[int, int]:
    """Each person's points in the running period, straight from the days."""
    today = make.MORNING.date()
    totals = dict.fromkeys([someone.pk for someone in people], 0)
    for person, day, total in PointDay.objects.values_list("person", "day", "total"):
        if starts_on(period, day) == starts_on(period, today):
            totals[person] += total
    return {person: total for person, total in totals.items() if total}


@pytest.mark.parametrize("period", list(Period))
def test_ranks_are_those_that_counting_one_by_one_gives(period: Period) -> None:
    people = people_with_points()
    fold_boards(at=make.MORNING)
    totals = counted_by_hand(people, period)

    for someone in people:
        employer = someone.employments.get().employer
        fellows = {e.person_id for e in employer.employments.all()}
        for place, among in ((None, set(totals)), (employer, fellows)):
            page = board_page(
                person=someone, employer=place, period=period, at=make.MORNING
            )
            mine = totals.get(someone.pk)
            better = [t for p, t in totals.items() if p in among and t > (mine or 0)]
            assert page.rank == (len(better) + 1 if mine else 0)
            assert page.people == len(among & set(totals))
            expected = sorted((totals[p] for p in among & set(totals)), reverse=True)
            assert [line.total for line in page.lines] == expected[:50]
            for line in page.lines:
                assert line.rank == 1 + sum(t > line.total for t in expected)


def test_every_total_falls_into_exactly_one_bucket_of_each_span_above_a_lower_one() -> (
    None
):
    """The three widths together count everybody above, nobody twice."""
    for mine in (0, 1, 63, 64, 65, 4095, 4096, 5000, 9000):
        for other in range(0, 13000, 61):
            hits = sum(
                after < other // width and (not before or other // width < before)
                for width, after, before in spans_above(mine)
            )
            assert hits == (other > mine), (mine, other)


def test_folding_twice_or_in_parts_changes_nothing() -> None:
    people_with_points()
    fold_boards(at=make.MORNING)
    before = list(BoardBucket.objects.order_by("pk").values_list("people"))

    assert fold_boards(at=make.MORNING) == 0
    assert list(BoardBucket.objects.order_by("pk").values_list("people")) == before
    assert list(wrong_sums()) == []


def test_who_leaves_is_off_the_boards_and_back_with_all_points_when_joining_again() -> (
    None
):
    people = people_with_points()
    fold_boards(at=make.MORNING)
    leaver = next(p for p in people if BoardPlace.objects.filter(person=p).exists())
    totals = BoardPlace.objects.filter(person=leaver, period="all").get().total

    switch_off(person=leaver, at=make.MORNING)
    page = board_page(person=people[-1], employer=None, period="all", at=make.MORNING)
    at_once = len(page.lines)
    fold_boards(at=make.MORNING)
    assert not BoardPlace.objects.filter(person=leaver).exists()
    page = board_page(person=people[-1], employer=None, period="all", at=make.MORNING)
    assert at_once == len(page.lines) == page.people
    assert list(wrong_sums()) == []

    switch_on(person=leaver, at=make.MORNING)
    fold_boards(at=make.MORNING)
    assert BoardPlace.objects.get(person=leaver, period="all").total == totals
    assert list(wrong_sums()) == []


def test_a_change_of_employer_moves_the_person_to_the_other_employers_board() -> None:
    people_with_points()
    fold_boards(at=make.MORNING)
    place = BoardPlace.objects.filter(period="all").earliest("pk")
    old = place.person.employments.get()
    old.to_date, old.changed_at = make.MORNING.date(), make.MORNING
    old.save()
    new = make.employment(person=place.person)

    rehome_on_boards(since=make.MORNING - DAY, at=make.MORNING)

    place.refresh_from_db()
    assert place.employer == new.employer
    assert rank_on(new.employer.pk, "all", place.starts_on, total=place.total) == 1
    assert list(wrong_sums()) == []


def test_names_are_masked_unless_their_owner_consented() -> None:
    points_rules.edition(2020)
    shy, proud, me = (make.employment().person for _ in range(3))
    proud.name, shy.name, me.name = "钱二一", "欧阳三", "孙四"
    for n, someone in enumerate((shy, proud, me), start=1):
        someone.save()
        award(person=someone, act=Act.SPECIAL, source="g:1", times=n, at=make.MORNING)
    show_name(person=proud, at=make.MORNING)
    fold_boards(at=make.MORNING)

    page = board_page(person=me, employer=None, period="day", at=make.MORNING)

    assert [line.name for line in page.lines] == ["孙四", "钱二一", "欧**"]


def test_an_edition_without_boards_stores_no_ranking_at_all() -> None:
    points_rules.edition(2026, of=2026)
    someone = make.person()
    at = make.MORNING.replace(year=2026)
    switch_on(person=someone, at=at)
    award(person=someone, act=Act.DAILY, source="g:1", at=at)

    assert fold_boards(at=at) == 0
    assert not BoardPlace.objects.exists()
    assert not BoardBucket.objects.exists()


def test_boards_of_periods_long_over_are_forgotten_but_not_that_of_all_time() -> None:
    people_with_points()
    fold_boards(at=make.MORNING)

    forget_old_boards(at=make.MORNING + DAY * 90)

    assert set(BoardPlace.objects.values_list("period", flat=True)) == {"all"}
    assert not BoardBucket.objects.exclude(starts_on=date(1, 1, 1)).exists()
    assert BoardBucket.objects.filter(employer=CITY).exists()
