"""Nobody gets at another person's account by way of a roster or a wall code."""

from datetime import timedelta

import pytest

from ankang.accounts.models import Person, User
from ankang.organizations.models import Employment
from ankang.rosters.services.saving import BadRows, Decision
from tests import make
from tests.test_roster_import import DAY, difference, row_of, save, valid_neighbor


def signed_in(term: Employment, *, days_ago: int = 0) -> User:
    """The account of an employed person, made so many days ago."""
    made_at = make.MORNING - timedelta(days=days_ago)
    return User.objects.create(
        username=f"worker-{term.pk}", person=term.person, created_at=made_at
    )


def test_importing_a_leaver_twice_does_not_take_over_the_account() -> None:
    earlier = make.employment(to_date=DAY)
    signed_in(earlier, days_ago=9)
    before = earlier.person.mobile()
    taker = make.employer(name="示例造船有限公司")

    for _ in range(2):
        save(taker, row_of(earlier, mobile=make.mobile()))

    earlier.person.refresh_from_db()
    assert earlier.person.mobile() == before
    assert Person.objects.count() == 1


def test_a_corrected_number_does_not_take_over_somebody_of_another_employer() -> None:
    term = make.employment()
    make.employment(person=term.person, employer=make.employer(name="示例软件公司"))
    before = term.person.mobile(), term.person.id_number()
    row = row_of(term, id=valid_neighbor(term.person.id_number()), mobile=make.mobile())

    found = difference(term.employer, row)
    with pytest.raises(BadRows):
        save(term.employer, row, decisions=frozenset({Decision.CORRECT_IDS}))

    term.person.refresh_from_db()
    assert (term.person.mobile(), term.person.id_number()) == before
    assert [fault.code.value for fault in found.errors] == ["id-foreign"]
    assert (found.corrected, found.left) == ([], [])


def test_a_mobile_changed_by_the_own_employer_signs_the_old_phone_out() -> None:
    term = make.employment()
    user = signed_in(term)
    session = user.get_session_auth_hash()
    phone = make.mobile()

    save(term.employer, row_of(term, mobile=phone))

    term.person.refresh_from_db()
    user.refresh_from_db()
    assert term.person.mobile() == phone
    assert user.get_session_auth_hash() != session
