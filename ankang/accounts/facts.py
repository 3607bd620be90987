"""A person's identity as the evidence log records it: by an opaque number."""

from ankang.accounts.models import Person
from ankang.evidence.kinds import Kind
from ankang.evidence.services import Fact


def subject_of(number: str) -> str:
    """The log's name of a person."""
    return f"person:{number}"


def verified_fact(person: Person) -> Fact:
    """The real name was verified (实名核验); `verified_at` must be set."""
    if person.verified_at is None:
        raise ValueError("not verified")
    return Fact(
        kind=Kind.PERSON_VERIFIED,
        subject=subject_of(person.number),
        source=f"verified:{person.number}",
        at=person.verified_at,
        data={},
    )
