"""Granting hours, issuing and revoking certificates."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from ankang.accounts.models import Person, User
from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.credits.facts import certificate_fact, hours_fact, revocation_fact
from ankang.credits.models import Certificate, CertificateRevocation, CreditEntry
from ankang.evidence.services import append_many
from ankang.organizations.models import City, Department, Employment
from ankang.policies.models import edition_for


class AlreadyRevoked(Refusal):
    def __init__(self) -> None:
        super().__init__("这份证明已经撤销。")


class NotRevoked(Refusal):
    def __init__(self) -> None:
        super().__init__("这份证明有效，不需要重新出具。")


class AlreadyReissued(Refusal):
    def __init__(self, serial: str) -> None:
        super().__init__(f"已经重新出具过，新证明编号 {serial}。")


class ReasonMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明原因。")


@transaction.atomic
def grant_hours(
    *,
    person: Person,
    year: int,
    source: str,
    reason: str,
    hours: Decimal,
    at: datetime,
) -> CreditEntry:
    """Credit hours for a source, once; a second call returns the first entry."""
    entry, is_new = CreditEntry.objects.get_or_create(
        person=person,
        source=source,
        defaults={"year": year, "reason": reason, "hours": hours, "at": at},
    )
    if is_new:
        append_many([hours_fact(entry)])
    return entry


@transaction.atomic
def issue_certificate(
    *, entry: CreditEntry, course_title: str, score: int, at: datetime
) -> Certificate:
    """Certify the hours of a ledger entry, once; a second call returns the first.

    Numbers of a year run without gaps: they are taken under a lock on the city.
    """
    city = City.objects.select_for_update().get()
    source = entry.source
    existing = Certificate.objects.filter(person=entry.person, source=source).first()
    if existing is not None:
        return existing
    number = _next_number(entry.year)
    certificate = Certificate.objects.create(
        person=entry.person,
        year=entry.year,
        number=number,
        serial=f"{city.code}-{entry.year}-{number:06d}",
        source=source,
        course_title=course_title,
        person_name=entry.person.name,
        employer_name=_employer_name(entry.person),
        issuer=Department.objects.get(code=Department.Code.LABOR).name,
        note=edition_for(entry.year).rules().certificate_note,
        hours=entry.hours,
        score=score,
        issued_at=at,
    )
    append_many([certificate_fact(certificate)])
    return certificate


@transaction.atomic
def revoke_certificate(
    *,
    certificate: Certificate,
    actor: User,
    acting_for: str = "",
    reason: str,
    at: datetime,
) -> CertificateRevocation:
    """Take a certificate back for ever; the public page says so from now on.

    :raises ReasonMissing: no reason is given.
    :raises AlreadyRevoked: it does not hold any more.
    """
    if not reason.strip():
        raise ReasonMissing
    locked = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if not locked.is_valid():
        raise AlreadyRevoked
    record_act(
        actor=actor,
        acting_for=acting_for,
        act="撤销培训合格证明",
        target=f"certificate:{locked.pk}",
        detail={"serial": locked.serial, "reason": reason.strip()},
        at=at,
    )
    revocation = CertificateRevocation.objects.create(
        certificate=locked, actor=actor, reason=reason.strip(), at=at
    )
    append_many([revocation_fact(revocation)])
    return revocation


@transaction.atomic
def reissue_certificate(
    *,
    certificate: Certificate,
    actor: User,
    acting_for: str = "",
    reason: str,
    at: datetime,
) -> Certificate:
    """Certify again what a revoked certificate said, under a new serial number.

    :raises ReasonMissing: no reason is given.
    :raises NotRevoked: the old one still holds.
    :raises AlreadyReissued: a new one was issued before.
    """
    if not reason.strip():
        raise ReasonMissing
    city = City.objects.select_for_update().get()
    if certificate.is_valid():
        raise NotRevoked
    source = f"certificate:{certificate.pk}"
    earlier = Certificate.objects.filter(person=certificate.person_id, source=source)
    if (existing := earlier.first()) is not None:
        raise AlreadyReissued(existing.serial)
    number = _next_number(certificate.year)
    fresh = Certificate.objects.create(
        person=certificate.person,
        year=certificate.year,
        number=number,
        serial=f"{city.code}-{certificate.year}-{number:06d}",
        source=source,
        course_title=certificate.course_title,
        person_name=certificate.person.name,
        employer_name=certificate.employer_name,
        issuer=certificate.issuer,
        note=certificate.note,
        hours=certificate.hours,
        score=certificate.score,
        issued_at=at,
    )
    append_many([certificate_fact(fresh)])
    record_act(
        actor=actor,
        acting_for=acting_for,
        act="重新出具培训合格证明",
        target=f"certificate:{fresh.pk}",
        detail={
            "serial": fresh.serial,
            "replaces": certificate.serial,
            "reason": reason.strip(),
        },
        at=at,
    )
    return fresh


def _next_number(year: int) -> int:
    """The next number of the year. The caller holds the lock on the city."""
    last = Certificate.objects.filter(year=year).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _employer_name(person: Person) -> str:
    employment = (
        Employment.objects.filter(person=person)
        .current()
        .select_related("employer")
        .order_by("-from_date", "-pk")
        .first()
    )
    return employment.employer.name if employment else ""
