"""Choosing to take part, corrections by the labor office, medals and streaks."""

from datetime import date, timedelta

import pytest

from ankang.accounts.models import Person
from ankang.audit.models import AuditEntry
from ankang.core.errors import Refusal
from ankang.notices.models import Notice
from ankang.points.models import (
    Act,
    Medal,
    MedalLoss,
    PointAccount,
    PointChoice,
    PointDay,
    PointEntry,
)
from ankang.points.services import award
from ankang.points.services.checking import wrong_sums
from ankang.points.services.choosing import switch_off, switch_on
from ankang.points.services.correcting import (
    BadAmount,
    Correction,
    MoreThanThere,
    NotYours,
    TakesNoPart,
    WhyMissing,
    deduct,
    optimize,
    supplement,
)
from ankang.points.services.medals import settle_medals
from ankang.points.streaks import streak_of
from tests import make, points_rules

DAY = timedelta(days=1)


def someone_with_points(points: int = 7) -> Person:
    points_rules.edition(2020)
    someone = make.person()
    award(person=someone, act=Act.SPECIAL, source="g:1", times=points, at=make.MORNING)
    return someone


def correction(
    points: int, comment: str = "核实后更正。", source: str = "form:1"
) -> Correction:
    return Correction(points=points, comment=comment, source=source)


def test_each_correction_is_an_entry_more_told_to_the_person_and_audited() -> None:
    someone, office = someone_with_points(), make.membership()

    for act, points in ((supplement, 5), (optimize, -1), (deduct, -3)):
        act(
            person=someone,
            membership=office,
            correction=correction(points, source=f"form:{points}"),
            at=make.MORNING,
        )

    kinds = PointEntry.objects.order_by("pk").values_list("kind", "points")
    assert list(kinds)[-3:] == [("supplement", 5), ("optimize", -1), ("deduct", -3)]
    assert PointAccount.objects.get().total == 1 + 7 + 5 - 1 - 3
    assert (
        Notice.objects.filter(person=someone, text__contains="原因：核实").count() == 3
    )
    assert AuditEntry.objects.filter(target=f"person:{someone.pk}").count() == 3
    assert list(wrong_sums()) == []


def test_the_same_form_sent_twice_books_once() -> None:
    someone, office = someone_with_points(), make.membership()

    for _ in range(2):
        supplement(
            person=someone, membership=office, correction=correction(5), at=make.MORNING
        )

    assert PointEntry.objects.filter(kind="supplement").count() == 1
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("points", "comment", "refusal"),
    [
        (-9, "x", MoreThanThere),
        (-3, "  ", WhyMissing),
        (-5000, "x", BadAmount),
        (0, "x", BadAmount),
    ],
)
def test_a_wrong_deduction_is_refused_with_a_sentence(
    points: int, comment: str, refusal: type[Refusal]
) -> None:
    someone, office = someone_with_points(), make.membership()

    with pytest.raises(refusal):
        deduct(
            person=someone,
            membership=office,
            correction=correction(points, comment),
            at=make.MORNING,
        )

    assert PointAccount.objects.get().total == 8


@pytest.mark.parametrize("office", ["finance", "emergency", "union"])
def test_no_other_office_corrects_points(office: str) -> None:
    someone = someone_with_points()

    with pytest.raises(NotYours):
        supplement(
            person=someone,
            membership=make.membership(office=office),
            correction=correction(5),
            at=make.MORNING,
        )


def test_a_correction_neither_uses_up_nor_widens_the_caps_of_the_day() -> None:
    someone, office = someone_with_points(7), make.membership()
    deduct(
        person=someone, membership=office, correction=correction(-5), at=make.MORNING
    )

    more = award(
        person=someone, act=Act.SPECIAL, source="g:2", times=9, at=make.MORNING
    )

    assert more.points == 3


def test_who_left_earns_nothing_and_cannot_be_corrected_and_keeps_what_there_was() -> (
    None
):
    someone, office = someone_with_points(), make.membership()
    switch_off(person=someone, at=make.MORNING)

    award(person=someone, act=Act.DAILY, source="a:1", at=make.MORNING)
    with pytest.raises(TakesNoPart):
        supplement(
            person=someone, membership=office, correction=correction(5), at=make.MORNING
        )

    assert PointAccount.objects.get().total == 8
    switch_on(person=someone, at=make.MORNING)
    award(person=someone, act=Act.DAILY, source="a:1", at=make.MORNING)
    assert PointAccount.objects.get().total == 9
    assert list(PointChoice.objects.order_by("pk").values_list("is_on", flat=True)) == [
        False,
        True,
    ]


def test_a_streak_forgives_one_day_a_week_and_no_more() -> None:
    monday = date(2020, 11, 2)
    week = {monday + DAY * n for n in range(7)}

    def streak(missed: set[int], today: int = 6) -> int:
        learned = week - {monday + DAY * n for n in missed}
        return streak_of(learned, monday + DAY * today, rest_days=1)

    assert streak(set()) == 7
    assert streak({3}) == 6
    assert streak({2, 3}) == 3
    assert streak({6}) == 6
    assert streak({5, 6}) == 5
    assert streak({4, 5, 6}) == 0
    assert streak_of(set(), monday, rest_days=1) == 0


def test_rests_of_two_weeks_are_counted_apart() -> None:
    """Sunday of one week and Monday of the next: both are forgiven."""
    monday = date(2020, 11, 2)
    learned = {monday + DAY * n for n in range(14)} - {
        monday + DAY * 6,
        monday + DAY * 7,
    }

    assert streak_of(learned, monday + DAY * 13, rest_days=1) == 12


def test_a_medal_is_given_once_and_stays() -> None:
    points_rules.edition(2020)
    someone = make.person()
    for back in range(7):
        award(
            person=someone,
            act=Act.ARTICLE,
            source=f"lesson:{back}",
            at=make.MORNING - DAY * back,
        )

    given = settle_medals(at=make.MORNING)

    codes = set(Medal.objects.values_list("code", flat=True))
    assert given == 2
    assert codes == {"first-lesson", "streak-7"}
    award(person=someone, act=Act.DAILY, source="a:1", at=make.MORNING + DAY * 90)
    assert settle_medals(at=make.MORNING + DAY * 90) == 0
    assert Medal.objects.count() == 2


def test_a_deduction_takes_only_the_medal_whose_rule_says_so() -> None:
    points_rules.edition(
        2020,
        medals=[
            *points_rules.shipped(2020)["medals"][:1],
            {
                "code": "total-6",
                "name": "积微成著",
                "condition": "total",
                "number": 6,
                "icon": "medal",
                "is_lost_by_deduction": True,
            },
        ],
    )
    someone, office = make.person(), make.membership()
    award(person=someone, act=Act.ARTICLE, source="l:1", times=6, at=make.MORNING)
    settle_medals(at=make.MORNING)
    assert Medal.objects.count() == 2

    deduct(
        person=someone, membership=office, correction=correction(-3), at=make.MORNING
    )

    assert [loss.medal.code for loss in MedalLoss.objects.all()] == ["total-6"]
    settle_medals(at=make.MORNING)
    assert Medal.objects.filter(loss=None).get().code == "first-lesson"


def test_the_check_finds_a_sum_that_was_tampered_with() -> None:
    someone = someone_with_points()
    assert list(wrong_sums()) == []

    PointAccount.objects.update(total=99)
    PointDay.objects.update(earned=1)

    assert len(list(wrong_sums())) == 2
    assert str(someone.pk) in next(iter(wrong_sums()))
