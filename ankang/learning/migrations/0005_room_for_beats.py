"""Room in each page of PostgreSQL for the next version of the rows that beats change.

A new version in the page of the old one needs no entry in any index (a HOT update); a watch
session has ten of them.
"""

from django.db import migrations

TABLES = ("learning_watchsession", "learning_coverage")


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} SET (fillfactor = 60)")


class Migration(migrations.Migration):
    dependencies = [("learning", "0004_indexes_of_signals")]

    operations = [migrations.RunPython(leave_room, migrations.RunPython.noop)]
