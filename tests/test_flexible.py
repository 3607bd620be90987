"""Somebody without an employer counts once a clerk has registered them as flexible."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.audit.models import AuditEntry
from ankang.core.errors import Refusal
from ankang.counting.models import Standing
from ankang.counting.services import recount_changed, recount_year
from ankang.evidence.models import Record
from ankang.learning.models import Course
from ankang.organizations.models import Membership
from ankang.rosters.services.flexible import (
    EndedAlready,
    NotOursToRegister,
    RegisteredAlready,
    end_flexible,
    register_flexible,
)
from tests import make

AT = make.MORNING - timedelta(days=1)


@pytest.fixture
def course() -> Course:
    make.edition(required_credit_hours="0.1")
    return make.course()


@pytest.fixture
def clerk() -> Membership:
    return make.membership()


@pytest.fixture
def rider(course: Course) -> Person:
    """Did everything, and worked for no employer."""
    someone = make.counted(course)
    someone.employments.all().delete()
    recount_year(year=2020)
    assert Standing.objects.get().reason == "no_employer"
    return someone


def test_a_registered_person_counts_in_the_district(
    rider: Person, clerk: Membership
) -> None:
    district = make.district()

    register_flexible(
        person=rider, district=district, membership=clerk, post="骑手", at=AT
    )
    recount_changed(since=AT)

    standing = Standing.objects.get()
    assert (standing.reason, standing.district, standing.employer) == (
        "counted",
        district,
        None,
    )


def test_registering_and_ending_are_in_the_log_and_in_the_audit(
    rider: Person, clerk: Membership
) -> None:
    registration = register_flexible(
        person=rider, district=make.district(), membership=clerk, post="", at=AT
    )
    end_flexible(registration=registration, membership=clerk, at=make.MORNING)

    bodies = Record.objects.filter(kind="flexible.stated").values_list(
        "body", flat=True
    )
    said = [json.loads(body)["data"] for body in bodies.order_by("id")]
    assert [one["to"] for one in said] == [None, "2020-09-01"]
    assert {one["registration"] for one in said} == {registration.pk}
    acts = AuditEntry.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["登记灵活就业", "结束灵活就业登记"]


def test_nobody_is_registered_twice_or_ended_twice(
    rider: Person, clerk: Membership
) -> None:
    district = make.district()
    registration = register_flexible(
        person=rider, district=district, membership=clerk, post="", at=AT
    )

    with pytest.raises(RegisteredAlready):
        register_flexible(
            person=rider, district=district, membership=clerk, post="", at=AT
        )
    end_flexible(registration=registration, membership=clerk, at=AT)
    with pytest.raises(EndedAlready):
        end_flexible(registration=registration, membership=clerk, at=AT)


@pytest.mark.parametrize("scope", ["employer", "evaluator", "auditor", "provider"])
def test_only_clerks_register(rider: Person, scope: str) -> None:
    with pytest.raises(NotOursToRegister):
        register_flexible(
            person=rider,
            district=make.district(),
            membership=make.membership(scope),
            post="",
            at=AT,
        )


def test_a_district_registers_for_itself_only(rider: Person) -> None:
    own, neighbour = make.district("990102"), make.district("990103")
    membership = make.membership("district", district=own)

    with pytest.raises(Refusal):
        register_flexible(
            person=rider, district=neighbour, membership=membership, post="", at=AT
        )


def test_a_clerk_registers_and_ends_on_the_persons_page(rider: Person) -> None:
    client, district = Client(), make.district()
    client.force_login(make.membership().user)
    page = f"/console/people/{rider.pk}/"
    assert "登记为灵活就业" in client.get(page).content.decode()

    answer = client.post(
        f"{page}flexible-registrations/", {"district": district.pk, "post": "骑手"}
    )

    assert answer.status_code == 302
    shown = client.get(page).content.decode()
    assert "骑手" in shown
    assert "登记为灵活就业" not in shown
    registration = rider.flexible_registrations.get()
    client.post(f"/console/flexible-registrations/{registration.pk}/end/")
    registration.refresh_from_db()
    assert registration.to_date == timezone.localdate()


def test_a_registration_without_a_district_is_refused_in_words(rider: Person) -> None:
    client = Client()
    client.force_login(make.membership().user)

    answer = client.post(f"/console/people/{rider.pk}/flexible-registrations/", {})

    assert answer.status_code == 422
    assert "请选择区市" in answer.content.decode()


def test_the_district_sees_whom_it_registered_before_they_begin(course: Course) -> None:
    someone, own = make.person(), make.district()
    membership = make.membership("district", district=own)
    client = Client()
    client.force_login(membership.user)
    page = f"/console/people/{someone.pk}/"
    assert client.get(page).status_code == 404

    register_flexible(
        person=someone, district=own, membership=membership, post="", at=AT
    )

    assert client.get(page).status_code == 200
