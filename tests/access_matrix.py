"""Who may open which address of the console, and which addresses are public.

A new console address is added to MATRIX: its name, the scopes that may open it, and if
its path has parts or it takes only POST, how to ask for it. A public address is added
to PUBLIC with the reason. `test_access.py` walks all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ankang.accounts.models import User
from ankang.jobs.models import Job
from ankang.organizations.models import Membership
from tests import make

CITY, DISTRICT, EMPLOYER = "city", "district", "employer"
PROVIDER, EVALUATOR, AUDITOR = "provider", "evaluator", "auditor"
SCOPES = tuple(Membership.Scope.values)
STAFF = frozenset(SCOPES)
NO_ARGUMENTS: dict[str, Any] = {}


@dataclass(frozen=True)
class Access:
    """Who may open an address. `arguments` makes what its path names, for a user."""

    scopes: frozenset[str]
    arguments: Callable[[User], dict[str, Any]] = lambda user: NO_ARGUMENTS
    method: str = "get"


def job_of(user: User) -> dict[str, Any]:
    """A job that the user has started."""
    job = Job.objects.create(
        kind="test", title="导入", started_by=user, created_at=make.MORNING
    )
    return {"pk": job.pk}


MATRIX: dict[str, Access] = {
    "console:audit": Access(frozenset({CITY, AUDITOR})),
    "console:audit-export": Access(frozenset({CITY, AUDITOR})),
    "console:membership": Access(STAFF),
    "console:job-detail": Access(STAFF, job_of),
    "console:job-progress": Access(STAFF, job_of),
    "console:job-cancel": Access(STAFF, job_of, "post"),
}

PUBLIC = {
    "health": "for the watchman of the server",
    "demo": "404 outside demonstrations",
    "demo-texts": "404 outside demonstrations",
    "demo-enter": "404 outside demonstrations",
    "accounts:sign-in": "the workers' door",
    "accounts:sign-in-code": "the workers' door",
    "accounts:privacy": "read before consenting",
    "account_login": "the staff's door",
    "account_logout": "leaves the door half-way",
    "account_inactive": "says that an account is closed",
    "mfa_login_webauthn": "the staff's door",
    "mfa_authenticate": "the second step of the staff's door",
    "credits:certificate-search": "anybody may verify a certificate",
    "credits:certificate-verify": "anybody may verify a certificate",
    "learning:beats": "carries its own signed token",
}
