"""Editions stored before there were signals get the thresholds that came with them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SIGNALS = {
    "day_open_hours": "9",
    "night_from_hour": 0,
    "night_until_hour": 5,
    "night_hours": "4",
    "device_switches": 6,
    "device_refused_seconds": 300,
    "device_people": 5,
    "lockstep_people": 4,
    "lockstep_lessons": 3,
    "lockstep_seconds": 2,
    "refused_times": 10,
    "soft_refused_times": 60,
    "beat_flood": 3,
    "missed_checks": 15,
    "question_seconds": "4",
    "timing_answers": 8,
    "timing_tolerance_seconds": "1",
    "timing_spread_seconds": "0.5",
    "cluster_people": 8,
    "cluster_minutes": 15,
    "cluster_share": "0.9",
    "mistakes_shared": 6,
    "mistakes_same": 2,
    "mistakes_people": 3,
}
ADDED = {"case_days": 20, "objection_days": 10, "signals": SIGNALS}


def add_thresholds(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for edition in apps.get_model("policies", "RuleEdition").objects.all():
        edition.params = {**ADDED, **edition.params}
        edition.save(update_fields=["params"])


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [migrations.RunPython(add_thresholds, migrations.RunPython.noop)]
