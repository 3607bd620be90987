"""The rule in SQL says of everybody what the published rule says, on both databases."""

from typing import Any

import pytest
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.counting.models import PersonMerge, Standing
from ankang.counting.queries import facts_of
from ankang.counting.rules import judge
from ankang.counting.services import recount_people, recount_year, wrong_standings
from ankang.learning.models import Course
from ankang.policies.models import edition_for
from tests import make, mixed

COLUMNS = [
    "person",
    "reason",
    "employer",
    "district",
    "began_on",
    "counted_on",
    "learned_seconds",
]
ORDERS = [
    ["verified", "employer", "hours", "exam", "certificate", "no_finding"],
    ["no_finding", "certificate", "exam", "hours", "employer", "verified"],
    ["exam", "employer"],
    ["hours", "employer", "exam"],
    ["hours"],
    ["no_finding", "verified"],
]


def courses(**params: Any) -> list[Course]:
    """Two courses of the year that share a courseware, and one of another year."""
    make.edition(2019)
    make.edition(**{"required_credit_hours": "0.3", "credit_hour_minutes": 7, **params})
    shared = make.courseware()
    first = make.course(shared, make.courseware())
    second = make.course(shared)
    return [first, second, make.course(year=2019)]


def judged(year: int) -> set[tuple[Any, ...]]:
    """What the published rule says, person by person."""
    rules = edition_for(year).rules()
    everybody = Person.objects.values_list("pk", flat=True)
    rows = set()
    for person, facts in facts_of(everybody, year).items():
        if facts.began_at is not None:
            verdict, term = judge(facts, rules), facts.employed_by()
            rows.add(
                (
                    person,
                    verdict.reason.value,
                    term.employer if term else None,
                    term.district if term else None,
                    timezone.localdate(facts.began_at),
                    verdict.counted_on,
                    facts.learned_seconds,
                )
            )
    return rows


def stored(year: int) -> set[tuple[Any, ...]]:
    return set(Standing.objects.filter(year=year).values_list(*COLUMNS))


@pytest.mark.parametrize("seed", range(4))
def test_the_whole_year_in_sql_is_what_the_published_rule_says(seed: int) -> None:
    mixed.people(courses(), seed, count=90)

    recount_year(year=2020)

    assert stored(2020) == judged(2020)
    assert wrong_standings(2020) == []
    assert len({row[1] for row in stored(2020)}) >= len(Standing.Reason) - 1


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_the_conditions_of_an_edition_decide_in_their_order(order: list[str]) -> None:
    mixed.people(courses(counting_conditions=order), seed=11)

    recount_year(year=2020)

    assert stored(2020) == judged(2020)
    assert Standing.objects.counted().exists()


@pytest.mark.parametrize("hours", ["0", "0.1", "0.25", "1"])
def test_hours_are_compared_exactly(hours: str) -> None:
    mixed.people(courses(required_credit_hours=hours), seed=5)

    recount_year(year=2020)

    assert stored(2020) == judged(2020)


def test_recounting_some_touches_only_them_and_only_what_is_wrong() -> None:
    mixed.people(courses(), seed=6)
    recount_year(year=2020)
    whole, people = stored(2020), [row[0] for row in stored(2020)]
    Standing.objects.update(learned_seconds=9999)
    some = people[:10]
    kept = set(
        PersonMerge.objects.holding()
        .filter(duplicate__in=some)
        .values_list("into", flat=True)
    )

    assert recount_people(people=some, year=2020) == len({*some, *kept} & set(people))
    assert recount_people(people=some, year=2020) == 0
    assert set(wrong_standings(2020)) == set(people) - {*some, *kept}

    recount_people(people=people, year=2020)
    assert stored(2020) == whole


def test_another_year_is_counted_apart() -> None:
    mixed.people(courses(), seed=7)

    recount_year(year=2019)

    assert stored(2019) == judged(2019) != set()
    assert stored(2020) == set()


def test_nothing_is_written_where_nothing_changed() -> None:
    mixed.people(courses(), seed=8)
    recount_year(year=2020)
    keys = set(Standing.objects.values_list("pk", "person"))

    everybody = list(Person.objects.values_list("pk", flat=True))
    assert recount_people(people=everybody, year=2020) == 0
    assert set(Standing.objects.values_list("pk", "person")) == keys
