"""What counting adds to the evidence log."""

from collections.abc import Mapping
from datetime import datetime

from ankang.accounts.facts import subject_of
from ankang.counting.models import PersonMerge
from ankang.evidence.kinds import Kind
from ankang.evidence.services import Fact


def merged_fact(merge: PersonMerge) -> Fact:
    """The duplicate's facts count for another person from now on."""
    return Fact(
        kind=Kind.PERSON_MERGED,
        subject=subject_of(merge.duplicate.number),
        source=f"merge:{merge.pk}",
        at=merge.at,
        data={"into": subject_of(merge.into.number)},
    )


def unmerged_fact(merge: PersonMerge) -> Fact:
    """They are two people after all; `undone_at` must be set."""
    if merge.undone_at is None:
        raise ValueError("not undone")
    return Fact(
        kind=Kind.PERSON_UNMERGED,
        subject=subject_of(merge.duplicate.number),
        source=f"merge:{merge.pk}:undone",
        at=merge.undone_at,
        data={"into": subject_of(merge.into.number)},
    )


def count_fact(
    *, year: int, size: int, reasons: Mapping[str, int], at: datetime
) -> Fact:
    """How many began, and became what, by the first `size` records (计数结果)."""
    return Fact(
        kind=Kind.COUNT_STATED,
        subject="city",
        source=f"count:{year}:{size}",
        at=at,
        data={
            "year": year,
            "size": size,
            "began": sum(reasons.values()),
            "reasons": dict(reasons),
        },
    )
