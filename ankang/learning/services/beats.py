"""Crediting beats: the one path that 150,000 phones take every 15 seconds.

One transaction for one message (the main process) or for all that wait (the collector):
rows are read, settled by the rules of `settling`, and written, in plain SQL. Only the
unusual, checks and refusals, costs statements of its own, and those once for the batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from ankang.learning import accounting
from ankang.learning.accounting import SENTENCES, Reason
from ankang.learning.messages import Answer, Message, read_message
from ankang.learning.models import CheckQuestion, PresenceCheck
from ankang.learning.services.rows import find_rows, save_rows, stored_time
from ankang.learning.services.watch import new_nonce, record_miss
from ankang.learning.settling import Idle, Settled, Unknown, Verdict, settle_all
from ankang.quizzes.models import QuestionVersion

RECENT_SECONDS = 90
REFUSALS_AT_ONCE = 500
ADD_REFUSALS = """
INSERT INTO learning_refusedclaim (session_id, reason, seconds, times, last_at)
VALUES {rows}
ON CONFLICT (session_id, reason) DO UPDATE SET
    seconds = learning_refusedclaim.seconds + excluded.seconds,
    times = learning_refusedclaim.times + excluded.times,
    last_at = excluded.last_at
"""


def receive(body: bytes, at: datetime) -> tuple[int, dict[str, Any]]:
    """Account a message of beats; return the HTTP status and the JSON answer.

    400 for what is no message, 403 for a token that is forged or too old, 409 when the
    session has ended: the page then opens a new one. 200 tells what was credited.
    """
    message = read_message(body, at.timestamp())
    if isinstance(message, Message):
        [answer] = credit_locked([message])
    else:
        answer = message
    return answer.status, answer.said


@transaction.atomic
def credit_locked(messages: Sequence[Message]) -> list[Answer]:
    """Account messages in their order, under locks, and store what changed."""
    rows = find_rows({message.key for message in messages}, lock=True)
    changed, verdicts = settle_all(messages, rows, new_nonce)
    save_rows(changed)
    return answer_all(verdicts)


def answer_all(verdicts: Sequence[Verdict]) -> list[Answer]:
    """Write down what is unusual, and tell each page. The rows are saved, so locked."""
    settled = [one for one in verdicts if isinstance(one, Settled)]
    checks = send_checks(settled)
    note_refusals(settled)
    return [answer_of(one, checks) for one in verdicts]


def send_checks(settled: Sequence[Settled]) -> dict[str, PresenceCheck]:
    """Issue, repeat and end presence checks; the checks to show, by nonce."""
    checks = {}
    if waiting := {one.waiting for one in settled if one.waiting}:
        found = PresenceCheck.objects.select_related("question").filter(
            nonce__in=waiting, result=PresenceCheck.Result.OPEN
        )
        checks = {check.nonce: check for check in found}
    if issuing := [one for one in settled if one.issued]:
        issued = PresenceCheck.objects.bulk_create(checks_of(issuing))
        checks |= {check.nonce: check for check in issued}
    for one in settled:
        if one.missed:
            nonce, lost = one.missed
            record_miss(nonce=nonce, lost=lost)
    return checks


def checks_of(issuing: Sequence[Settled]) -> list[PresenceCheck]:
    """A check each: a question about the last minute if there is one, else a tap."""
    asked = questions_of({one.version_id for one in issuing})
    return [
        PresenceCheck(
            session_id=one.message.token.session_id,
            nonce=one.issued,
            question=recent_question(asked.get(one.version_id, []), one.position),
            position=one.position,
            issued_at=datetime.fromtimestamp(one.message.at, UTC),
        )
        for one in issuing
    ]


Asked = list[tuple[int, QuestionVersion]]
"""The questions of a courseware version, each with the second it is about, latest first."""


def questions_of(version_ids: set[int]) -> dict[int, Asked]:
    """What may be asked about these courseware versions."""
    links = list(
        CheckQuestion.objects.filter(
            courseware__versions__in=version_ids, question__is_retired=False
        )
        .order_by("-at_second", "pk")
        .values_list("courseware__versions", "at_second", "question_id")
    )
    current = {
        version.question_id: version
        for version in QuestionVersion.objects.filter(
            question__in={link[2] for link in links}, is_current=True
        )
    }
    asked: dict[int, Asked] = {}
    for version_id, second, question_id in links:
        if question_id in current:
            asked.setdefault(version_id, []).append((second, current[question_id]))
    return asked


def recent_question(asked: Asked, position: int) -> QuestionVersion | None:
    """The latest question about what was just played."""
    for second, question in asked:
        if position - RECENT_SECONDS <= second <= position:
            return question
    return None


@dataclass
class Refused:
    """What of a session was not credited for one reason."""

    seconds: int = 0
    times: int = 0
    last_at: float = field(default=0.0)


def note_refusals(settled: Sequence[Settled]) -> None:
    """Add to each session's account of what was not credited."""
    refused: dict[tuple[int, Reason], Refused] = {}
    for one in settled:
        for reason in {**one.message.malformed, **one.refused}:
            key = (one.message.token.session_id, reason)
            total = refused.setdefault(key, Refused())
            total.seconds += one.refused.get(reason, 0)
            total.times += one.message.malformed.get(reason, 1)
            total.last_at = one.message.at
    lines = [
        (
            session_id,
            reason.value,
            total.seconds,
            total.times,
            stored_time(total.last_at),
        )
        for (session_id, reason), total in sorted(refused.items())
    ]
    with connection.cursor() as cursor:
        for start in range(0, len(lines), REFUSALS_AT_ONCE):
            some = lines[start : start + REFUSALS_AT_ONCE]
            rows = ", ".join(["(%s, %s, %s, %s, %s)"] * len(some))
            cursor.execute(
                ADD_REFUSALS.format(rows=rows),
                [value for line in some for value in line],
            )


def answer_of(verdict: Verdict, checks: dict[str, PresenceCheck]) -> Answer:
    """What the page shows: the verified seconds, the refusals, the open check."""
    if verdict is Unknown:
        return Answer(403, {"error": "token"})
    if verdict is Idle or not isinstance(verdict, Settled):
        return Answer(409, {"error": "idle"})
    said: dict[str, Any] = {
        "credited": verdict.covered.bit_count(),
        "held": verdict.held.bit_count(),
        "covered": accounting.ranges_of(verdict.covered),
        "accepted": verdict.accepted,
        "closed": verdict.is_closed,
    }
    if refusals := {**dict.fromkeys(verdict.message.malformed, 0), **verdict.refused}:
        said["refused"] = [
            {"reason": reason, "seconds": seconds, "sentence": SENTENCES[reason]}
            for reason, seconds in refusals.items()
        ]
    check = checks.get(verdict.issued or verdict.waiting)
    if check is not None:
        said["check"] = check_payload(check)
    return Answer(200, said)


def check_payload(check: PresenceCheck) -> dict[str, Any]:
    """A check for the page: never the answer."""
    question = check.question
    return {
        "nonce": check.nonce,
        "stem": question.stem if question else "",
        "kind": question.kind if question else "tap",
        "options": question.options if question else [],
    }
