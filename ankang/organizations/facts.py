"""Employment as the evidence log records it."""

from collections.abc import Iterator
from datetime import datetime

from ankang.accounts.facts import subject_of
from ankang.evidence.kinds import Kind
from ankang.evidence.services import Fact
from ankang.organizations.models import Employment, EmploymentQuerySet

CHUNK = 2000
MICROSECONDS = 1_000_000


def employment_facts(employments: EmploymentQuerySet) -> Iterator[Fact]:
    """Who worked where from when to when, as each employment stood when last changed."""
    rows = employments.order_by("pk").values_list(
        "pk",
        "person__number",
        "employer__credit_code",
        "employer__district__code",
        "from_date",
        "to_date",
        "changed_at",
    )
    for pk, number, code, district, from_date, to_date, at in rows.iterator(CHUNK):
        yield Fact(
            kind=Kind.EMPLOYMENT_STATED,
            subject=subject_of(number),
            source=f"employment:{pk}:{microseconds(at)}",
            at=at,
            data={
                "employment": pk,
                "employer": code,
                "district": district,
                "from": from_date.isoformat(),
                "to": to_date.isoformat() if to_date else None,
            },
        )


def employments_changed(employer: int, at: datetime) -> EmploymentQuerySet:
    """The employments of an employer that one change touched."""
    return Employment.objects.filter(employer=employer, changed_at=at)


def microseconds(at: datetime) -> int:
    """Of the moment since 1970, exactly."""
    return int(at.timestamp()) * MICROSECONDS + at.microsecond
