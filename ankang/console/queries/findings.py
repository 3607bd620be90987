"""Findings about one's own employer, as the employer is told of them.

Never a name: an employer sees what was found about itself, and how many people it
touches. Who of its people is not counted stands in the list of people, as always.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from ankang.integrity.models import Case, Decision, Signal
from ankang.integrity.queries import case_objections
from ankang.integrity.signals.catalog import BY_CODE
from ankang.learning.models import Objection
from ankang.organizations.models import Membership


@dataclass(frozen=True)
class Mark:
    """A signal about the employer: what it says, when, and how many people it touches."""

    label: str
    sentence: str
    at: datetime
    people: int


@dataclass(frozen=True)
class Finding:
    """A case about the employer that was decided, and what became of it."""

    case: Case
    decision: Decision
    reversal: Decision | None
    excluded: int
    objection: Objection | None

    @property
    def is_standing(self) -> bool:
        return self.case.state == Case.State.UPHELD

    @property
    def may_object(self) -> bool:
        return self.is_standing and self.objection is None

    @property
    def is_waiting(self) -> bool:
        return self.objection is not None and (
            self.objection.state == Objection.State.WAITING
        )

    def is_late(self, today: date) -> bool:
        due_on = self.objection.due_on if self.objection else None
        return self.is_waiting and due_on is not None and due_on < today


def own_cases(membership: Membership) -> QuerySet[Any]:
    """The decided cases about this employer, with when, and whom they exclude now."""
    return (
        Case.objects.visible_to(membership)
        .filter(employer=membership.employer_id)
        .annotate(
            decided_at=Max(
                "decisions__at", filter=Q(decisions__verdict=Decision.Verdict.UPHOLD)
            ),
            excluded=Count(
                "decisions__exclusions",
                filter=Q(decisions__exclusions__readmission=None),
                distinct=True,
            ),
        )
    )


def findings_of(membership: Membership, cases: Iterable[Case]) -> list[Finding]:
    """These cases as findings. Two queries for any number; expects `own_cases`."""
    listed = list(cases)
    objections = {
        one.subject: one
        for one in Objection.objects.filter(
            employer=membership.employer_id,
            subject__in=[case.objection_subject() for case in listed],
        )
    }
    decisions: dict[int, dict[str, Decision]] = {case.pk: {} for case in listed}
    for one in Decision.objects.filter(case__in=listed).order_by("at", "pk"):
        decisions[one.case_id][one.verdict] = one
    return [
        Finding(
            case=case,
            decision=decisions[case.pk][Decision.Verdict.UPHOLD],
            reversal=decisions[case.pk].get(Decision.Verdict.REVERSE),
            excluded=int(getattr(case, "excluded", 0)),
            objection=objections.get(case.objection_subject()),
        )
        for case in listed
    ]


def marks_of(case: Case) -> list[Mark]:
    """What was found, in the words of the catalog with the edition's thresholds."""
    signals = case.signals.select_related("edition").order_by("at")
    return [
        Mark(
            label=str(one.get_code_display()),
            sentence=BY_CODE[Signal.Code(one.code)].told(one.edition.rules().signals),
            at=one.at,
            people=int(one.evidence.get("people", 0)),
        )
        for one in signals
    ]


def labels_of(cases: Iterable[Case]) -> dict[int, list[str]]:
    """The names of the signals of each case, each once, first found first."""
    labels: dict[int, dict[str, None]] = {case.pk: {} for case in cases}
    for one in Signal.objects.filter(case__in=list(labels)).order_by("at", "pk"):
        if one.case_id is not None:
            labels[one.case_id][str(one.get_code_display())] = None
    return {pk: list(names) for pk, names in labels.items()}


def to_object_to(membership: Membership, since: datetime) -> dict[str, Any]:
    """How many findings decided since then the employer has not objected to."""
    objected = Objection.objects.filter(employer=membership.employer_id)
    cases = [
        int(subject.partition(":")[2])
        for subject in objected.filter(subject__startswith="case:").values_list(
            "subject", flat=True
        )
    ]
    fresh = own_cases(membership).filter(state=Case.State.UPHELD, decided_at__gte=since)
    return fresh.exclude(pk__in=cases).aggregate(
        people=Count("pk"), since=Min("decided_at")
    )


def waiting_objections(membership: Membership) -> QuerySet[Objection]:
    """The employer's own objections that are not answered yet."""
    return case_objections(membership).filter(
        employer=membership.employer_id, state=Objection.State.WAITING
    )
