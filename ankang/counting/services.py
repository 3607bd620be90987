"""Keeping the standings in step with the facts. Safe to call at any time, twice."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from django.db import connection, transaction
from django.db.models import Max, Min, Q

from ankang.accounts.models import Person
from ankang.counting import evaluation
from ankang.counting.evaluation import Span
from ankang.counting.models import PersonMerge, Standing
from ankang.credits.models import CertificateRevocation
from ankang.integrity.models import Exclusion, Readmission
from ankang.learning.models import WatchSession
from ankang.organizations.models import Employment
from ankang.policies.models import RuleEdition, edition_for
from ankang.rosters.models import FlexibleRegistration

BATCH = 2000
SPAN = 20_000


def recount_person(*, person: Person, year: int) -> Standing | None:
    """Bring one person's standing up to date; None if they have not begun."""
    recount_people(people=[person.pk], year=year)
    return Standing.objects.filter(person=person, year=year).first()


@transaction.atomic
def recount_people(*, people: Sequence[int], year: int) -> int:
    """Bring some people's standings up to date; how many standings changed.

    Whoever a duplicate was merged into is recounted with it. The people are locked, so
    of two recounts at once the later sees the facts of the other.
    """
    merged = PersonMerge.objects.holding().filter(duplicate__in=people)
    everybody = sorted({*people, *merged.values_list("into", flat=True)})
    lock_people(Q(pk__in=everybody))
    rules = edition_for(year).rules()
    return evaluation.save_standings(everybody, year=year, rules=rules)


def recount_year(
    *, year: int, report: Callable[[int, int], object] = lambda _done, _total: None
) -> int:
    """Bring the whole year up to date; how many people began.

    Each part of the city is a transaction of its own, so that learners need not wait.
    """
    spans = list(_spans())
    rules = edition_for(year).rules()
    for done, span in enumerate(spans, start=1):
        with transaction.atomic():
            lock_people(Q(pk__range=(span.first, span.last)))
            evaluation.save_standings(span, year=year, rules=rules)
        report(done, len(spans))
    return Standing.objects.filter(year=year).count()


def recount_changed(*, since: datetime) -> int:
    """Recount whoever the facts changed for since then; how many standings changed.

    The timer's work: it closes the gap to facts that lower apps write.
    """
    changed = 0
    for year in _years_with_another_edition(since):
        recount_year(year=year)
    for year, people in sorted(_people_changed(since).items()):
        ordered = sorted(people)
        for start in range(0, len(ordered), BATCH):
            changed += recount_people(people=ordered[start : start + BATCH], year=year)
    return changed


def wrong_standings(year: int) -> list[int]:
    """People whose stored standing is not what the facts say, for the operator."""
    rules = edition_for(year).rules()
    return [
        person
        for span in _spans()
        for person in evaluation.wrong_standings(span, year=year, rules=rules)
    ]


def lock_people(people: Q) -> None:
    """In the order of their keys, so that nobody waits for each other in a circle.

    On PostgreSQL; SQLite's transaction holds the only write lock already.
    """
    if connection.features.has_select_for_update:
        locked = Person.objects.filter(people).select_for_update(no_key=True)
        list(locked.order_by("pk").values_list("pk"))


def _spans() -> Iterator[Span]:
    ends = Person.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is not None:
        for first in range(ends["first"], ends["last"] + 1, SPAN):
            yield Span(first, first + SPAN - 1)


def _years_with_another_edition(since: datetime) -> list[int]:
    if not RuleEdition.objects.filter(created_at__gte=since).exists():
        return []
    years = Standing.objects.order_by("year").values_list("year", flat=True).distinct()
    return [year for year in years if edition_for(year).created_at >= since]


def _people_changed(since: datetime) -> dict[int, set[int]]:
    """By year, who watched; and in each year with standings, whom else facts concern."""
    people: dict[int, set[int]] = defaultdict(set)
    watched = WatchSession.objects.filter(Q(closed_at=None) | Q(closed_at__gte=since))
    for person, year in watched.values_list("person", "lesson__course__year"):
        people[year].add(person)
    merges = PersonMerge.objects.filter(Q(at__gte=since) | Q(undone_at__gte=since))
    excluded = Exclusion.objects.filter(decision__at__gte=since)
    readmitted = Readmission.objects.filter(decision__at__gte=since)
    others = set(
        chain(
            Employment.objects.filter(changed_at__gte=since).values_list(
                "person", flat=True
            ),
            FlexibleRegistration.objects.filter(changed_at__gte=since).values_list(
                "person", flat=True
            ),
            CertificateRevocation.objects.filter(at__gte=since).values_list(
                "certificate__person", flat=True
            ),
            Standing.objects.filter(
                reason=Standing.Reason.UNVERIFIED, person__verified_at__isnull=False
            ).values_list("person", flat=True),
            merges.values_list("duplicate", flat=True),
            merges.values_list("into", flat=True),
            excluded.values_list("person", flat=True),
            readmitted.values_list("exclusion__person", flat=True),
        )
    )
    if others:
        for year in Standing.objects.values_list("year", flat=True).distinct():
            people[year] |= others
    return people
