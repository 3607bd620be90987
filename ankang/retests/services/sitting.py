"""The person's side: begin once, answer, hand in. Graded here and nowhere else."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import SystemRandom

from django.db import transaction

from ankang.core.errors import Refusal
from ankang.evidence.services import append_many
from ankang.learning.drawing import draw
from ankang.learning.services.exams import (
    NotOnPaper,
    PaperClosed,
    TimeIsUp,
    chosen_originals,
    option_order,
)
from ankang.policies.retests import FULL_SCORE
from ankang.retests.facts import handed_in_fact
from ankang.retests.models import RetestInvitation, RetestQuestion
from ankang.retests.queries import as_candidates, exam_candidates

CHANCE = SystemRandom()


class WindowOver(Refusal):
    def __init__(self) -> None:
        super().__init__("抽测已经截止，不能再开始。你的合格证明不受影响。")


@transaction.atomic
def begin(
    *, invitation: RetestInvitation, device: str, at: datetime
) -> RetestInvitation:
    """Draw the questions and start the clock; begun already, nothing changes.

    :raises WindowOver: at or after the end of the window.
    """
    locked = _locked(invitation)
    if locked.begun_at is not None:
        return locked
    retest = locked.retest
    if retest.closes_at is None or at >= retest.closes_at:
        raise WindowOver
    rules = retest.rules
    versions = exam_candidates(rules.draw)
    drawn = draw(
        as_candidates(versions), rules.draw, seen={}, earlier=(), chance=CHANCE
    )
    locked.begun_at = at
    locked.due_at = min(at + timedelta(minutes=rules.minutes), retest.closes_at)
    locked.device = device
    locked.save(update_fields=["begun_at", "due_at", "device"])
    RetestQuestion.objects.bulk_create(
        RetestQuestion(
            invitation=locked,
            position=position,
            question=versions[pk],
            option_order=option_order(versions[pk]),
        )
        for position, pk in enumerate(drawn, start=1)
    )
    return locked


@transaction.atomic
def answer(
    *, invitation: RetestInvitation, position: int, places: list[int], at: datetime
) -> RetestQuestion:
    """Save an answer, given as places of the options shown. It may be changed again.

    :raises PaperClosed: handed in already, or never begun.
    :raises TimeIsUp: at or after the deadline.
    :raises NotOnPaper: no such question or option in this person's retest.
    """
    locked = _locked(invitation)
    if locked.handed_in_at is not None or locked.due_at is None:
        raise PaperClosed
    if at >= locked.due_at:
        raise TimeIsUp
    row = locked.questions.select_related("question").filter(position=position).first()
    if row is None:
        raise NotOnPaper
    row.chosen = chosen_originals(row, places)
    row.answered_at = at
    row.save(update_fields=["chosen", "answered_at"])
    return row


@transaction.atomic
def hand_in(
    *,
    invitation: RetestInvitation,
    answers: Mapping[int, list[int]] | None = None,
    at: datetime,
) -> RetestInvitation:
    """Grade what was saved in time, once; a second call returns the first result.

    Answers that come along are saved first if there is time left. Nothing happens to any
    certificate.

    :raises PaperClosed: never begun.
    """
    locked = _locked(invitation)
    if locked.handed_in_at is not None:
        return locked
    if locked.due_at is None:
        raise PaperClosed
    if at < locked.due_at:
        for position, places in (answers or {}).items():
            answer(invitation=locked, position=position, places=places, at=at)
    rows = list(locked.questions.select_related("question"))
    for row in rows:
        row.is_right = row.question.is_right(row.chosen)
    RetestQuestion.objects.bulk_update(rows, ["is_right"])
    locked.score = FULL_SCORE * sum(row.is_right for row in rows) // len(rows)
    locked.is_passed = locked.score >= locked.retest.rules.pass_mark
    locked.handed_in_at = min(at, locked.due_at)
    locked.save(update_fields=["score", "is_passed", "handed_in_at"])
    append_many([handed_in_fact(locked, rows)])
    return locked


def _locked(invitation: RetestInvitation) -> RetestInvitation:
    return (
        RetestInvitation.objects.select_for_update(of=("self",))
        .select_related("retest__edition", "person")
        .get(pk=invitation.pk)
    )
