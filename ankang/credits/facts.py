"""Hours and certificates as the evidence log records them."""

from ankang.accounts.facts import subject_of
from ankang.credits.models import Certificate, CertificateRevocation, CreditEntry
from ankang.evidence.kinds import Kind
from ankang.evidence.services import Fact


def hours_fact(entry: CreditEntry) -> Fact:
    """Credit hours (学时) entered the ledger."""
    return Fact(
        kind=Kind.HOURS_GRANTED,
        subject=subject_of(entry.person.number),
        source=f"hours:{entry.pk}",
        at=entry.at,
        data={"year": entry.year, "source": entry.source, "hours": str(entry.hours)},
    )


def certificate_fact(certificate: Certificate) -> Fact:
    """A certificate (合格证明) was issued."""
    return Fact(
        kind=Kind.CERTIFICATE_ISSUED,
        subject=subject_of(certificate.person.number),
        source=f"certificate:{certificate.serial}",
        at=certificate.issued_at,
        data={
            "year": certificate.year,
            "serial": certificate.serial,
            "hours": str(certificate.hours),
            "score": certificate.score,
        },
    )


def revocation_fact(revocation: CertificateRevocation) -> Fact:
    """A certificate was taken back. Why stays in the file: words may name people."""
    certificate = revocation.certificate
    return Fact(
        kind=Kind.CERTIFICATE_REVOKED,
        subject=subject_of(certificate.person.number),
        source=f"certificate:{certificate.serial}:revoked",
        at=revocation.at,
        data={"year": certificate.year, "serial": certificate.serial},
    )
