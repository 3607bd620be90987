"""Flexible work as the evidence log records it."""

from ankang.accounts.facts import subject_of
from ankang.evidence.kinds import Kind
from ankang.evidence.services import Fact
from ankang.organizations.facts import microseconds
from ankang.rosters.models import FlexibleRegistration


def flexible_fact(registration: FlexibleRegistration) -> Fact:
    """Works for no employer from when to when, as it stood when last changed."""
    until = registration.to_date
    return Fact(
        kind=Kind.FLEXIBLE_STATED,
        subject=subject_of(registration.person.number),
        source=f"flexible:{registration.pk}:{microseconds(registration.changed_at)}",
        at=registration.changed_at,
        data={
            "registration": registration.pk,
            "district": registration.district.code,
            "from": registration.from_date.isoformat(),
            "to": until.isoformat() if until else None,
        },
    )
