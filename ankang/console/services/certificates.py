"""Taking a certificate back or giving it again, and the count that follows."""

from datetime import datetime

from django.db import transaction

from ankang.accounts.models import User
from ankang.counting.services import recount_person
from ankang.credits.models import Certificate, CertificateRevocation
from ankang.credits.services import reissue_certificate, revoke_certificate


@transaction.atomic
def take_back(
    *,
    certificate: Certificate,
    actor: User,
    acting_for: str,
    reason: str,
    at: datetime,
) -> CertificateRevocation:
    """Revoke; whoever holds no other certificate of the year counts no more.

    :raises ReasonMissing: no reason is given.
    :raises AlreadyRevoked: it does not hold any more.
    """
    revocation = revoke_certificate(
        certificate=certificate,
        actor=actor,
        acting_for=acting_for,
        reason=reason,
        at=at,
    )
    recount_person(person=certificate.person, year=certificate.year)
    return revocation


@transaction.atomic
def reinstate(
    *,
    certificate: Certificate,
    actor: User,
    acting_for: str,
    reason: str,
    at: datetime,
) -> Certificate:
    """Issue a revoked certificate anew; its holder counts again.

    :raises ReasonMissing: no reason is given.
    :raises NotRevoked: the old one still holds.
    :raises AlreadyReissued: a new one was issued before.
    """
    fresh = reissue_certificate(
        certificate=certificate,
        actor=actor,
        acting_for=acting_for,
        reason=reason,
        at=at,
    )
    recount_person(person=certificate.person, year=certificate.year)
    return fresh
