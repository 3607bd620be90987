"""Decisions as facts of the log, by the numbers of the persons alone."""

from collections.abc import Collection

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
    """One fact for each person whom the decision concerns."""
    case = decision.case
    codes = case.signals.order_by("code").values_list("code", flat=True).distinct()
    data: dict[str, object] = {
        "year": case.year,
        "case": case.pk,
        "codes": list(codes),
    }
    numbers = Person.objects.filter(pk__in=people).order_by("pk")
    append_many(
        Fact(
            kind=KINDS[Decision.Verdict(decision.verdict)],
            subject=f"person:{number}",
            source=f"case:{case.pk}:{number}:{decision.pk}",
            at=decision.at,
            data=data,
        )
        for number in numbers.values_list("number", flat=True)
    )
