"""The database refuses to change or delete what the log holds."""

from django.db import migrations

from ankang.evidence.guards import install, remove


class Migration(migrations.Migration):

    dependencies = [
        ("evidence", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, editor: install(editor.connection),
            lambda apps, editor: remove(editor.connection),
        ),
    ]
