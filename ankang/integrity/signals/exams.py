"""Signals in papers: how fast, in what rhythm, and how alike they were answered."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from statistics import pstdev
from typing import Any

from django.db.models import Count

from ankang.integrity.models import Signal, Subject
from ankang.integrity.signals.findings import (
    Finding,
    Scope,
    employers_of,
    first_rows,
    linked,
    of_person,
    shown,
)
from ankang.learning.models import Paper, PaperQuestion

FULL_SCORE = 100
SENT_LATER_SECONDS = 2.0
NEIGHBORS = 200


@dataclass
class Sheet:
    """A paper with what was answered, as far as signals look at it."""

    pk: int
    person: int
    course: int
    ended_at: datetime
    score: int
    answers: dict[int, tuple[tuple[int, ...], bool]]
    times: list[datetime]

    @cached_property
    def gaps(self) -> list[float]:
        return [(b - a).total_seconds() for a, b in pairwise(sorted(self.times))]

    @cached_property
    def span(self) -> float:
        return sum(self.gaps)

    def is_paced(self, least: int) -> bool:
        """Were enough answers sent one by one? A queue sent after a tunnel tells nothing."""
        return len(self.gaps) >= least and self.span >= SENT_LATER_SECONDS * len(
            self.gaps
        )


def papers_of(scope: Scope) -> Any:
    """The papers that were handed in on the day."""
    return Paper.objects.filter(
        handed_in_at__gte=scope.since,
        handed_in_at__lt=scope.until,
        course__year=scope.year,
    )


def fast_exam(scope: Scope) -> Iterator[Finding]:
    """Passed in less time than it takes to read the questions."""
    each = float(scope.thresholds.question_seconds)
    papers = papers_of(scope).filter(is_passed=True)
    for paper in papers.annotate(asked=Count("questions")):
        seconds = (paper.handed_in_at - paper.drawn_at).total_seconds()
        if paper.asked and seconds < each * paper.asked:
            evidence = {
                "rows": [
                    {
                        "paper": paper.pk,
                        "from": shown(paper.drawn_at),
                        "until": shown(paper.handed_in_at),
                        "score": paper.score,
                    }
                ],
                "total": 1,
                "questions": paper.asked,
                "seconds": int(seconds),
            }
            yield of_person(
                Signal.Code.FAST_EXAM,
                paper.person_id,
                f"paper:{paper.pk}",
                paper.handed_in_at,
                evidence,
            )


def same_timing(scope: Scope) -> Iterator[Finding]:
    """Answers in a rhythm no hand keeps: as even as a clock, or as another person's."""
    limits = scope.thresholds
    spread = float(limits.timing_spread_seconds)
    least = limits.timing_answers - 1
    sheets = [sheet for sheet in sheets_of(scope) if sheet.is_paced(least)]
    even = {sheet.pk for sheet in sheets if pstdev(sheet.gaps) < spread}
    for sheet in sheets:
        if sheet.pk in even:
            yield of_person(
                Signal.Code.SAME_TIMING,
                sheet.person,
                f"paper:{sheet.pk}",
                sheet.ended_at,
                {**_told([sheet]), "spread": round(pstdev(sheet.gaps), 2)},
            )
    others = [sheet for sheet in sheets if sheet.pk not in even]
    pairs = _same_rhythm(others, float(limits.timing_tolerance_seconds))
    yield from _groups(Signal.Code.SAME_TIMING, scope, others, linked(pairs))


def perfect_cluster(scope: Scope) -> Iterator[Finding]:
    """Nearly everyone of an employer hands in a perfect paper within minutes."""
    limits = scope.thresholds
    near = timedelta(minutes=limits.cluster_minutes)
    for employer, papers in _by_employer(papers_of(scope).order_by("handed_in_at")):
        best: list[Paper] = []
        last = 0
        for first, paper in enumerate(papers):
            while last < len(papers) and _ended(papers[last]) - _ended(paper) <= near:
                last += 1
            here = papers[first:last]
            perfect = [one for one in here if one.score == FULL_SCORE]
            if (
                len({one.person_id for one in perfect}) >= limits.cluster_people
                and len(perfect) >= limits.cluster_share * len(here)
                and len(perfect) > len(best)
            ):
                best = perfect
        if best:
            rows = [
                {
                    "paper": one.pk,
                    "person": one.person_id,
                    "from": shown(one.drawn_at),
                    "until": shown(one.handed_in_at),
                    "score": one.score,
                }
                for one in best
            ]
            people = {one.person_id for one in best}
            yield Finding(
                code=Signal.Code.PERFECT_CLUSTER,
                kind=Subject.EMPLOYER,
                about=employer,
                key=scope.day.isoformat(),
                at=_ended(best[-1]),
                evidence={**first_rows(rows), "people": len(people)},
                people=tuple(sorted(people)),
            )


def same_mistakes(scope: Scope) -> Iterator[Finding]:
    """Papers of one employer agree on every shared question, mistakes included."""
    limits = scope.thresholds
    sheets = list(sheets_of(scope))
    employers = employers_of(sheet.person for sheet in sheets)
    places: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        has_mistakes = any(not right for _, right in sheet.answers.values())
        if sheet.person in employers and has_mistakes:
            places[employers[sheet.person]].append(sheet)
    for found in places.values():
        pairs = [
            (one.pk, other.pk)
            for place, one in enumerate(found)
            for other in found[place + 1 : place + NEIGHBORS]
            if one.person != other.person
            and _agree(one, other, limits.mistakes_shared, limits.mistakes_same)
        ]
        groups = [
            group for group in linked(pairs) if len(group) >= limits.mistakes_people
        ]
        yield from _groups(Signal.Code.SAME_MISTAKES, scope, found, groups)


def sheets_of(scope: Scope) -> Iterator[Sheet]:
    """The day's papers with their answers, in two queries, by their end."""
    papers = papers_of(scope).order_by("handed_in_at", "pk")
    answers: dict[int, dict[int, tuple[tuple[int, ...], bool]]] = defaultdict(dict)
    times: dict[int, list[datetime]] = defaultdict(list)
    rows = PaperQuestion.objects.filter(paper__in=papers.order_by().values("pk"))
    for paper, question, chosen, is_right, at in rows.values_list(
        "paper", "question", "chosen", "is_right", "answered_at"
    ).iterator(chunk_size=5000):
        answers[paper][question] = (tuple(chosen), is_right)
        if at is not None:
            times[paper].append(at)
    for paper in papers:
        yield Sheet(
            pk=paper.pk,
            person=paper.person_id,
            course=paper.course_id,
            ended_at=_ended(paper),
            score=paper.score or 0,
            answers=answers[paper.pk],
            times=times[paper.pk],
        )


def _same_rhythm(sheets: list[Sheet], tolerance: float) -> Iterable[tuple[int, int]]:
    """Papers of different people whose every pause is as long as the other's."""
    ordered = sorted(sheets, key=lambda sheet: sheet.span)
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 : place + NEIGHBORS]:
            if other.span - one.span > 2 * tolerance:
                break
            if one.person != other.person and len(one.gaps) == len(other.gaps):
                pauses = zip(one.gaps, other.gaps, strict=True)
                if all(abs(a - b) <= tolerance for a, b in pauses):
                    yield one.pk, other.pk


def _agree(one: Sheet, other: Sheet, least_shared: int, least_same: int) -> bool:
    shared = one.answers.keys() & other.answers.keys()
    if len(shared) < least_shared:
        return False
    if any(one.answers[key] != other.answers[key] for key in shared):
        return False
    return sum(not one.answers[key][1] for key in shared) >= least_same


def _groups(
    code: Signal.Code, scope: Scope, sheets: list[Sheet], groups: list[set[int]]
) -> Iterator[Finding]:
    """One finding on the employer that a group shares, else one on each person."""
    by_pk = {sheet.pk: sheet for sheet in sheets}
    for group in groups:
        found = sorted((by_pk[pk] for pk in group), key=lambda sheet: sheet.pk)
        people = tuple(sorted({sheet.person for sheet in found}))
        employers = employers_of(people)
        places = {employers.get(person) for person in people}
        evidence = {**_told(found), "people": len(people)}
        key = f"{scope.day.isoformat()}:{found[0].pk}"
        at = max(sheet.ended_at for sheet in found)
        (employer, *more) = places
        if employer is not None and not more:
            yield Finding(code, Subject.EMPLOYER, employer, key, at, evidence, people)
            continue
        for person in people:
            yield of_person(code, person, key, at, evidence)


def _told(sheets: list[Sheet]) -> dict[str, Any]:
    return first_rows(
        [
            {
                "paper": sheet.pk,
                "person": sheet.person,
                "until": shown(sheet.ended_at),
                "score": sheet.score,
                "pauses": [round(gap) for gap in sheet.gaps],
                "mistakes": sorted(
                    question
                    for question, (_, right) in sheet.answers.items()
                    if not right
                ),
            }
            for sheet in sheets
        ]
    )


def _by_employer(papers: Any) -> Iterable[tuple[int, list[Paper]]]:
    found = list(papers)
    employers = employers_of(paper.person_id for paper in found)
    places: dict[int, list[Paper]] = defaultdict(list)
    for paper in found:
        if paper.person_id in employers:
            places[employers[paper.person_id]].append(paper)
    return places.items()


def _ended(paper: Paper) -> datetime:
    return paper.handed_in_at or paper.deadline
