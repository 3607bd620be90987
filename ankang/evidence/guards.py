"""Triggers by which the database refuses to change the log.

A record may be changed once, when it gets its position; a key when the moment is set at
which it retires, or set earlier. Nothing else is changed, and nothing is deleted.
"""

from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSED = "the log is never changed"


@dataclass(frozen=True)
class Guard:
    """A table, the column that may be filled once, and all its other columns.

    `unique` columns keep SQLite from replacing a row by inserting another: that fires no
    trigger for the row that goes, unless a connection asks for it (recursive_triggers).
    Of rows that are equal in `first_stays`, the later is left out, as who appends asks.
    """

    table: str
    filled_once: str = ""
    others: tuple[str, ...] = ()
    may_fall: bool = False
    unique: tuple[tuple[str, ...], ...] = ()
    first_stays: tuple[str, ...] = ()

    def refused_update(self, same: str) -> str:
        """The condition over OLD and NEW under which an UPDATE is refused."""
        if not self.filled_once:
            return "1 = 1"
        kept = [f"OLD.{name} {same} NEW.{name}" for name in self.others]
        old, new = f"OLD.{self.filled_once}", f"NEW.{self.filled_once}"
        allowed = f"{old} IS NULL AND {new} IS NOT NULL"
        if self.may_fall:
            allowed = f"({allowed} OR {new} < {old})"
        # a comparison with NULL is neither true nor false
        return f"COALESCE(NOT ({' AND '.join([allowed, *kept])}), true)"

    def finds(self, columns: tuple[str, ...]) -> str:
        """Whether a row stands already that is equal in these columns."""
        equal = " AND ".join(f'"{name}" = NEW."{name}"' for name in columns)
        return f"EXISTS (SELECT 1 FROM {self.table} WHERE {equal})"  # noqa: S608


GUARDS = [
    Guard(
        "evidence_record",
        "position",
        ("id", "kind", "subject", "source", "body", "at", "recorded_at"),
        unique=(("id",), ("position",)),
        first_stays=("kind", "source"),
    ),
    Guard(
        "evidence_logkey",
        "retires_at",
        ("id", "name", "public_key", "private_key", "created_at"),
        may_fall=True,
        unique=(("id",), ("public_key",)),
    ),
    Guard("evidence_checkpoint", unique=(("id",), ("size", "at"))),
    Guard("evidence_tile", unique=(("id",), ("level", "index"))),
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
            for act in ("update", "delete", "truncate" if is_postgres else "replace"):
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
    abort = f"RAISE(ABORT, '{guard.table}: {REFUSED}')"
    refuse = f"BEGIN SELECT {abort}; END"
    stands = " OR ".join(guard.finds(columns) for columns in guard.unique)
    replaced = f"WHEN {stands} BEGIN SELECT {abort}; END"
    if guard.first_stays:
        first = guard.finds(guard.first_stays)
        replaced = (
            f"WHEN {stands} OR {first} BEGIN SELECT"
            f" CASE WHEN {stands} THEN {abort} ELSE RAISE(IGNORE) END; END"
        )
    changed = guard.refused_update("IS")
    return [
        f"CREATE TRIGGER {guard.table}_no_update BEFORE UPDATE ON {guard.table}"
        f" WHEN {changed} {refuse}",
        f"CREATE TRIGGER {guard.table}_no_delete BEFORE DELETE ON {guard.table}"
        f" {refuse}",
        f"CREATE TRIGGER {guard.table}_no_replace BEFORE INSERT ON {guard.table}"
        f" {replaced}",
    ]
