"""Long work of reports."""

from typing import Any

from django.utils import timezone

from ankang.jobs.registry import Progress, handler
from ankang.reports.services import RETENTION_KIND, reckon_retention


@handler(RETENTION_KIND)
def reckon(progress: Progress) -> dict[str, Any]:
    """Reckon the retained-knowledge index; done twice, the later one stands."""
    run = reckon_retention(at=timezone.now(), report=progress.report)
    return {"message": f"有练习记录的 {run.people:,} 人，用时 {run.seconds:.0f} 秒。"}
