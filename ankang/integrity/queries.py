"""What other apps ask of findings."""

from datetime import datetime

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat

from ankang.integrity.models import Case, Decision, Exclusion, Involvement, Signal
from ankang.integrity.signals.catalog import ENTRIES
from ankang.learning.models import Objection
from ankang.learning.models.objections import CASE
from ankang.organizations.models import Membership

WEAK = [entry.code for entry in ENTRIES if entry.is_weak]


def weighed(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Each case with `strong`, `marks` and `people`: what it weighs.

    `strong` counts the kinds of its signals, those left out that decide nothing alone;
    `marks` all its signals, `people` whom it touches.
    """
    signals = Signal.objects.filter(case=OuterRef("pk")).order_by().values("case")
    kinds = signals.exclude(code__in=WEAK).annotate(n=Count("code", distinct=True))
    marks = signals.annotate(n=Count("pk"))
    people = (
        Involvement.objects.filter(case=OuterRef("pk"))
        .order_by()
        .values("case")
        .annotate(n=Count("pk"))
    )
    return cases.annotate(
        strong=Coalesce(Subquery(kinds.values("n")), 0),
        marks=Coalesce(Subquery(marks.values("n")), 0),
        people=Coalesce(Subquery(people.values("n")), 0),
    )


def people_with_upheld_finding(year: int) -> QuerySet[Exclusion, int]:
    """Keys of the people whom a standing decision excludes from a year."""
    standing = Exclusion.objects.standing().filter(decision__case__year=year)
    return standing.values_list(F("person_id"), flat=True)


def people_decided_since(since: datetime) -> set[int]:
    """Keys of the people whom decisions since then excluded or took back."""
    excluded = Exclusion.objects.filter(decision__at__gte=since)
    readmitted = Exclusion.objects.filter(readmission__decision__at__gte=since)
    return set(excluded.union(readmitted).values_list("person_id", flat=True))


def people_of_unsettled_cases() -> QuerySet[Involvement, int]:
    """Keys of the people whom a case touches that waits for a decision or an answer."""
    waiting = Objection.objects.filter(
        state=Objection.State.WAITING, subject__startswith=CASE
    )
    cases = Case.objects.annotate(named=Concat(Value(CASE), Cast("pk", CharField())))
    unsettled = cases.filter(
        Q(state=Case.State.OPEN) | Q(named__in=waiting.values("subject"))
    )
    touched = Involvement.objects.filter(case__in=unsettled.values("pk"))
    return touched.values_list(F("person_id"), flat=True)


def case_objections(membership: Membership) -> QuerySet[Objection]:
    """Objections to findings in the cases that this membership may see."""
    subjects = (
        Case.objects.visible_to(membership)
        .annotate(named=Concat(Value(CASE), Cast("pk", CharField())))
        .values("named")
    )
    return Objection.objects.filter(subject__in=subjects)


def case_of(objection: Objection) -> Case:
    """The case that an objection names."""
    return Case.objects.get(pk=int(objection.subject.removeprefix(CASE)))


def found_by(user: int | None) -> Exists:
    """Of an objection to a finding: did this user make the finding?"""
    own = Decision.objects.filter(actor=user, verdict=Decision.Verdict.UPHOLD)
    named = own.annotate(named=Concat(Value(CASE), Cast("case", CharField())))
    return Exists(named.filter(named=OuterRef("subject")))
