"""Sessions and coverages in the database, as settling wants them, in plain SQL.

`find` and `save` are for whoever holds the locks. `lock` takes them in one order that
every writer keeps (sessions before coverages, each by key), so that nobody waits in a
circle.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from ankang.learning.services.watch import bytes_of
from ankang.learning.settling import CoverageRow, Rows, SessionRow

Key = tuple[int, int]
"""A session and the coverage that it adds to."""

KEYS_AT_ONCE = 500
READ = """
WITH keys (session_id, coverage_id) AS (VALUES {keys})
SELECT s.id, s.person_id, s.version_id, s.opened_at, s.closed_at, s.edge, s.debt, s.cap,
       s.spent, s.last_beat_at, s.beats,
       c.id, c.person_id, c.version_id, c.covered, c.held, c.check_at,
       c.check_issued_at, c.check_nonce
FROM keys
JOIN learning_watchsession s ON s.id = keys.session_id
JOIN learning_coverage c ON c.id = keys.coverage_id
"""
LOCK = "SELECT id FROM {table} WHERE id IN ({keys}) ORDER BY id FOR NO KEY UPDATE"
WRITE_SESSION = """
UPDATE learning_watchsession SET spent = %s, beats = %s, last_beat_at = %s
WHERE id = %s
"""
WRITE_COVERAGE = """
UPDATE learning_coverage SET covered = %s, held = %s, credited_seconds = %s,
       check_nonce = %s, check_issued_at = %s, changed_at = %s
WHERE id = %s
"""


def lock_rows(keys: Collection[Key]) -> None:
    """Keep others from writing these rows until the transaction ends."""
    if not connection.features.has_select_for_update:
        return  # SQLite: the transaction began as the only one that writes
    with connection.cursor() as cursor:
        for place, table in enumerate(["learning_watchsession", "learning_coverage"]):
            ids = sorted({key[place] for key in keys})
            holders = ", ".join(["%s"] * len(ids))
            cursor.execute(LOCK.format(table=table, keys=holders), ids)


def find_rows(keys: Collection[Key], *, lock: bool = False) -> Rows:
    """Sessions and coverages as they are now; unknown keys are left out.

    With `lock`, nobody else writes them until the transaction ends.
    """
    found = Rows()
    ending = ""
    if lock and len(keys) > 1:
        lock_rows(keys)
    elif lock and connection.features.has_select_for_update:
        ending = "FOR NO KEY UPDATE OF s, c"
    ordered = sorted(keys)
    with connection.cursor() as cursor:
        for start in range(0, len(ordered), KEYS_AT_ONCE):
            some = ordered[start : start + KEYS_AT_ONCE]
            pairs = ", ".join(["(CAST(%s AS bigint), CAST(%s AS bigint))"] * len(some))
            cursor.execute(
                READ.format(keys=pairs) + ending, [n for key in some for n in key]
            )
            for row in cursor.fetchall():
                add_row(found, row)
    return found


def add_row(found: Rows, row: Sequence[Any]) -> None:
    """One line of READ, its times and bits as settling wants them."""
    found.sessions[row[0]] = SessionRow(
        person_id=row[1],
        version_id=row[2],
        opened_at=epoch(row[3]) or 0.0,
        closed_at=epoch(row[4]),
        edge=row[5],
        debt=row[6],
        cap=row[7],
        spent=row[8],
        last_beat_at=epoch(row[9]),
        beats=row[10],
    )
    found.coverages[row[11]] = CoverageRow(
        person_id=row[12],
        version_id=row[13],
        covered=int.from_bytes(row[14], "little"),
        held=int.from_bytes(row[15], "little"),
        check_at=row[16],
        check_issued_at=epoch(row[17]),
        nonce=row[18],
    )


def save_rows(changed: Rows) -> None:
    """Store rows that are locked."""
    sessions = (
        [row.spent, row.beats, stored_time(row.last_beat_at), key]
        for key, row in changed.sessions.items()
    )
    coverages = (
        [
            bytes_of(row.covered),
            bytes_of(row.held),
            row.covered.bit_count(),
            row.nonce,
            stored_time(row.check_issued_at),
            stored_time(row.changed_at),
            key,
        ]
        for key, row in changed.coverages.items()
    )
    write_each(WRITE_SESSION, sessions)
    write_each(WRITE_COVERAGE, coverages)


def write_each(statement: str, parameters: Iterable[list[Any]]) -> None:
    """The statement once for each row."""
    with connection.cursor() as cursor:
        for values in parameters:
            cursor.execute(statement, values)


def epoch(value: datetime | None) -> float | None:
    """A stored time as seconds since the epoch; SQLite gives it naive, in UTC."""
    if value is None:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


def stored_time(at: float | None) -> Any:
    """The inverse of `epoch`, as the database takes it."""
    if at is None:
        return None
    return connection.ops.adapt_datetimefield_value(datetime.fromtimestamp(at, UTC))
