"""Does spaced review stick? Simulated learners, four orders, the same minutes.

The learners forget by a model of their own, not by the scheduler's: a quick and a slow
part that both fade exponentially, with a strength that grows more the nearer something
was to being forgotten. People and questions differ, and a choice of four can be guessed.
Every order gets the same people, the same new questions and the same two minutes a day;
when nothing is due any more, all of them fill the minutes with what is due next.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from statistics import fmean

from fsrs import Rating

from ankang.practice.memory import (
    Memory,
    after_answer,
    calibrated,
    calibration_error,
)
from bench.report import Figure

DAY = timedelta(days=1)
MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAYS, QUESTIONS, NEW_A_DAY = 90, 120, 3
PEOPLE, SEEDS = 40, (11, 12, 13)
SECONDS_A_DAY = 120
SECONDS_RIGHT, SECONDS_WRONG = 10, 20
GUESS, SLIP = 0.25, 0.03
QUICK_PART, SLOW = 0.8, 8.0
FIXED_DAYS = (1, 2, 4, 7, 15, 30, 60)
RETENTION = Decimal("0.9")


@dataclass(frozen=True)
class People:
    """How a kind of people forgets: strength at first (log of days), gain by effort."""

    name: str
    first: float
    gain: float
    effort_power: float


USUAL = People("usual learners", first=2.0, gain=4.0, effort_power=0.5)
# They gain almost nothing from what they still know: two minutes are too few for all, and
# what is due piles up.
SLOW_TO_GAIN = People("learners who gain little", first=2.0, gain=2.5, effort_power=1.0)


@dataclass
class Trace:
    """What one person truly knows of one question: a strength in days."""

    strength: float
    gain: float
    effort_power: float
    last: float = 0.0

    def recall(self, day: float) -> float:
        """Probability of knowing it, by this simulation's own curve."""
        faded = (day - self.last) / self.strength
        quick = QUICK_PART * math.exp(-faded)
        return quick + (1 - QUICK_PART) * math.exp(-faded / SLOW)

    def meet(self, day: float, knew: bool) -> None:
        """Met again: stronger the nearer it was to being forgotten; a lapse weakens."""
        effort = 1 - self.recall(day)
        factor = 1 + self.gain * effort**self.effort_power if knew else 0.6
        self.strength = max(0.5, self.strength * factor)
        self.last = day


@dataclass
class Learner:
    """One simulated person under one order of review."""

    order: str
    draw: Random
    traces: list[Trace]
    memories: dict[int, Memory] = field(default_factory=dict)
    steps: dict[int, int] = field(default_factory=dict)
    met_on: dict[int, int] = field(default_factory=dict)
    predictions: list[tuple[float, bool]] = field(default_factory=list)
    seconds: float = 0.0

    def answer(self, question: int, day: int) -> float:
        """Answer a question; how long it took."""
        trace = self.traces[question]
        at = MORNING + DAY * day
        knew = question in self.met_on and self.draw.random() < trace.recall(day)
        is_right = self.draw.random() < (1 - SLIP if knew else GUESS)
        before = self.memories.get(question)
        if before is not None:
            self.predictions.append((before.recall(at), is_right))
        self.memories[question] = after_answer(
            before,
            rating=Rating.Good if is_right else Rating.Again,
            at=at,
            retention=RETENTION,
        )
        self.steps[question] = self.steps.get(question, -1) + 1 if is_right else 0
        if question in self.met_on:
            trace.meet(day, knew)
        self.met_on[question] = day
        trace.last = day
        took = SECONDS_RIGHT if is_right else SECONDS_WRONG
        self.seconds += took
        return took

    def waiting(self, day: int) -> list[int]:
        """What was met before today, in this learner's order of review."""
        known = [one for one, met in self.met_on.items() if met < day]
        return ORDERS[self.order](self, known, day)


def by_risk(learner: Learner, known: list[int], day: int) -> list[int]:
    """As the product does: what is due first, the most at risk of being forgotten first."""
    at = MORNING + DAY * day
    return sorted(
        known,
        key=lambda one: (
            learner.memories[one].due_at > at,
            learner.memories[one].recall(at),
        ),
    )


def by_what_can_be_saved(learner: Learner, known: list[int], day: int) -> list[int]:
    """What is due first, the best known of it first: a backlog's lost half waits."""
    at = MORNING + DAY * day

    def place(one: int) -> tuple[bool, float]:
        memory = learner.memories[one]
        is_due, known_now = memory.due_at <= at, memory.recall(at)
        return not is_due, -known_now if is_due else known_now

    return sorted(known, key=place)


def by_interval(learner: Learner, known: list[int], day: int) -> list[int]:
    """Fixed intervals that grow with each right answer, the most overdue first."""

    def overdue(one: int) -> float:
        step = min(learner.steps[one], len(FIXED_DAYS) - 1)
        return day - learner.met_on[one] - FIXED_DAYS[step]

    return sorted(known, key=lambda one: -overdue(one))


def by_chance(learner: Learner, known: list[int], day: int) -> list[int]:
    """Whatever comes."""
    return learner.draw.sample(known, len(known))


Order = Callable[[Learner, list[int], int], list[int]]
ORDERS: dict[str, Order] = {
    "fsrs": by_risk,
    "saving": by_what_can_be_saved,
    "fixed": by_interval,
    "random": by_chance,
}
NAMES = {
    "fsrs": "FSRS, most at risk first",
    "saving": "FSRS, best known first",
    "fixed": f"fixed intervals of {', '.join(map(str, FIXED_DAYS))} days",
    "random": "random order",
}


@dataclass(frozen=True)
class Outcome:
    """What an order came to: true recall on the last day and a month later."""

    recall: float
    recall_later: float
    minutes: float
    predictions: list[tuple[float, bool]]


def person(order: str, number: int, questions: int, kind: People, seed: int) -> Learner:
    """The same person and the same questions under any order."""
    nature = Random(seed * 1000 + number)
    pace = math.exp(nature.gauss(0, 0.5))
    traces = [
        Trace(
            strength=pace * math.exp(nature.gauss(kind.first, 0.6)),
            gain=max(0.5, nature.gauss(kind.gain, 0.7)),
            effort_power=kind.effort_power,
        )
        for _ in range(questions)
    ]
    return Learner(order, Random(seed * 2000 + number), traces)


def practice(learner: Learner, days: int) -> None:
    """New questions while there are any, and the same minutes of review each day."""
    fresh = iter(range(len(learner.traces)))
    for day in range(days):
        for _, question in zip(range(NEW_A_DAY), fresh, strict=False):
            learner.answer(question, day)
        left = float(SECONDS_A_DAY)
        for question in learner.waiting(day):
            if left <= 0:
                break
            left -= learner.answer(question, day)


def simulate(
    order: str,
    *,
    seed: int = SEEDS[0],
    kind: People = USUAL,
    people: int = PEOPLE,
    questions: int = QUESTIONS,
    days: int = DAYS,
) -> Outcome:
    """Everybody of a kind under one order."""
    now, later, minutes = [], [], []
    predictions: list[tuple[float, bool]] = []
    for number in range(people):
        learner = person(order, number, questions, kind, seed)
        practice(learner, days)
        now += [trace.recall(days) for trace in learner.traces]
        later += [trace.recall(days + 30) for trace in learner.traces]
        minutes.append(learner.seconds / 60)
        predictions += learner.predictions
    return Outcome(fmean(now), fmean(later), fmean(minutes), predictions)


Outcomes = dict[str, list[Outcome]]


def simulate_all(kind: People, **sizes: int) -> Outcomes:
    """Everybody of a kind under every order, once for each seed."""
    return {
        order: [simulate(order, seed=seed, kind=kind, **sizes) for seed in SEEDS]
        for order in ORDERS
    }


def is_best(outcomes: Outcomes) -> bool:
    """Does the order of the product win against fixed days and chance with every seed?"""
    rivals = zip(outcomes["fixed"], outcomes["random"], strict=True)
    return all(
        own.recall > max(one.recall for one in others)
        for own, others in zip(outcomes["fsrs"], rivals, strict=True)
    )


def lines(kind: People, outcomes: Outcomes) -> list[Figure]:
    """One line for each order; for the usual learners FSRS is held to be the best."""
    figures = []
    for order, found in outcomes.items():
        is_held = kind is USUAL and order == "fsrs"
        recalls = [one.recall for one in found]
        text = (
            f"{fmean(recalls):.1%} ({min(recalls):.1%} to {max(recalls):.1%}), a month "
            f"later {fmean(one.recall_later for one in found):.1%}, "
            f"{fmean(one.minutes for one in found) / DAYS:.1f} minutes a day"
        )
        figures.append(
            Figure(
                work=f"Recall after {DAYS} days, {kind.name}: {NAMES[order]}",
                placement=f"{len(found)} seeds, {PEOPLE} people each, {QUESTIONS} questions",
                text=text,
                target="above fixed and random, each seed" if is_held else "",
                met=is_best(outcomes) if is_held else None,
            )
        )
    return figures


def calibration_line(kind: People, predictions: list[tuple[float, bool]]) -> Figure:
    """How far the scheduler's predictions are off, with its parameters as they come."""
    found = calibrated(predictions)
    spread = "; ".join(
        f"{one.predicted:.0%} → {one.actual:.0%} ({one.answers:,})" for one in found
    )
    return Figure(
        work=f"Calibration error, {kind.name} (predicted → right)",
        placement=f"{len(predictions):,} answers",
        text=f"{calibration_error(found):.3f}; {spread}",
    )


def run(_peer: float = 0.0) -> list[Figure]:
    """Recall after 90 days by each order, and how far the predictions are off."""
    figures = []
    for kind in (USUAL, SLOW_TO_GAIN):
        outcomes = simulate_all(kind)
        figures += lines(kind, outcomes)
        predictions = [pair for one in outcomes["fsrs"] for pair in one.predictions]
        figures.append(calibration_line(kind, predictions))
    return figures
