"""Background work of rosters."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from ankang.jobs.registry import Progress, handler
from ankang.rosters.models import RosterImport
from ankang.rosters.services.imports import check_import, save_import


@handler("roster-check")
def check(progress: Progress) -> dict[str, Any]:
    """Check and compare an uploaded roster."""
    roster_import = _import_of(progress)
    check_import(roster_import=roster_import, progress=progress, at=timezone.now())
    return {"url": reverse("rosters:import-detail", args=[roster_import.pk])}


@handler("roster-save")
def save(progress: Progress) -> dict[str, Any]:
    """Save a confirmed roster."""
    roster_import = _import_of(progress)
    progress.report(0, 1, "正在写入名册")
    counts = save_import(
        roster_import=roster_import,
        arguments=progress.job.arguments,
        at=timezone.now(),
    )
    progress.report(1, 1)
    url = reverse("rosters:import-detail", args=[roster_import.pk])
    return {"url": url, **counts}


def _import_of(progress: Progress) -> RosterImport:
    rows = RosterImport.objects.select_related("employer", "attachment", "started_by")
    return rows.get(pk=progress.job.arguments["roster_import"])
