"""Long work of counting."""

from typing import Any

from django.utils import timezone

from ankang.counting.likeness import LIKENESS_KIND, find_likely_duplicates
from ankang.jobs.registry import Progress, handler


@handler(LIKENESS_KIND)
def find_duplicates(progress: Progress) -> dict[str, Any]:
    """Compare all records of equal names; a second run finds the same pairs."""
    waiting = find_likely_duplicates(at=timezone.now(), report=progress.report)
    url = progress.job.arguments.get("url", "")
    return {"message": f"等人核对的疑似重复 {waiting:,} 对。", "url": url}
