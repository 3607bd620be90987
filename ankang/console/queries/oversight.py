"""What an auditor starts from: the log, samples, and who opened full numbers."""

from dataclasses import dataclass

from ankang.accounts.models import Person
from ankang.audit.models import AuditEntry
from ankang.console.queries.history import id_number_openings
from ankang.console.queries.samples import samples_of
from ankang.counting.models import Sample
from ankang.evidence.models import Checkpoint
from ankang.evidence.queries import latest_checkpoint
from ankang.organizations.models import Membership

SHOWN = 5


@dataclass(frozen=True)
class Opening:
    """Somebody looked at a full document number, and whose it was."""

    entry: AuditEntry
    person: Person | None


@dataclass(frozen=True)
class Oversight:
    """The newest of each."""

    checkpoint: Checkpoint | None
    samples: list[Sample]
    openings: list[Opening]

    @property
    def root(self) -> str:
        return bytes(self.checkpoint.root).hex() if self.checkpoint else ""


def oversight_of(membership: Membership) -> Oversight | None:
    """For whoever checks the figures and moves nothing: the auditor. Four queries."""
    if membership.scope != Membership.Scope.AUDITOR:
        return None
    return Oversight(
        checkpoint=latest_checkpoint(),
        samples=list(samples_of(membership).order_by("-at")[:SHOWN]),
        openings=_openings(membership),
    )


def _openings(membership: Membership) -> list[Opening]:
    entries = list(id_number_openings(membership)[:SHOWN])
    keys = [int(entry.target.removeprefix("person:")) for entry in entries]
    people = Person.objects.in_bulk(keys)
    return [
        Opening(entry, people.get(key))
        for entry, key in zip(entries, keys, strict=True)
    ]
