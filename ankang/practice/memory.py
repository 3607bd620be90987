"""What a person still knows of a question (间隔复习): FSRS, pure.

The package `fsrs` keeps the book of one card. Here it gets days instead of minutes: no
learning steps, since people practice two minutes a day, and no chance in the intervals,
so that replaying the answers gives the same card again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django.db.models import F, FloatField, Value
from django.db.models.expressions import Combinable, ExpressionWrapper
from django.db.models.functions import Cast, Greatest, Power
from fsrs import Card, Rating, Scheduler, State
from fsrs.scheduler import DEFAULT_PARAMETERS

DAY = timedelta(days=1)
# The curve: recall after t days at stability S is (1 + FACTOR * t / S) ** DECAY, which
# is 0.9 at t = S.
DECAY = -DEFAULT_PARAMETERS[20]
FACTOR = 0.9 ** (1 / DECAY) - 1
LEAST_STABILITY = 0.001
BINS = 10


@dataclass(frozen=True)
class Memory:
    """The state of one question in one head: stability in days, difficulty 1 to 10."""

    stability: float
    difficulty: float
    last_at: datetime
    due_at: datetime

    def recall(self, at: datetime) -> float:
        """The probability that the answer would be right at a moment."""
        return recall(self.stability, (at - self.last_at) / DAY)

    def days_since(self, at: datetime) -> float:
        return max(0.0, (at - self.last_at) / DAY)


def recall(stability: float, days: float) -> float:
    """FSRS's forgetting curve: 1 at once, 0.9 after `stability` days."""
    return float((1 + FACTOR * max(0.0, days) / stability) ** DECAY)


def recalls(stabilities: Iterable[float], days: float) -> list[float]:
    """The curve for many stabilities at once, all the same days after the answer."""
    slope = FACTOR * max(0.0, days)
    return [(1 + slope / stability) ** DECAY for stability in stabilities]


def recall_expression(day: int, stability: str, last_day: str) -> Combinable:
    """The curve inside the database, in whole days; `day` counts as `date.toordinal`."""
    days = Greatest(Value(day) - F(last_day), Value(0))
    ratio = Cast(days, FloatField()) * Value(FACTOR) / F(stability)
    return Power(
        ExpressionWrapper(Value(1.0) + ratio, output_field=FloatField()),
        Value(DECAY),
        output_field=FloatField(),
    )


def rate(*, is_right: bool, is_unsure: bool) -> Rating:
    """How well it was known: one cannot be better than right on a choice of four.

    Unsure is what was right with the hint opened, in part, or after a long time.
    """
    if not is_right:
        return Rating.Again
    return Rating.Hard if is_unsure else Rating.Good


def after_answer(
    before: Memory | None, *, rating: Rating, at: datetime, retention: Decimal
) -> Memory:
    """The memory after an answer; None before means it is the first.

    `retention` is the recall at which a question is due again.
    """
    moment = max(at, before.last_at) if before else at
    card = Card(
        card_id=0,
        state=State.Review if before else State.Learning,
        stability=before.stability if before else None,
        difficulty=before.difficulty if before else None,
        due=moment.astimezone(UTC),
        last_review=before.last_at.astimezone(UTC) if before else None,
    )
    card, _ = _scheduler(retention).review_card(card, rating, moment.astimezone(UTC))
    if card.stability is None or card.difficulty is None:  # pragma: no cover
        raise AssertionError("a reviewed card has a stability")
    return Memory(
        stability=max(LEAST_STABILITY, card.stability),
        difficulty=card.difficulty,
        last_at=moment,
        due_at=card.due,
    )


@lru_cache(maxsize=8)
def _scheduler(retention: Decimal) -> Scheduler:
    return Scheduler(
        desired_retention=float(retention),
        learning_steps=(),
        relearning_steps=(),
        enable_fuzzing=False,
    )


@dataclass(frozen=True)
class Calibration:
    """Answers whose predicted recall fell into one tenth, and how they came out."""

    predicted: float
    actual: float
    answers: int


def calibrated(predictions: Iterable[tuple[float, bool]]) -> list[Calibration]:
    """Predicted recall against right answers, by tenths, the lowest first."""
    sums: dict[int, tuple[float, int, int]] = {}
    for predicted, is_right in predictions:
        place = min(BINS - 1, int(predicted * BINS))
        total, right, count = sums.get(place, (0.0, 0, 0))
        sums[place] = (total + predicted, right + is_right, count + 1)
    return [
        Calibration(total / count, right / count, count)
        for _, (total, right, count) in sorted(sums.items())
    ]


def calibration_error(bins: Sequence[Calibration]) -> float:
    """How far prediction and outcome lie apart, weighted by answers; 0 is perfect."""
    answers = sum(one.answers for one in bins)
    apart = sum(abs(one.predicted - one.actual) * one.answers for one in bins)
    return apart / answers if answers else 0.0
