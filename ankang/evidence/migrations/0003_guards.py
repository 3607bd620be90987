"""A row is not replaced from any connection, and a key may retire earlier than was said."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from ankang.evidence.guards import install, remove


def renew(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    remove(editor.connection)
    install(editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ("evidence", "0002_guards"),
    ]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop)]
