"""Many awards at the same moment: nothing twice, nothing over a cap, sums right."""

from collections.abc import Callable

import pytest
from django.db.models import Sum

from ankang.accounts.models import Person
from ankang.points.models import Act, PointAccount, PointDay, PointEntry
from ankang.points.services import award
from ankang.points.services.boards import fold_boards
from ankang.points.services.checking import wrong_sums
from ankang.points.services.medals import settle_medals
from tests import make, points_rules
from tests.test_two_at_once import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 12


def awarding(someone: Person, act: Act, sources: list[str]) -> Callable[[], object]:
    def run() -> None:
        for source in sources:
            award(person=someone, act=act, source=source, at=make.MORNING)

    return run


def test_one_person_hammered_from_many_threads_stays_within_every_cap() -> None:
    """Two acts with caps of 10 and 5, and 12 in all, 60 sources each."""
    points_rules.edition(2020, day_cap=12)
    someone = make.person()
    acts = [
        awarding(someone, act, [f"{thread}:{n}" for n in range(10)])
        for thread in range(THREADS // 2)
        for act in (Act.SPECIAL, Act.DAILY)
    ]

    assert all_at_once(*acts) == []

    entries = PointEntry.objects.filter(act__in=[Act.SPECIAL, Act.DAILY])
    assert entries.count() == THREADS * 10
    day = PointDay.objects.get()
    assert day.earned == 12
    assert day.by_act["special"] <= 10
    assert day.by_act["daily"] <= 5
    assert PointAccount.objects.get().total == 12
    assert list(wrong_sums()) == []


def test_the_same_answer_sent_from_many_tabs_is_booked_once() -> None:
    points_rules.edition(2020)
    someone = make.person()

    tabs = [awarding(someone, Act.DAILY, ["answer:1"])] * THREADS
    assert all_at_once(*tabs) == []

    assert PointEntry.objects.filter(act=Act.DAILY).get().points == 1
    assert PointEntry.objects.filter(act=Act.SIGN_IN).count() == 1


def test_boards_and_medals_made_while_points_come_in_end_with_all_of_them() -> None:
    points_rules.edition(2020)
    people = [make.employment().person for _ in range(6)]
    acts = [
        awarding(someone, Act.SPECIAL, [f"g:{n}" for n in range(8)])
        for someone in people
    ]

    def fold() -> None:
        for _ in range(8):
            fold_boards(at=make.MORNING)
            settle_medals(at=make.MORNING)

    assert all_at_once(*acts, fold, fold) == []
    fold_boards(at=make.MORNING)

    booked = PointEntry.objects.aggregate(total=Sum("points"))["total"]
    assert booked == len(people) * (8 + 1)
    assert PointDay.objects.aggregate(total=Sum("folded"))["total"] == booked
    assert list(wrong_sums()) == []
