"""Adding very many rows of one table in the time the database itself needs."""

from collections.abc import Iterable
from itertools import islice
from operator import itemgetter
from typing import Any

from django.db import connection, models

BATCH = 5000
Row = tuple[Any, ...]


class Loader:
    """Inserts rows whose values are the same but for some columns.

    A roster of 150,000 holds the only write lock of SQLite meanwhile; `bulk_create`
    would hold it many times as long.
    """

    def __init__(
        self, model: type[models.Model], *, keeps_known: bool = False, **same: Any
    ) -> None:
        """Rows that a unique constraint knows are left out if `keeps_known`."""
        fields = [one for one in model._meta.concrete_fields if not one.primary_key]
        quote = connection.ops.quote_name
        names = ", ".join(quote(str(field.column)) for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        table = quote(model._meta.db_table)
        self._sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
        if keeps_known:
            self._sql += " ON CONFLICT DO NOTHING"
        self._pick = itemgetter(*(field.attname for field in fields))
        self._same = {
            field.attname: field.get_db_prep_save(
                same.get(field.attname, field.get_default()), connection
            )
            for field in fields
        }

    def row(self, **own: str | int | bytes | None) -> Row:
        """One row: what is its own, and what is the same for all."""
        picked: Row = self._pick(self._same | own)
        return picked

    def insert(self, rows: Iterable[Row]) -> None:
        source = iter(rows)
        with connection.cursor() as cursor:
            while batch := list(islice(source, BATCH)):
                cursor.executemany(self._sql, batch)
