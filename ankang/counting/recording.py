"""Putting into the evidence log what stands in the ledgers and not in the log.

Services record a fact when it happens. This is for facts that did not pass through them:
a city folder that was loaded, a simulated city, the time before there was a log. Such a
record says honestly that it was recorded later than it happened.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from django.db import transaction
from django.db.models import Min, Prefetch

from ankang.accounts.facts import verified_fact
from ankang.accounts.models import Person
from ankang.counting.facts import merged_fact, unmerged_fact
from ankang.counting.models import PersonMerge
from ankang.credits.facts import certificate_fact, hours_fact, revocation_fact
from ankang.credits.models import Certificate, CertificateRevocation, CreditEntry
from ankang.evidence.kinds import Kind
from ankang.evidence.models import Record
from ankang.evidence.services import Fact, append_many
from ankang.integrity.models import Decision
from ankang.integrity.services.recording import concerned_by, decision_facts
from ankang.learning.facts import began_fact, lesson_fact, paper_fact
from ankang.learning.models import (
    CheckAnswer,
    Coverage,
    Paper,
    PaperQuestion,
    WatchSession,
)
from ankang.organizations.facts import employment_facts
from ankang.organizations.models import Employment
from ankang.policies.models import RuleEdition
from ankang.rosters.facts import flexible_fact
from ankang.rosters.models import FlexibleRegistration

CHUNK = 2000


def record_missing() -> int:
    """Append every fact of the ledgers that the log does not hold; how many.

    Safe to call at any time, twice, and beside running services: the log keeps one
    record of a kind and source.
    """
    added = 0
    facts = iter(standing_facts())
    while batch := list(islice(facts, CHUNK)):
        known = _recorded(batch)
        missing = {
            (fact.kind, fact.source): fact
            for fact in reversed(batch)
            if (fact.kind, fact.source) not in known
        }
        with transaction.atomic():
            append_many(reversed(missing.values()))
        added += len(missing)
    return added


def standing_facts() -> Iterator[Fact]:
    """Every fact that the ledgers hold, kind by kind."""
    certificates = Certificate.objects.select_related("person")
    revocations = CertificateRevocation.objects.select_related("certificate__person")
    entries = CreditEntry.objects.select_related("person")
    verified = Person.objects.exclude(verified_at=None)
    flexible = FlexibleRegistration.objects.select_related("person", "district")
    return chain(
        edition_facts(),
        (verified_fact(one) for one in verified.order_by("pk").iterator(CHUNK)),
        employment_facts(Employment.objects.all()),
        (flexible_fact(one) for one in flexible.order_by("pk").iterator(CHUNK)),
        _began_facts(),
        _lesson_facts(),
        _paper_facts(),
        (hours_fact(one) for one in entries.order_by("pk").iterator(CHUNK)),
        (certificate_fact(one) for one in certificates.order_by("pk").iterator(CHUNK)),
        (revocation_fact(one) for one in revocations.order_by("pk").iterator(CHUNK)),
        _decision_facts(),
        _merge_facts(),
    )


def edition_facts() -> Iterator[Fact]:
    """The rules that the counts follow from, so that a verifier needs nothing else."""
    for edition in RuleEdition.objects.order_by("pk"):
        yield Fact(
            kind=Kind.RULE_EDITION,
            subject="city",
            source=f"edition:{edition.year}.{edition.revision}",
            at=edition.created_at,
            data={
                "year": edition.year,
                "revision": edition.revision,
                "params": edition.params,
            },
        )


def _began_facts() -> Iterator[Fact]:
    watched = WatchSession.objects.values_list("person__number", "lesson__course__year")
    examined = Paper.objects.values_list("person__number", "course__year")
    for number, year, at in chain(
        watched.annotate(Min("opened_at")).order_by("person__number").iterator(CHUNK),
        examined.annotate(Min("drawn_at")).order_by("person__number").iterator(CHUNK),
    ):
        yield began_fact(number, year, at)


def _lesson_facts() -> Iterator[Fact]:
    """The first right answer to each lesson, with the best coverage behind it."""
    firsts = (
        CheckAnswer.objects.filter(is_right=True)
        .values("person", "lesson")
        .annotate(first=Min("pk"))
        .order_by("first")
        .values_list("first", flat=True)
    )
    for pks in _chunks(firsts.iterator(CHUNK)):
        answers = CheckAnswer.objects.filter(pk__in=pks).select_related(
            "person", "lesson__course", "lesson__courseware"
        )
        people = [answer.person_id for answer in answers]
        best: dict[tuple[int, int], Coverage] = {}
        for one in Coverage.objects.filter(person__in=people).select_related("version"):
            key = (one.person_id, one.version.courseware_id)
            if key not in best or _share(one) > _share(best[key]):
                best[key] = one
        for answer in answers:
            coverage = best.get((answer.person_id, answer.lesson.courseware_id))
            if coverage is not None:
                yield lesson_fact(answer, coverage)


def _paper_facts() -> Iterator[Fact]:
    papers = Paper.objects.exclude(handed_in_at=None).select_related(
        "person", "course", "edition"
    )
    asked = Prefetch("questions", PaperQuestion.objects.order_by("position"))
    for paper in papers.prefetch_related(asked).order_by("pk").iterator(CHUNK):
        yield paper_fact(paper, paper.questions.all())


def _decision_facts() -> Iterator[Fact]:
    for decision in Decision.objects.select_related("case").order_by("pk"):
        yield from decision_facts(decision, concerned_by(decision))


def _merge_facts() -> Iterator[Fact]:
    """In the order in which they were made and undone, as a reader replays them."""
    merges = PersonMerge.objects.select_related("duplicate", "into")
    for merge in merges.order_by("pk").iterator(CHUNK):
        yield merged_fact(merge)
        if merge.undone_at is not None:
            yield unmerged_fact(merge)


def _share(coverage: Coverage) -> float:
    duration = coverage.version.duration_seconds
    return coverage.credited_seconds / duration if duration else 0.0


def _recorded(facts: list[Fact]) -> set[tuple[str, str]]:
    sources = [fact.source for fact in facts]
    found = Record.objects.filter(source__in=sources)
    return set(found.values_list("kind", "source"))


def _chunks(values: Iterable[int]) -> Iterator[list[int]]:
    source = iter(values)
    while chunk := list(islice(source, CHUNK)):
        yield chunk
