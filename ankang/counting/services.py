"""Keeping the standings in step with the facts. Safe to call at any time, twice."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import chain

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.counting.models import Standing
from ankang.counting.queries import facts_of, people_who_began
from ankang.counting.rules import Facts, judge
from ankang.credits.models import CertificateRevocation
from ankang.learning.models import WatchSession
from ankang.organizations.models import Employment
from ankang.policies.models import Rules, edition_for

BATCH = 2000
FIELDS = ["employer", "district", "began_on", "counted_on", "learned_seconds", "reason"]


def recount_person(*, person: Person, year: int) -> Standing | None:
    """Bring one person's standing up to date; None if they have not begun."""
    recount_people(people=[person.pk], year=year)
    return Standing.objects.filter(person=person, year=year).first()


@transaction.atomic
def recount_people(*, people: Sequence[int], year: int) -> int:
    """Bring some people's standings up to date; how many of them have begun."""
    standings = standings_of(people, year)
    begun = [standing.person_id for standing in standings]
    gone = set(people) - set(begun)
    Standing.objects.filter(year=year, person__in=gone).delete()
    Standing.objects.bulk_create(
        standings,
        update_conflicts=True,
        unique_fields=["person", "year"],
        update_fields=FIELDS,
    )
    return len(standings)


def recount_year(
    *, year: int, report: Callable[[int, int], object] = lambda _done, _total: None
) -> int:
    """Bring the whole year up to date, batch by batch; how many people began.

    Each batch is a transaction of its own, so that learners need not wait.
    """
    people = people_who_began(year)
    stored = Standing.objects.filter(year=year)
    gone = sorted(set(stored.values_list("person", flat=True)) - set(people))
    for start in range(0, len(gone), BATCH):
        stored.filter(person__in=gone[start : start + BATCH]).delete()
    for start in range(0, len(people), BATCH):
        recount_people(people=people[start : start + BATCH], year=year)
        report(min(start + BATCH, len(people)), len(people))
    return len(people)


def recount_changed(*, since: datetime) -> int:
    """Recount whoever watched, was verified, changed employer or lost a certificate.

    The timer's work: it closes the gap to facts that lower apps write.
    """
    watched = WatchSession.objects.filter(Q(closed_at=None) | Q(closed_at__gte=since))
    moved = Employment.objects.filter(changed_at__gte=since)
    revoked = CertificateRevocation.objects.filter(at__gte=since)
    begun = Standing.objects.filter(
        Q(person__in=moved.values("person"))
        | Q(person__in=revoked.values("certificate__person"))
        | Q(reason=Standing.Reason.UNVERIFIED, person__verified_at__isnull=False)
    )
    by_year: dict[int, set[int]] = {}
    for person, year in chain(
        watched.values_list("person", "lesson__course__year"),
        begun.values_list("person", "year"),
    ):
        by_year.setdefault(year, set()).add(person)
    changed = 0
    for year, people in sorted(by_year.items()):
        ordered = sorted(people)
        for start in range(0, len(ordered), BATCH):
            changed += recount_people(people=ordered[start : start + BATCH], year=year)
    return changed


def standings_of(people: Sequence[int], year: int) -> list[Standing]:
    """What the standings of these people ought to be, not saved."""
    rules = edition_for(year).rules()
    return [
        _standing(person, year, facts, rules)
        for person, facts in sorted(facts_of(people, year).items())
        if facts.began_at is not None
    ]


def wrong_standings(year: int) -> list[int]:
    """People whose stored standing is not what the facts say, for the operator."""
    people = people_who_began(year)
    rows = Standing.objects.filter(year=year).values_list("person", *FIELDS)
    stored = {row[0]: row[1:] for row in rows}
    wrong = set(stored) - set(people)
    for start in range(0, len(people), BATCH):
        for due in standings_of(people[start : start + BATCH], year):
            place = (due.employer_id, due.district_id)
            days = (due.began_on, due.counted_on)
            expected = (*place, *days, due.learned_seconds, due.reason)
            if stored.get(due.person_id) != expected:
                wrong.add(due.person_id)
    return sorted(wrong)


def _standing(person: int, year: int, facts: Facts, rules: Rules) -> Standing:
    verdict = judge(facts, rules)
    term = facts.employed_by()
    return Standing(
        person_id=person,
        year=year,
        employer_id=term.employer if term else None,
        district_id=term.district if term else None,
        began_on=timezone.localdate(facts.began_at),
        counted_on=verdict.counted_on,
        learned_seconds=facts.learned_seconds,
        reason=verdict.reason,
    )
