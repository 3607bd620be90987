"""The facts that the published rule judges, read for some people.

The standings themselves are computed by `evaluation`, in the database.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max, Min, Q

from ankang.accounts.models import Person
from ankang.counting.models import PersonMerge
from ankang.counting.rules import Facts, Term
from ankang.credits.models import Certificate, CreditEntry
from ankang.integrity.queries import people_with_upheld_finding
from ankang.learning.models import Coverage, Lesson, Paper, WatchSession
from ankang.organizations.models import Employment
from ankang.rosters.models import FlexibleRegistration


def facts_of(
    people: Iterable[int], year: int, merges: Sequence[tuple[int, int]] | None = None
) -> dict[int, Facts]:
    """The facts of these people in the year. A dozen queries, however many people.

    With `merges`, pairs of duplicate and kept record, as if those alone held.
    """
    return _Reading(people, year, merges).facts


def _earliest(*times: datetime | None) -> datetime | None:
    return min((time for time in times if time is not None), default=None)


def holding_pairs(people: Collection[int]) -> list[tuple[int, int]]:
    """Duplicate and kept record of the merges that hold for these people."""
    merges = PersonMerge.objects.holding().filter(
        Q(duplicate__in=people) | Q(into__in=people)
    )
    return list(merges.values_list("duplicate", "into"))


class _Reading:
    """Each record's facts, given to its person and to whom it was merged into."""

    def __init__(
        self,
        people: Iterable[int],
        year: int,
        merges: Sequence[tuple[int, int]] | None,
    ) -> None:
        self.facts: dict[int, Facts] = {person: Facts() for person in people}
        self.year = year
        self.records: dict[int, list[int]] = {person: [person] for person in self.facts}
        pairs = holding_pairs(self.facts) if merges is None else merges
        for duplicate, into in pairs:
            if duplicate in self.facts:
                self.facts[duplicate].is_duplicate = True
            if into in self.facts:
                self.records.setdefault(duplicate, []).append(into)
        self._read_people()
        self._read_watching()
        self._read_exams()
        self._read_credits()
        self._read_terms()

    def _of(self, record: int) -> list[Facts]:
        return [self.facts[person] for person in self.records[record]]

    def _read_people(self) -> None:
        for record, verified_at in Person.objects.filter(
            pk__in=self.records
        ).values_list("pk", "verified_at"):
            for one in self._of(record):
                one.verified_at = _earliest(one.verified_at, verified_at)
        for record in people_with_upheld_finding(self.year):
            for person in self.records.get(record, []):
                self.facts[person].has_finding = True

    def _read_watching(self) -> None:
        lessons = Lesson.objects.filter(course__year=self.year)
        sessions = WatchSession.objects.filter(
            person__in=self.records, lesson__in=lessons
        )
        for record, began_at in sessions.values_list("person").annotate(
            Min("opened_at")
        ):
            for one in self._of(record):
                one.began_at = _earliest(one.began_at, began_at)
        # a courseware learned in two versions counts once, by the better of them
        coverages = Coverage.objects.filter(
            person__in=self.records,
            version__courseware__in=lessons.values("courseware"),
        )
        best: dict[tuple[int, int], int] = defaultdict(int)
        for record, courseware, seconds in coverages.values_list(
            "person", "version__courseware"
        ).annotate(Max("credited_seconds")):
            for person in self.records[record]:
                key = (person, courseware)
                best[key] = max(best[key], seconds)
        for (person, _), seconds in best.items():
            self.facts[person].learned_seconds += seconds

    def _read_exams(self) -> None:
        papers = Paper.objects.filter(person__in=self.records, course__year=self.year)
        for record, drawn_at, taken, passed_at in papers.values_list("person").annotate(
            first_drawn_at=Min("drawn_at"),
            taken=Count("handed_in_at"),
            first_passed_at=Min("handed_in_at", filter=Q(is_passed=True)),
        ):
            for one in self._of(record):
                one.began_at = _earliest(one.began_at, drawn_at)
                one.exams_taken += taken
                one.passed_at = _earliest(one.passed_at, passed_at)

    def _read_credits(self) -> None:
        entries = CreditEntry.objects.filter(person__in=self.records, year=self.year)
        # one source fills the ledger once, also if both records have an entry for it
        seen: set[tuple[int, str]] = set()
        for record, source, at, hours in entries.order_by("at", "pk").values_list(
            "person", "source", "at", "hours"
        ):
            for person in self.records[record]:
                if (person, source) not in seen:
                    seen.add((person, source))
                    self.facts[person].credits.append((at, Decimal(hours)))
        certificates = Certificate.objects.filter(
            person__in=self.records, year=self.year
        )
        for record, issued, revoked in certificates.values_list("person").annotate(
            Count("pk"), Count("revocation")
        ):
            for one in self._of(record):
                one.certificates += issued
                one.revoked_certificates += revoked

    def _read_terms(self) -> None:
        terms = Employment.objects.filter(person__in=self.records)
        for record, employer, district, first, last in terms.values_list(
            "person", "employer", "employer__district", "from_date", "to_date"
        ):
            for one in self._of(record):
                one.terms.append(Term(employer, district, first, last))
        spans = FlexibleRegistration.objects.filter(person__in=self.records)
        for record, district, first, last in spans.values_list(
            "person", "district", "from_date", "to_date"
        ):
            for one in self._of(record):
                one.terms.append(Term(None, district, first, last))
