"""Triggers by which the database refuses to change the log.

A record may be changed once, when it gets its position; a key once, when the moment is
set at which it retires. Nothing else is changed, and nothing is deleted.
"""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSED = "the log is never changed"


@dataclass(frozen=True)
class Guard:
    """A table, the column that may be filled once, and all its other columns."""

    table: str
    filled_once: str = ""
    others: tuple[str, ...] = ()

    def refused_update(self, same: str) -> str:
        """The condition over OLD and NEW under which an UPDATE is refused."""
        if not self.filled_once:
            return "1 = 1"
        kept = [f"OLD.{name} {same} NEW.{name}" for name in self.others]
        filled = (
            f"OLD.{self.filled_once} IS NULL AND NEW.{self.filled_once} IS NOT NULL"
        )
        return f"NOT ({' AND '.join([filled, *kept])})"


GUARDS = [
    Guard(
        "evidence_record",
        "position",
        ("id", "kind", "subject", "source", "body", "at", "recorded_at"),
    ),
    Guard(
        "evidence_logkey",
        "retires_at",
        ("id", "name", "public_key", "private_key", "created_at"),
    ),
    Guard("evidence_checkpoint"),
    Guard("evidence_tile"),
]


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers on SQLite or PostgreSQL."""
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if is_postgres:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION evidence_refuse() RETURNS trigger"
                " LANGUAGE plpgsql AS"
                f" $$ BEGIN RAISE EXCEPTION '%: {REFUSED}', TG_TABLE_NAME; END $$"
            )
        for guard in GUARDS:
            for statement in _on_postgres(guard) if is_postgres else _on_sqlite(guard):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away again."""
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for guard in GUARDS:
            on = f" ON {guard.table}" if is_postgres else ""
            for act in ("update", "delete", *(["truncate"] if is_postgres else [])):
                cursor.execute(f"DROP TRIGGER IF EXISTS {guard.table}_no_{act}{on}")


def _on_postgres(guard: Guard) -> list[str]:
    refuse = "EXECUTE FUNCTION evidence_refuse()"
    changed = guard.refused_update("IS NOT DISTINCT FROM")
    return [
        f"CREATE TRIGGER {guard.table}_no_update BEFORE UPDATE ON {guard.table}"
        f" FOR EACH ROW WHEN ({changed}) {refuse}",
        f"CREATE TRIGGER {guard.table}_no_delete BEFORE DELETE ON {guard.table}"
        f" FOR EACH ROW {refuse}",
        f"CREATE TRIGGER {guard.table}_no_truncate BEFORE TRUNCATE ON {guard.table}"
        f" FOR EACH STATEMENT {refuse}",
    ]


def _on_sqlite(guard: Guard) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{guard.table}: {REFUSED}'); END"
    changed = guard.refused_update("IS")
    return [
        f"CREATE TRIGGER {guard.table}_no_update BEFORE UPDATE ON {guard.table}"
        f" WHEN {changed} {refuse}",
        f"CREATE TRIGGER {guard.table}_no_delete BEFORE DELETE ON {guard.table}"
        f" {refuse}",
    ]
