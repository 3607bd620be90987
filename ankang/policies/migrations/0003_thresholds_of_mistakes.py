"""Editions stored before get the two thresholds that tell copied from common mistakes."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ADDED = {"mistakes_share": "0.8", "mistakes_common": "0.3"}


def add_thresholds(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for edition in apps.get_model("policies", "RuleEdition").objects.all():
        edition.params["signals"] = {**ADDED, **edition.params["signals"]}
        edition.save(update_fields=["params"])


class Migration(migrations.Migration):
    dependencies = [("policies", "0002_thresholds")]

    operations = [migrations.RunPython(add_thresholds, migrations.RunPython.noop)]
