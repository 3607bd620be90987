"""Signals in papers: how fast, in what rhythm, and how alike they were answered."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from statistics import pstdev
from typing import Any

from django.db.models import Count, Q

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
ENOUGH_OTHERS = 10
MONTH = timedelta(days=30)
Mistake = tuple[int, tuple[int, ...]]


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
    def mistakes(self) -> set[Mistake]:
        answers = self.answers.items()
        return {(key, chosen) for key, (chosen, is_right) in answers if not is_right}

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
    """People of one employer chose the same wrong options where the city knows better."""
    limits = scope.thresholds
    sheets = list(sheets_of(scope))
    employers = employers_of(sheet.person for sheet in sheets)
    places: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        if sheet.person in employers:
            places[employers[sheet.person]].append(sheet)
    shared = {place: _shared_mistakes(here, scope) for place, here in places.items()}
    city = _answers_of_the_city(scope, {q for rows in shared.values() for q, _ in rows})
    for employer, rows in shared.items():
        here = places[employer]
        odd = {row for row in rows if _is_known_better(row[0], here, city, scope)}
        copies = [
            sheet for sheet in here if len(odd & sheet.mistakes) >= limits.mistakes_same
        ]
        people = tuple(sorted({sheet.person for sheet in copies}))
        if len(people) >= limits.mistakes_people:
            questions = [{"question": q, "chosen": list(c)} for q, c in sorted(odd)]
            yield Finding(
                code=Signal.Code.SAME_MISTAKES,
                kind=Subject.EMPLOYER,
                about=employer,
                key=scope.day.isoformat(),
                at=max(sheet.ended_at for sheet in copies),
                evidence={
                    **_told(copies),
                    "people": len(people),
                    "same_mistakes": questions,
                },
                people=people,
            )


def _shared_mistakes(sheets: list[Sheet], scope: Scope) -> set[Mistake]:
    """Wrong options that nearly all of these people chose who were asked."""
    limits = scope.thresholds
    asked = Counter(question for sheet in sheets for question in sheet.answers)
    chosen = Counter(mistake for sheet in sheets for mistake in sheet.mistakes)
    return {
        mistake
        for mistake, times in chosen.items()
        if times >= limits.mistakes_people
        and times >= limits.mistakes_share * asked[mistake[0]]
    }


def _answers_of_the_city(
    scope: Scope, questions: set[int]
) -> dict[int, tuple[int, int]]:
    """How often each question was asked lately, and answered wrong."""
    rows = PaperQuestion.objects.filter(
        question__in=questions,
        paper__handed_in_at__gte=scope.until - MONTH,
        paper__handed_in_at__lt=scope.until,
    )
    counts = rows.values_list("question").annotate(
        asked=Count("pk"), wrong=Count("pk", filter=Q(is_right=False))
    )
    return {question: (asked, wrong) for question, asked, wrong in counts}


def _is_known_better(
    question: int,
    here: list[Sheet],
    city: dict[int, tuple[int, int]],
    scope: Scope,
) -> bool:
    """Do enough others answer the question, and most of them right?"""
    asked, wrong = city.get(question, (0, 0))
    own = [sheet.answers[question][1] for sheet in here if question in sheet.answers]
    others, others_wrong = asked - len(own), wrong - own.count(False)
    return (
        others >= ENOUGH_OTHERS
        and others_wrong < scope.thresholds.mistakes_common * others
    )


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
                "mistakes": sorted(question for question, _ in sheet.mistakes),
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
