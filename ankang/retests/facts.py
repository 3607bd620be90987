"""Retests as the evidence log records them."""

from collections.abc import Sequence
from datetime import datetime

from ankang.accounts.facts import subject_of
from ankang.counting.drawing import list_digest, list_text
from ankang.evidence.canonical import canonical_time
from ankang.evidence.kinds import Kind
from ankang.evidence.services import Fact
from ankang.learning.facts import paper_digest
from ankang.retests.figures import Outcome
from ankang.retests.models import Retest, RetestInvitation, RetestQuestion


def announced_fact(retest: Retest) -> Fact:
    """List, sizes and the source of the seed, before the seed can be known."""
    return Fact(
        kind=Kind.RETEST_ANNOUNCED,
        subject="city",
        source=f"retest:{retest.pk}",
        at=retest.announced_at,
        data={
            "retest": retest.pk,
            "year": retest.year,
            "people": retest.people,
            "people_digest": retest.digest,
            "sizes": retest.sizes(),
            "seed_source": retest.seed_source,
            "seed_at": canonical_time(retest.seed_at),
        },
    )


def drawn_fact(retest: Retest, numbers: Sequence[str], at: datetime) -> Fact:
    """The seed, and a digest of who was drawn by it."""
    return Fact(
        kind=Kind.RETEST_DRAWN,
        subject="city",
        source=f"retest:{retest.pk}",
        at=at,
        data={
            "retest": retest.pk,
            "seed": retest.seed,
            "people_digest": retest.digest,
            "drawn_digest": list_digest(list_text(numbers)),
        },
    )


def invited_fact(retest: Retest, number: str, at: datetime) -> Fact:
    return Fact(
        kind=Kind.RETEST_INVITED,
        subject=subject_of(number),
        source=f"retest:{retest.pk}:{number}",
        at=at,
        data={"retest": retest.pk},
    )


def handed_in_fact(
    invitation: RetestInvitation, questions: Sequence[RetestQuestion]
) -> Fact:
    """The result of one person; the digest binds every answer."""
    if invitation.handed_in_at is None:
        raise ValueError("not handed in")
    number = invitation.person.number
    return Fact(
        kind=Kind.RETEST_HANDED_IN,
        subject=subject_of(number),
        source=f"retest:{invitation.retest_id}:{number}",
        at=invitation.handed_in_at,
        data={
            "retest": invitation.retest_id,
            "score": invitation.score or 0,
            "passed": invitation.is_passed,
            "pass_mark": invitation.retest.rules.pass_mark,
            "digest": paper_digest(questions),
        },
    )


def result_fact(retest: Retest, outcome: Outcome, at: datetime) -> Fact:
    """What came out in all, those who did not take it counted."""
    return Fact(
        kind=Kind.RETEST_RESULT,
        subject="city",
        source=f"retest:{retest.pk}",
        at=at,
        data={
            "retest": retest.pk,
            "invited": outcome.invited,
            "taken": outcome.taken,
            "passed": outcome.passed,
        },
    )
