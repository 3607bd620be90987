"""Signals in practice: answers that came faster than anybody can read."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ankang.integrity.models import Signal
from ankang.integrity.signals.findings import (
    Finding,
    Scope,
    first_rows,
    of_person,
    shown,
)
from ankang.practice.models import PracticeAnswer


def fast_practice(scope: Scope) -> Iterator[Finding]:
    """A day with many answers for which the questions were not read."""
    least = scope.thresholds.practice_quick
    if not least:
        return
    rows = PracticeAnswer.objects.filter(
        is_quick=True, received_at__gte=scope.since, received_at__lt=scope.until
    )
    if scope.day.year != scope.year:
        return
    found: dict[int, list[PracticeAnswer]] = defaultdict(list)
    for answer in rows.order_by("received_at", "pk").iterator(chunk_size=5000):
        found[answer.person_id].append(answer)
    for person, answers in found.items():
        if len(answers) >= least:
            yield of_person(
                Signal.Code.FAST_PRACTICE,
                person,
                scope.day.isoformat(),
                answers[-1].received_at,
                _told(answers),
            )


def _told(answers: list[PracticeAnswer]) -> dict[str, Any]:
    rows = [
        {
            "group": one.group_id,
            "question": one.version_id,
            "from": shown(one.answered_at),
            "until": shown(one.received_at),
            "seconds": float(one.seconds),
        }
        for one in answers
    ]
    return {**first_rows(rows), "answers": len(answers)}
