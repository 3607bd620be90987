"""What other apps ask of findings."""

from datetime import datetime

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from ankang.integrity.models import Case, Exclusion
from ankang.learning.models import Objection
from ankang.learning.models.objections import CASE
from ankang.organizations.models import Membership


def people_with_upheld_finding(year: int) -> QuerySet[Exclusion, int]:
    """Keys of the people whom a standing decision excludes from a year."""
    standing = Exclusion.objects.standing().filter(decision__case__year=year)
    return standing.values_list(F("person_id"), flat=True)


def people_decided_since(since: datetime) -> set[int]:
    """Keys of the people whom decisions since then excluded or took back."""
    excluded = Exclusion.objects.filter(decision__at__gte=since)
    readmitted = Exclusion.objects.filter(readmission__decision__at__gte=since)
    return set(excluded.union(readmitted).values_list("person_id", flat=True))


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
