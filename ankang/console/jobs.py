"""Long work of the console."""

from typing import Any

from django.utils import timezone

from ankang.console.services.items import ITEMS_KIND, reckon_items
from ankang.jobs.registry import Progress, handler
from ankang.notices.models import Notice
from ankang.notices.services import text_notice


@handler("reminder-texts")
def text_reminders(progress: Progress) -> dict[str, Any]:
    """Send the texts of reminders that are not out yet; run twice, none goes twice."""
    keys = progress.job.arguments["notices"]
    notices = Notice.objects.filter(pk__in=keys, texted_at=None).select_related(
        "person"
    )
    total = len(keys)
    done = total - notices.count()
    sent = 0
    for notice in list(notices):
        sent += text_notice(notice=notice, at=timezone.now())
        done += 1
        progress.report(done, total)
    return {"message": f"发出短信 {sent:,} 条。"}


@handler(ITEMS_KIND)
def reckon_item_figures(progress: Progress) -> dict[str, Any]:
    """Keep the figures of every question in use; a second run keeps the same."""
    flagged = reckon_items(at=timezone.now(), report=progress.report)
    return {"message": f"需检查的试题 {flagged:,} 道。"}
