"""Writing the audit."""

from datetime import datetime

from ankang.accounts.models import User
from ankang.audit.models import AuditEntry


def record_act(
    *,
    actor: User | None,
    acting_for: str = "",
    act: str,
    target: str,
    detail: dict[str, object] | None = None,
    at: datetime,
) -> AuditEntry:
    """Add one entry; `target` reads like "employer:7"."""
    return AuditEntry.objects.create(
        actor=actor,
        acting_for=acting_for,
        act=act,
        target=target,
        detail=detail or {},
        at=at,
    )
