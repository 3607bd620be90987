"""Cases, findings, devices, merges and pairs of records that the access tests ask for."""

from typing import Any

from ankang.accounts.models import Person, User
from ankang.counting.models import LikelyDuplicate
from ankang.integrity.models import Case, Decision
from ankang.integrity.services.deciding import decide_case
from ankang.integrity.services.objecting import object_to_finding
from ankang.organizations.models import Employer
from tests import make, mixed, retesting, suspects


def employer_of(user: User) -> Employer:
    """An employer that the user's membership is about, as far as it is about one."""
    membership = user.memberships.first()
    if membership and membership.employer:
        return membership.employer
    district = membership.district if membership else None
    return make.employer(district=district or make.district())


def own_finding(user: User) -> dict[str, Any]:
    """A finding that stands against an employer that the user should see."""
    case = suspects.case(make.person(), employer=employer_of(user))
    decide_case(
        case=case,
        membership=make.membership(),
        verdict=Decision.Verdict.UPHOLD,
        comment="集中代学，单位承认。",
        at=make.MORNING,
    )
    return {"pk": case.pk}


def a_retest(user: User) -> dict[str, Any]:
    """A retest whose people were drawn."""
    retesting.ready(3)
    return {"pk": retesting.drawn().pk}


def a_worker(user: User) -> Person:
    """Somebody employed where the user should see it."""
    return make.employment(employer=employer_of(user)).person


def a_case(user: User) -> dict[str, Any]:
    """An open case about somebody whom the user should see."""
    make.edition()
    return {"pk": suspects.case(a_worker(user)).pk}


def a_finding_objected_to(user: User) -> dict[str, Any]:
    """An objection to a finding about somebody whom the user should see."""
    case = Case.objects.get(**a_case(user))
    decide_case(
        case=case,
        membership=make.membership(),
        verdict=Decision.Verdict.UPHOLD,
        comment="本人承认。",
        exclude=[case.person] if case.person else [],
        at=make.MORNING,
    )
    person = Person.objects.get(involvements__case=case)
    made = object_to_finding(
        case=case, person=person, text="是我自己学的。", at=make.MORNING
    )
    return {"pk": made.pk}


def a_device(user: User) -> dict[str, Any]:
    """A device on which somebody learned whom the user should see."""
    person = a_worker(user)
    suspects.session(person, make.course().lessons.get(), at=make.MORNING)
    return {"device": f"own-{person.pk}"}


def two_people(user: User) -> tuple[Person, Person]:
    """Two records where the user should see them."""
    one, other = (make.employment(employer=employer_of(user)).person for _ in "ab")
    return one, other


def two_records(user: User) -> dict[str, Any]:
    """The keys of both."""
    one, other = two_people(user)
    return {"pk": one.pk, "other": other.pk}


def a_merge(user: User) -> dict[str, Any]:
    """A merge of two records that the user should see."""
    one, other = two_people(user)
    return {"pk": mixed.merge(other, one).pk}


def likely_pair(user: User, **fields: Any) -> dict[str, Any]:
    """Two records that may be one person."""
    one, other = two_people(user)
    pair = LikelyDuplicate.objects.create(
        first=one,
        second=other,
        clues=["birth"],
        found_at=make.MORNING,
        seen_at=make.MORNING,
        **fields,
    )
    return {"pk": pair.pk}


def pair_told_apart(user: User) -> dict[str, Any]:
    """Two records that were found to be two people."""
    return likely_pair(
        user,
        told_apart_at=make.MORNING,
        told_apart_by=user,
        told_apart_reason="同名的两个人",
    )
