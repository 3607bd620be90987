"""Registering somebody who works for no employer, and ending it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.evidence.services import append_many
from ankang.organizations.models import Department, District, Membership
from ankang.rosters.facts import flexible_fact
from ankang.rosters.models import FlexibleRegistration


class NotOursToRegister(Refusal):
    def __init__(self) -> None:
        super().__init__("灵活就业由人社部门登记，当前身份不能登记或结束。")


class RegisteredAlready(Refusal):
    def __init__(self) -> None:
        super().__init__("此人已登记为灵活就业。要改区市，请先结束现在的登记。")


class EndedAlready(Refusal):
    def __init__(self) -> None:
        super().__init__("这条灵活就业登记已经结束。")


def may_register(membership: Membership) -> bool:
    """The labor office of the city, and a district for itself."""
    return (
        membership.scope == Membership.Scope.DISTRICT
        or membership.department_code() == Department.Code.LABOR
    )


@transaction.atomic
def register_flexible(
    *,
    person: Person,
    district: District,
    membership: Membership,
    post: str,
    at: datetime,
) -> FlexibleRegistration:
    """From today on this person belongs to the district without an employer.

    :raises NotOursToRegister: this membership may only look, or it is another district.
    :raises RegisteredAlready: a registration holds.
    """
    own = membership.district_id in (None, district.pk)
    if not (may_register(membership) and own):
        raise NotOursToRegister
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.flexible_registrations.filter(to_date=None).exists():
        raise RegisteredAlready
    registration = FlexibleRegistration.objects.create(
        person=person,
        district=district,
        post=post.strip(),
        from_date=timezone.localdate(at),
        changed_at=at,
    )
    append_many([flexible_fact(registration)])
    _record_act(registration, membership, "登记灵活就业", at)
    return registration


@transaction.atomic
def end_flexible(
    *, registration: FlexibleRegistration, membership: Membership, at: datetime
) -> FlexibleRegistration:
    """Today is the last day of the registration.

    :raises NotOursToRegister: this membership may only look, or it is another district.
    :raises EndedAlready: somebody was faster.
    """
    own = membership.district_id in (None, registration.district_id)
    if not (may_register(membership) and own):
        raise NotOursToRegister
    locked = (
        FlexibleRegistration.objects.select_for_update(of=("self",))
        .select_related("person", "district")
        .get(pk=registration.pk)
    )
    if locked.to_date is not None:
        raise EndedAlready
    locked.to_date, locked.changed_at = timezone.localdate(at), at
    locked.save(update_fields=["to_date", "changed_at"])
    append_many([flexible_fact(locked)])
    _record_act(locked, membership, "结束灵活就业登记", at)
    return locked


def _record_act(
    registration: FlexibleRegistration, membership: Membership, act: str, at: datetime
) -> None:
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act=act,
        target=f"person:{registration.person_id}",
        detail={
            "registration": registration.pk,
            "district": registration.district.code,
        },
        at=at,
    )
