"""The ledger of points: what is booked, once, within the caps, and adds up."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from ankang.points.models import Act, PointAccount, PointDay, PointEntry
from ankang.points.services import Gain, award, award_all
from tests import make, points_rules

DAY = timedelta(days=1)


def test_an_act_is_booked_once_per_source_with_its_reason() -> None:
    points_rules.edition(2020)
    someone = make.person()

    first = award(person=someone, act=Act.DAILY, source="answer:1", at=make.MORNING)
    again = award(person=someone, act=Act.DAILY, source="answer:1", at=make.MORNING)

    assert (first.points, first.is_new) == (1, True)
    assert (again.points, again.is_new) == (1, False)
    assert again.reason == first.reason == "每日答题：每组5题，每答对1题得 1 分"
    booked = PointEntry.objects.filter(act=Act.DAILY)
    assert booked.count() == 1


def test_the_database_itself_refuses_a_second_entry_for_the_same_source() -> None:
    points_rules.edition(2020)
    someone = make.person()
    award(person=someone, act=Act.DAILY, source="answer:1", at=make.MORNING)
    entry = PointEntry.objects.get(act=Act.DAILY)
    entry.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


def test_the_cap_of_an_act_shortens_an_award_and_then_stops_it() -> None:
    """Special practice of 2020: at most 10 points a day."""
    points_rules.edition(2020)
    someone = make.person()

    made = [
        award(
            person=someone, act=Act.SPECIAL, source=f"g:{n}", times=7, at=make.MORNING
        )
        for n in range(3)
    ]

    assert [one.points for one in made] == [7, 3, 0]
    assert "每天最多 10 分，本次计 3 分" in made[1].reason
    assert "已到上限，本次不加分" in made[2].reason


def test_the_cap_of_the_day_is_over_all_acts_and_begins_anew_on_the_next() -> None:
    points_rules.edition(2020, day_cap=8)
    someone = make.person()

    today = award_all(
        someone,
        [Gain(Act.SPECIAL, "g:1", times=5), Gain(Act.DAILY, "g:2", times=5)],
        at=make.MORNING,
    )
    tomorrow = award(person=someone, act=Act.DAILY, source="g:3", at=make.MORNING + DAY)

    assert sum(one.points for one in today) == 8
    assert tomorrow.points == 1
    assert PointDay.objects.get(day=make.MORNING.date()).earned == 8


def test_the_cap_of_a_week_runs_from_monday_to_sunday() -> None:
    """Weekly practice of 2020: 5 points in a week."""
    points_rules.edition(2020)
    someone = make.person()
    monday = make.MORNING - DAY * make.MORNING.weekday()

    made = [
        award(
            person=someone,
            act=Act.WEEKLY,
            source=f"w:{days}",
            times=4,
            at=monday + DAY * days,
        )
        for days in (0, 6, 7)
    ]

    assert [one.points for one in made] == [4, 1, 4]


def test_an_act_that_the_edition_does_not_reward_does_nothing() -> None:
    """The table of 2026 rewards recall; no sign-in, share, like or comment."""
    points_rules.edition(2026, of=2026, is_default=True)
    someone = make.person()
    at = make.MORNING.replace(year=2026)

    for act in (Act.SIGN_IN, Act.SHARE, Act.FAVORITE, Act.COMMENT, Act.SUBSCRIBE):
        made = award(person=someone, act=act, source="x:1", at=at)
        assert (made.points, made.is_new, made.reason) == (0, False, "")

    assert not PointEntry.objects.exists()


def test_whoever_never_switched_points_on_earns_none_in_2026() -> None:
    points_rules.edition(2026, of=2026)
    someone = make.person()

    award(
        person=someone,
        act=Act.DAILY,
        source="answer:1",
        at=make.MORNING.replace(year=2026),
    )

    assert not PointEntry.objects.exists()
    assert not PointAccount.objects.exists()


def test_the_first_learning_of_a_day_signs_in_once_where_that_earns() -> None:
    points_rules.edition(2020)
    someone = make.person()

    for n in range(3):
        award(person=someone, act=Act.DAILY, source=f"answer:{n}", at=make.MORNING)

    assert PointEntry.objects.filter(act=Act.SIGN_IN).count() == 1


def test_the_kept_sums_are_the_sums_of_the_entries() -> None:
    points_rules.edition(2020)
    someone = make.person()
    for n in range(20):
        for act in (Act.DAILY, Act.SPECIAL, Act.ARTICLE):
            at = make.MORNING + timedelta(hours=9 * n)
            award(person=someone, act=act, source=f"x:{n}", times=2, at=at)

    total = PointEntry.objects.aggregate(total=Sum("points"))["total"]
    assert total > 0
    assert PointAccount.objects.get().total == total
    assert PointDay.objects.aggregate(total=Sum("total"))["total"] == total
