"""Registering an employer."""

from datetime import datetime

from django.db import transaction

from ankang.accounts.models import User
from ankang.audit.services import record_act
from ankang.organizations.models import Employer


@transaction.atomic
def register_employer(
    *, actor: User, acting_for: str, employer: Employer, at: datetime
) -> Employer:
    """Save a new employer that a form has filled and checked."""
    employer.created_at = at
    employer.save()
    record_act(
        actor=actor,
        acting_for=acting_for,
        act="登记用人单位",
        target=f"employer:{employer.pk}",
        detail={"credit_code": employer.credit_code, "name": employer.name},
        at=at,
    )
    return employer
