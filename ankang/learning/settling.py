"""What messages do to the sessions and coverages that they name, one after the other.

Pure, like `accounting`: rows in, rows and consequences out. The main process settles one
message in a transaction, the collector all that wait; because each starts from the rows
that the one before left, a batch comes to the same as its messages one by one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from ankang.learning import accounting
from ankang.learning.accounting import Outcome, Reason, State
from ankang.learning.messages import Message

IDLE_LIMIT = 30 * 60.0


class SessionRow(NamedTuple):
    """A watch session as stored. Times are seconds since the epoch."""

    person_id: int
    version_id: int
    opened_at: float
    closed_at: float | None
    edge: int
    debt: int
    cap: int
    spent: int
    last_beat_at: float | None
    beats: int

    def is_idle(self, now: float) -> bool:
        return now - (self.last_beat_at or self.opened_at) > IDLE_LIMIT


class CoverageRow(NamedTuple):
    """A coverage as stored; several sessions of a person may add to it."""

    person_id: int
    version_id: int
    covered: int
    held: int
    check_at: int | None
    check_issued_at: float | None
    nonce: str
    changed_at: float = 0.0


@dataclass(slots=True)
class Rows:
    """Sessions and coverages by their keys: as read, then as settled."""

    sessions: dict[int, SessionRow] = field(default_factory=dict)
    coverages: dict[int, CoverageRow] = field(default_factory=dict)


@dataclass(slots=True)
class Settled:
    """What one message came to.

    `missed` is the nonce of a check that nobody answered in time, and the seconds that
    it cost; `issued` is one that is sent with this answer, `waiting` one that is sent
    again in case its first sending was lost; `position` is the furthest second.
    """

    message: Message
    covered: int
    held: int
    is_closed: bool
    version_id: int
    refused: dict[Reason, int]
    accepted: int = 0
    missed: tuple[str, int] | None = None
    issued: str = ""
    waiting: str = ""

    @property
    def position(self) -> int:
        return (self.covered | self.held).bit_length()


class Idle:
    """The session was left alone for so long that it has ended."""


class Unknown:
    """The token names no session and coverage that belong together."""


Verdict = Settled | type[Idle] | type[Unknown]


def settle_all(
    messages: Iterable[Message], rows: Rows, new_nonce: Callable[[], str]
) -> tuple[Rows, list[Verdict]]:
    """Settle messages in their order; return the rows that changed, and each verdict."""
    changed = Rows()
    verdicts: list[Verdict] = []
    for message in messages:
        token = message.token
        session = changed.sessions.get(token.session_id) or rows.sessions.get(
            token.session_id
        )
        coverage = changed.coverages.get(token.coverage_id) or rows.coverages.get(
            token.coverage_id
        )
        if session is None or coverage is None or not _belong(session, coverage):
            verdicts.append(Unknown)
        elif session.is_idle(message.at):
            verdicts.append(Idle)
        else:
            session, coverage, settled = settle(session, coverage, message, new_nonce)
            changed.sessions[token.session_id] = session
            changed.coverages[token.coverage_id] = coverage
            verdicts.append(settled)
    return changed, verdicts


def _belong(session: SessionRow, coverage: CoverageRow) -> bool:
    return (
        session.person_id == coverage.person_id
        and session.version_id == coverage.version_id
    )


def settle(
    session: SessionRow,
    coverage: CoverageRow,
    message: Message,
    new_nonce: Callable[[], str],
) -> tuple[SessionRow, CoverageRow, Settled]:
    """Settle one message: drop a check that ran out, then account beat after beat."""
    terms, now = message.token.terms, message.at
    before = state_of(session, coverage)
    state, lost = accounting.expire_check(before, now, terms)
    nonce, missed = coverage.nonce, None
    if state.check_issued_at != before.check_issued_at:
        missed = (nonce, before.held)
        nonce = new_nonce()
    refused = {Reason.PRESENCE: lost} if lost else {}
    accepted, issues_check = 0, False
    for beat in message.beats:
        outcome = accounting.account(state, beat, now, terms)
        state = outcome.state
        accepted += outcome.credited + outcome.held
        issues_check = issues_check or outcome.issues_check
        if outcome.refused:
            _add_refusals(refused, outcome)
    settled = Settled(
        message=message,
        covered=state.covered,
        held=state.held,
        is_closed=session.closed_at is not None,
        version_id=coverage.version_id,
        refused=refused,
        accepted=accepted,
        missed=missed,
    )
    if issues_check:
        settled.issued = nonce
    elif state.check_issued_at is not None:
        settled.waiting = nonce
    return (*_rows_after(session, coverage, state, nonce, message), settled)


def _add_refusals(refused: dict[Reason, int], outcome: Outcome) -> None:
    for reason, seconds in outcome.refused:
        refused[reason] = refused.get(reason, 0) + seconds


def state_of(session: SessionRow, coverage: CoverageRow) -> State:
    """The rows as the accounting core wants them."""
    return State(
        coverage.covered,
        coverage.held,
        session.opened_at,
        session.closed_at,
        session.edge,
        session.debt,
        session.cap,
        session.spent,
        coverage.check_at,
        coverage.check_issued_at,
    )


def _rows_after(
    session: SessionRow,
    coverage: CoverageRow,
    state: State,
    nonce: str,
    message: Message,
) -> tuple[SessionRow, CoverageRow]:
    return (
        session._replace(
            spent=state.spent,
            last_beat_at=max(session.last_beat_at or 0.0, message.at),
            beats=session.beats + len(message.beats),
        ),
        coverage._replace(
            covered=state.covered,
            held=state.held,
            check_issued_at=state.check_issued_at,
            nonce=nonce,
            changed_at=message.at,
        ),
    )
