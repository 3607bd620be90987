"""Decisions as facts of the log, by the numbers of the persons alone."""

from collections.abc import Collection, Iterator
from typing import assert_never

from ankang.accounts.facts import subject_of
from ankang.accounts.models import Person
from ankang.evidence.kinds import Kind
from ankang.evidence.services import Fact, append_many
from ankang.integrity.models import Decision

KINDS = {
    Decision.Verdict.UPHOLD: Kind.FINDING_UPHELD,
    Decision.Verdict.DISMISS: Kind.FINDING_DISMISSED,
    Decision.Verdict.REVERSE: Kind.FINDING_REVERSED,
}


def record_decision(decision: Decision, people: Collection[int]) -> None:
    """Append one fact for each person whom the decision concerns."""
    append_many(decision_facts(decision, people))


def decision_facts(decision: Decision, people: Collection[int]) -> Iterator[Fact]:
    """One fact for each of these people; why stays in the file."""
    case = decision.case
    codes = case.signals.order_by("code").values_list("code", flat=True).distinct()
    data: dict[str, object] = {
        "year": case.year,
        "case": case.pk,
        "codes": list(codes),
    }
    numbers = Person.objects.filter(pk__in=people).order_by("pk")
    for number in numbers.values_list("number", flat=True):
        yield Fact(
            kind=KINDS[Decision.Verdict(decision.verdict)],
            subject=subject_of(number),
            source=f"case:{case.pk}:{number}:{decision.pk}",
            at=decision.at,
            data=data,
        )


def concerned_by(decision: Decision) -> set[int]:
    """Keys of whom a decision excluded or took back; a dismissal, of all involved."""
    match Decision.Verdict(decision.verdict):
        case Decision.Verdict.UPHOLD:
            return set(decision.exclusions.values_list("person_id", flat=True))
        case Decision.Verdict.REVERSE:
            taken_back = decision.readmissions.values_list("exclusion__person_id")
            return {person for (person,) in taken_back}
        case Decision.Verdict.DISMISS:
            return set(decision.case.involvements.values_list("person_id", flat=True))
        case other:
            assert_never(other)
