"""Appending to the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from ankang.core.bulk import Loader, Row
from ankang.evidence.canonical import canonical, canonical_time
from ankang.evidence.kinds import DATA_KEYS, Kind
from ankang.evidence.models import Record


@dataclass(frozen=True)
class Fact:
    """What happened, to whom, and the row that it is known from.

    `subject` is `person:<number>`, `employer:<code>` or `city`. `source` is unique
    within its kind. `recorded_at` is now, except where a past is simulated.
    """

    kind: Kind
    subject: str
    source: str
    at: datetime
    data: dict[str, object]
    recorded_at: datetime | None = None


def append(
    *,
    kind: Kind,
    subject: str,
    source: str,
    at: datetime,
    data: dict[str, object],
    recorded_at: datetime | None = None,
) -> None:
    """Append one fact: one INSERT within the caller's transaction.

    A fact of this kind and source that stands in the log already is left as it is.

    :raises NotCanonical: `data` holds a fraction or another odd value.
    :raises ValueError: `data` has other keys than its kind (kinds.py).
    """
    append_many([Fact(kind, subject, source, at, data, recorded_at)])


def append_many(facts: Iterable[Fact]) -> None:
    """The same for many facts in one INSERT."""
    now = timezone.now()
    loader = Loader(Record, keeps_known=True)
    loader.insert(_row_of(loader, fact, fact.recorded_at or now) for fact in facts)


def _row_of(loader: Loader, fact: Fact, recorded_at: datetime) -> Row:
    if fact.data.keys() != DATA_KEYS[fact.kind]:
        raise ValueError(
            f"{fact.kind} carries {sorted(DATA_KEYS[fact.kind])},"
            f" not {sorted(fact.data)}"
        )
    body = canonical(
        {
            "at": canonical_time(fact.at),
            "data": fact.data,
            "kind": str(fact.kind),
            "recorded_at": canonical_time(recorded_at),
            "source": fact.source,
            "subject": fact.subject,
        }
    )
    adapt = connection.ops.adapt_datetimefield_value
    return loader.row(
        kind=str(fact.kind),
        subject=fact.subject,
        source=fact.source,
        at=adapt(fact.at),
        recorded_at=adapt(recorded_at),
        body=body,
    )
