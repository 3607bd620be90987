"""Long work of integrity."""

from typing import Any

from django.utils import timezone

from ankang.integrity.services.scanning import SCAN_KIND, days_to_scan, scan_day
from ankang.jobs.registry import Progress, handler


@handler(SCAN_KIND)
def scan(progress: Progress) -> dict[str, Any]:
    """Look through each day that is over; a day that was done is not done again."""
    days = days_to_scan(timezone.now())
    found = 0
    for done, day in enumerate(days):
        progress.report(done, len(days), f"{day}")
        found += scan_day(day=day, at=timezone.now())
    progress.report(len(days), len(days))
    return {"message": f"查看了 {len(days)} 天，新信号 {found:,} 条。"}
