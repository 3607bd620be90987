"""Crediting a batch on PostgreSQL without reading: the rows that we wrote last are known.

Nothing is locked beforehand. Each known row carries a stamp (PostgreSQL's `xmin`, the
transaction that wrote this version), and the update takes only rows whose stamp still
holds. If anybody else wrote one of them meanwhile, the batch is rolled back and done
again under locks, on what is stored then. So no credit is lost or doubled, however many
collectors and main processes write the same rows.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
from django.db import OperationalError, connection, transaction

from ankang.learning.messages import Answer, Message
from ankang.learning.services.beats import answer_all, credit_locked
from ankang.learning.services.rows import Key
from ankang.learning.services.watch import bytes_of, new_nonce
from ankang.learning.settling import (
    CoverageRow,
    Rows,
    SessionRow,
    Settled,
    settle_all,
)

ROWS_REMEMBERED = 200_000
# Whoever waits longer is told to try again. The plan must go through the keys in their
# order, whatever the size of the tables: all writers lock rows in one order.
CONNECTION_SETTINGS = """
SET statement_timeout = '5s'; SET enable_hashjoin = off; SET enable_mergejoin = off;
SET enable_seqscan = off; SET jit = off
"""
READ = """
SELECT s.id, s.person_id, s.version_id,
       extract(epoch FROM s.opened_at)::float8, extract(epoch FROM s.closed_at)::float8,
       s.edge, s.debt, s.cap, s.spent, extract(epoch FROM s.last_beat_at)::float8,
       s.beats, s.xmin::text::bigint,
       c.id, c.person_id, c.version_id, c.covered, c.held, c.check_at,
       extract(epoch FROM c.check_issued_at)::float8, c.check_nonce,
       c.xmin::text::bigint
FROM unnest(%b::bigint[], %b::bigint[]) AS keys (session_id, coverage_id)
JOIN learning_watchsession s ON s.id = keys.session_id
JOIN learning_coverage c ON c.id = keys.coverage_id
"""
WRITE_SESSIONS = """
UPDATE learning_watchsession s
SET spent = new.spent, beats = new.beats, last_beat_at = to_timestamp(new.at)
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::float8[], %s::int[])
     AS new (id, spent, beats, at, stamp)
WHERE s.id = new.id AND s.xmin = new.stamp
"""
WRITE_COVERAGES = """
WITH written AS (
    UPDATE learning_coverage c
    SET covered = new.covered, held = new.held, credited_seconds = new.credited,
        check_nonce = new.nonce, check_issued_at = to_timestamp(new.issued_at),
        changed_at = to_timestamp(new.at)
    FROM unnest(%s::bigint[], %b::bytea[], %b::bytea[], %s::int[], %b::text[],
                %s::float8[], %s::float8[], %s::int[])
         AS new (id, covered, held, credited, nonce, issued_at, at, stamp)
    WHERE c.id = new.id AND c.xmin = new.stamp
    RETURNING 1
)
SELECT count(*), pg_current_xact_id()::xid::text::bigint FROM written
"""


Kept = TypeVar("Kept", SessionRow, CoverageRow, int)


@dataclass(slots=True)
class Stamps:
    """Which transaction wrote the version of a row that is known, by the row's key."""

    sessions: dict[int, int] = field(default_factory=dict)
    coverages: dict[int, int] = field(default_factory=dict)


class Outdated(Exception):
    """Somebody else wrote a row since we did."""


class KnownRows:
    """Rows as this process stored them last; used by one thread."""

    def __init__(self, limit: int = ROWS_REMEMBERED) -> None:
        self.limit = limit
        self.settings_of: object = None
        self._forget_all()

    def credit(self, messages: Sequence[Message]) -> list[Answer]:
        """Account messages in their order, all in one transaction, and store them."""
        try:
            with transaction.atomic():
                changed, stamp, answers = self._credit(messages)
        except Outdated:
            pass
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.DeadlockDetected):
                self._forget_all()
                raise
        else:
            self._remember(changed, stamp)
            return answers
        self._forget({message.key for message in messages})
        return credit_locked(messages)

    def _credit(self, messages: Sequence[Message]) -> tuple[Rows, int, list[Answer]]:
        """What changed and by which transaction, and what to answer."""
        cursor = self._cursor()
        unknown = {message.key for message in messages if not self._knows(message.key)}
        if unknown:
            self._read(cursor, unknown)
        changed, verdicts = settle_all(messages, self.rows, new_nonce)
        for message, verdict in zip(messages, verdicts, strict=True):
            # What is not written is not held against the stamps.
            if not isinstance(verdict, Settled) and message.key not in unknown:
                raise Outdated
        stamp = write_rows(cursor, changed, self.stamps) if changed.sessions else 0
        return changed, stamp, answer_all(verdicts)

    def _cursor(self) -> "psycopg.Cursor[Any]":
        """Prepared statements and arrays, on Django's connection."""
        connection.ensure_connection()
        raw = connection.connection
        if self.settings_of is not raw:
            self._forget_all()
            raw.prepare_threshold = 2
            psycopg.ClientCursor(raw).execute(CONNECTION_SETTINGS)
            self.settings_of = raw
        return psycopg.Cursor(raw)

    def _knows(self, key: Key) -> bool:
        return key[0] in self.rows.sessions and key[1] in self.rows.coverages

    def _read(self, cursor: "psycopg.Cursor[Any]", keys: Collection[Key]) -> None:
        """Know these rows, with the stamps of their stored versions."""
        ordered = sorted(keys)
        cursor.execute(READ, [[key[0] for key in ordered], [key[1] for key in ordered]])
        for row in cursor:
            self.rows.sessions[row[0]] = SessionRow(*row[1:11])
            self.stamps.sessions[row[0]] = signed(row[11])
            self.rows.coverages[row[12]] = coverage_of(row[13:20])
            self.stamps.coverages[row[12]] = signed(row[20])

    def _remember(self, changed: Rows, stamp: int) -> None:
        """What was written, each row under the stamp of the transaction."""
        keep_latest(self.rows.sessions, changed.sessions, self.limit)
        keep_latest(self.rows.coverages, changed.coverages, self.limit)
        stamps = dict.fromkeys(changed.sessions, stamp)
        keep_latest(self.stamps.sessions, stamps, self.limit)
        stamps = dict.fromkeys(changed.coverages, stamp)
        keep_latest(self.stamps.coverages, stamps, self.limit)

    def _forget(self, keys: Collection[Key]) -> None:
        for session_id, coverage_id in keys:
            self.rows.sessions.pop(session_id, None)
            self.stamps.sessions.pop(session_id, None)
            self.rows.coverages.pop(coverage_id, None)
            self.stamps.coverages.pop(coverage_id, None)

    def _forget_all(self) -> None:
        self.rows, self.stamps = Rows(), Stamps()


def coverage_of(stored: Sequence[Any]) -> CoverageRow:
    """A stored coverage, its bits as settling wants them."""
    person_id, version_id, covered, held, *check = stored
    return CoverageRow(
        person_id,
        version_id,
        int.from_bytes(covered, "little"),
        int.from_bytes(held, "little"),
        *check,
    )


def keep_latest(known: dict[int, Kept], new: dict[int, Kept], limit: int) -> None:
    """Add what was written; beyond the limit forget what was written longest ago."""
    for key in new:
        known.pop(key, None)
    known.update(new)
    while len(known) > limit:
        del known[next(iter(known))]


def write_rows(cursor: "psycopg.Cursor[Any]", changed: Rows, stamps: Stamps) -> int:
    """Store rows, sessions before coverages; return the stamp of what was stored.

    :raises Outdated: a stored row is not the one that was known.
    """
    sessions = sorted(changed.sessions.items())
    coverages = sorted(changed.coverages.items())
    cursor.execute(
        WRITE_SESSIONS,
        [
            numbers(key for key, _ in sessions),
            numbers(row.spent for _, row in sessions),
            numbers(row.beats for _, row in sessions),
            numbers(row.last_beat_at for _, row in sessions),
            numbers(stamps.sessions[key] for key, _ in sessions),
        ],
    )
    if cursor.rowcount != len(sessions):
        raise Outdated
    cursor.execute(
        WRITE_COVERAGES,
        [
            numbers(key for key, _ in coverages),
            [bytes_of(row.covered) for _, row in coverages],
            [bytes_of(row.held) for _, row in coverages],
            numbers(row.covered.bit_count() for _, row in coverages),
            [row.nonce for _, row in coverages],
            numbers(row.check_issued_at for _, row in coverages),
            numbers(row.changed_at for _, row in coverages),
            numbers(stamps.coverages[key] for key, _ in coverages),
        ],
    )
    [(written, transaction_id)] = cursor.fetchall()
    if written != len(coverages):
        raise Outdated
    return signed(transaction_id)


def numbers(values: Iterable[float | None]) -> str:
    """An array as PostgreSQL writes it: psycopg's own way takes three times as long."""
    return f"{{{','.join(map(str, values))}}}".replace("None", "NULL")


def signed(transaction_id: int) -> int:
    """PostgreSQL compares its 32 unsigned bits with an integer of as many bits."""
    return transaction_id - 2**32 if transaction_id >= 2**31 else transaction_id
