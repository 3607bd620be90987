"""Does the predicted recall come true? Predictions against answers, by tenths."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Avg,
    Case,
    Count,
    F,
    FloatField,
    IntegerField,
    Q,
    Value,
    When,
)
from django.db.models.functions import Cast, Floor, Greatest, Least, Ln

from ankang.policies.retention import RetentionRules
from ankang.practice.memory import BINS, Calibration, calibration_error
from ankang.practice.models import PracticeAnswer

# A prediction of exactly 1 that fails would cost without end.
SUREST = 0.999


def calibration_of(*, rules: RetentionRules, at: datetime) -> dict[str, Any]:
    """The calibration of the days before a moment, as `RetentionRun` keeps it.

    Summed inside the database. Nothing is said of fewer than `fewest_people`, and a tenth
    in which fewer people answered is not shown.
    """
    since = at - timedelta(days=rules.calibration_days)
    answers = PracticeAnswer.objects.real().filter(
        recall__isnull=False, received_at__gt=since, received_at__lte=at
    )
    sure = Greatest(Value(1 - SUREST), Least(F("recall"), Value(SUREST)))
    whole = answers.aggregate(
        people=Count("person", distinct=True),
        answers=Count("pk"),
        loss=Avg(
            Case(
                When(is_right=True, then=-Ln(sure)),
                default=-Ln(Value(1.0) - sure),
                output_field=FloatField(),
            )
        ),
    )
    counts = {"again_people": whole["people"], "again_answers": whole["answers"]}
    if whole["people"] < rules.fewest_people:
        return counts
    tenth = Cast(Floor(Least(F("recall"), Value(SUREST)) * BINS), IntegerField())
    rows = (
        answers.annotate(tenth=tenth)
        .order_by()
        .values("tenth")
        .annotate(
            predicted=Avg("recall"),
            total=Count("pk"),
            right=Count("pk", filter=Q(is_right=True)),
            people=Count("person", distinct=True),
        )
        .order_by("tenth")
    )
    bins = [(row["tenth"], row["people"], _line(row)) for row in rows]
    return {
        **counts,
        "error": calibration_error([line for _, _, line in bins]),
        "log_loss": whole["loss"],
        "bins": [
            {
                "from": tenth / BINS,
                "predicted": line.predicted,
                "actual": line.actual,
                "predicted_percent": round(100 * line.predicted, 1),
                "actual_percent": round(100 * line.actual, 1),
                "answers": line.answers,
                "people": people,
            }
            for tenth, people, line in bins
            if people >= rules.fewest_people
        ],
    }


def _line(row: Any) -> Calibration:
    return Calibration(row["predicted"], row["right"] / row["total"], row["total"])
