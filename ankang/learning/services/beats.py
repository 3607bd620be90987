"""Receiving beats: the one path that 150,000 phones take every 15 seconds.

It reads and writes with two statements of plain SQL and no session look-up; the rules
are in `accounting`. Everything unusual (a check, a refusal) takes the ordinary road.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing
from django.db import connection, transaction
from django.db.models import F

from ankang.learning import accounting
from ankang.learning.accounting import SENTENCES, BadBeat, Beat, Outcome, Reason, State
from ankang.learning.models import CheckQuestion, PresenceCheck, RefusedClaim
from ankang.learning.services.watch import (
    Token,
    bytes_of,
    new_nonce,
    read_token,
    record_miss,
)
from ankang.quizzes.models import QuestionVersion

MAX_BEATS = 60
IDLE_LIMIT = timedelta(minutes=30)
RECENT_SECONDS = 90
READ = """
SELECT s.opened_at, s.closed_at, s.edge, s.debt, s.cap, s.spent, s.last_beat_at,
       c.covered, c.held, c.check_at, c.check_nonce, c.check_issued_at, c.version_id
FROM learning_watchsession s
JOIN learning_coverage c ON c.person_id = s.person_id AND c.version_id = s.version_id
WHERE s.id = %s AND c.id = %s
"""
WRITE_SESSION = """
UPDATE learning_watchsession SET spent = %s, beats = beats + %s, last_beat_at = %s
WHERE id = %s
"""
WRITE_COVERAGE = """
UPDATE learning_coverage SET covered = %s, held = %s, credited_seconds = %s,
       check_nonce = %s, check_issued_at = %s, changed_at = %s
WHERE id = %s
"""


@dataclass(frozen=True)
class Row:
    """Session and coverage as read, with what the core does not need."""

    state: State
    nonce: str
    version_id: int
    last_seen: float


@dataclass
class Sum:
    """What a message of several beats came to."""

    state: State
    refused: dict[Reason, int]
    issues_check: bool = False
    accepted: int = 0


def receive(body: bytes, at: datetime) -> tuple[int, dict[str, Any]]:
    """Account a message of beats; return the HTTP status and the JSON answer.

    400 for what is no message, 403 for a token that is forged or too old, 409 when the
    session has ended: the page then opens a new one. 200 tells what was credited.
    """
    try:
        message = json.loads(body, parse_constant=lambda _: None)
        token = read_token(message["token"])
        raw_beats = message["beats"]
    except signing.SignatureExpired:
        return 403, {"error": "expired"}
    except signing.BadSignature:
        return 403, {"error": "token"}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return 400, {"error": "message"}
    if not isinstance(raw_beats, list) or len(raw_beats) > MAX_BEATS:
        return 400, {"error": "message"}
    beats, malformed = parse_beats(raw_beats, token)
    return credit(token=token, beats=beats, malformed=malformed, at=at)


def parse_beats(
    raw_beats: list[object], token: Token
) -> tuple[list[Beat], dict[Reason, int]]:
    """The beats that an honest player could have sent, and a count of the others."""
    beats: list[Beat] = []
    malformed: dict[Reason, int] = {}
    for raw in raw_beats:
        try:
            beats.append(accounting.parse_beat(raw, token.terms))
        except BadBeat as bad:
            malformed[bad.reason] = malformed.get(bad.reason, 0) + 1
    return beats, malformed


@transaction.atomic
def credit(
    *, token: Token, beats: list[Beat], malformed: dict[Reason, int], at: datetime
) -> tuple[int, dict[str, Any]]:
    """Account beats under the lock on the coverage, and store what changed."""
    row = read_row(token)
    if row is None:
        return 403, {"error": "token"}
    now = at.timestamp()
    if now - row.last_seen > IDLE_LIMIT.total_seconds():
        return 409, {"error": "idle"}
    state, lost = accounting.expire_check(row.state, now, token.terms)
    total = Sum(state=state, refused={Reason.PRESENCE: lost} if lost else {})
    nonce = row.nonce
    if state.check_issued_at != row.state.check_issued_at:
        record_miss(nonce=nonce, lost=row.state.held)
        nonce = new_nonce()
    for beat in beats:
        add_outcome(total, accounting.account(total.state, beat, now, token.terms))
    check = None
    if total.issues_check:
        check = issue_check(token=token, row=row, nonce=nonce, total=total, at=at)
    elif total.state.check_issued_at is not None:
        check = open_check(nonce)
    write_row(token, total.state, nonce=nonce, beats=len(beats), at=at)
    for reason in {**malformed, **total.refused}:
        note_refusal(
            token=token,
            reason=reason,
            seconds=total.refused.get(reason, 0),
            times=malformed.get(reason, 1),
            at=at,
        )
    return 200, answer(total, row, malformed, check)


def add_outcome(total: Sum, outcome: Outcome) -> None:
    """Fold one beat's outcome into the message's."""
    total.state = outcome.state
    total.accepted += outcome.credited + outcome.held
    total.issues_check = outcome.issues_check or total.issues_check
    for reason, seconds in outcome.refused:
        total.refused[reason] = total.refused.get(reason, 0) + seconds


def read_row(token: Token) -> Row | None:
    """Session and coverage in one statement, locked until the transaction ends."""
    lock = "FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(READ + lock, [token.session_id, token.coverage_id])
        found = cursor.fetchone()
    if found is None:
        return None
    opened_at, closed_at = epoch(found[0]), epoch(found[1])
    state = State(
        covered=int.from_bytes(found[7], "little"),
        held=int.from_bytes(found[8], "little"),
        opened_at=opened_at or 0.0,
        closed_at=closed_at,
        edge=found[2],
        debt=found[3],
        cap=found[4],
        spent=found[5],
        check_at=found[9],
        check_issued_at=epoch(found[11]),
    )
    last_seen = epoch(found[6]) or opened_at or 0.0
    return Row(state, nonce=found[10], version_id=found[12], last_seen=last_seen)


def epoch(value: datetime | None) -> float | None:
    """A stored time as seconds since the epoch; SQLite gives it naive, in UTC."""
    if value is None:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


def write_row(
    token: Token, state: State, *, nonce: str, beats: int, at: datetime
) -> None:
    """Store session and coverage."""
    adapt = connection.ops.adapt_datetimefield_value
    issued = state.check_issued_at
    issued_at = adapt(datetime.fromtimestamp(issued, UTC)) if issued else None
    now = adapt(at)
    with connection.cursor() as cursor:
        cursor.execute(WRITE_SESSION, [state.spent, beats, now, token.session_id])
        cursor.execute(
            WRITE_COVERAGE,
            [
                bytes_of(state.covered),
                bytes_of(state.held),
                state.credited(),
                nonce,
                issued_at,
                now,
                token.coverage_id,
            ],
        )


def issue_check(
    *, token: Token, row: Row, nonce: str, total: Sum, at: datetime
) -> PresenceCheck:
    """Send a presence check: a question about the last minute if there is one, else a tap."""
    position = (total.state.covered | total.state.held).bit_length()
    link = (
        CheckQuestion.objects.filter(
            courseware__versions=row.version_id,
            at_second__lte=position,
            at_second__gte=position - RECENT_SECONDS,
            question__is_retired=False,
        )
        .order_by("-at_second")
        .first()
    )
    question = (
        QuestionVersion.objects.filter(
            question=link.question_id, is_current=True
        ).first()
        if link
        else None
    )
    return PresenceCheck.objects.create(
        session_id=token.session_id,
        nonce=nonce,
        question=question,
        position=position,
        issued_at=at,
    )


def open_check(nonce: str) -> PresenceCheck | None:
    """The check that still waits, sent again in case its first sending was lost."""
    return (
        PresenceCheck.objects.select_related("question")
        .filter(nonce=nonce, result=PresenceCheck.Result.OPEN)
        .first()
    )


def note_refusal(
    *, token: Token, reason: Reason, seconds: int, times: int, at: datetime
) -> None:
    """Add to the session's account of what was not credited."""
    row, is_new = RefusedClaim.objects.get_or_create(
        session_id=token.session_id,
        reason=reason,
        defaults={"seconds": seconds, "times": times, "last_at": at},
    )
    if not is_new:
        RefusedClaim.objects.filter(pk=row.pk).update(
            seconds=F("seconds") + seconds, times=F("times") + times, last_at=at
        )


def answer(
    total: Sum, row: Row, malformed: dict[Reason, int], check: PresenceCheck | None
) -> dict[str, Any]:
    """What the page shows: the verified seconds, the refusals, the open check."""
    said: dict[str, Any] = {
        "credited": total.state.credited(),
        "held": total.state.held.bit_count(),
        "covered": accounting.ranges_of(total.state.covered),
        "accepted": total.accepted,
        "closed": row.state.closed_at is not None,
    }
    refusals = {**dict.fromkeys(malformed, 0), **total.refused}
    if refusals:
        said["refused"] = [
            {"reason": reason, "seconds": seconds, "sentence": SENTENCES[reason]}
            for reason, seconds in refusals.items()
        ]
    if check is not None:
        said["check"] = check_payload(check)
    return said


def check_payload(check: PresenceCheck) -> dict[str, Any]:
    """A check for the page: never the answer."""
    question = check.question
    return {
        "nonce": check.nonce,
        "stem": question.stem if question else "",
        "kind": question.kind if question else "tap",
        "options": question.options if question else [],
    }
