"""Once a night: the figures of every question in use, kept for lists."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ankang.console.queries.items import item_figures, reasons_of
from ankang.jobs.models import Job
from ankang.jobs.services import start_job
from ankang.quizzes.models import ItemFigures, QuestionVersion
from ankang.quizzes.queries import limits_on

ITEMS_KIND = "item-figures"
NIGHT_HOUR = 4
TRY_AGAIN_AFTER = timedelta(hours=20)


def reckon_items(*, at: datetime, report: Callable[[int, int], None]) -> int:
    """Keep the figures of every version in use; how many need a look.

    One version at a time, each in its own short transaction: run twice, the same.
    """
    limits = limits_on(timezone.localdate(at))
    rows = QuestionVersion.objects.filter(is_current=True, question__is_retired=False)
    total = rows.count()
    for done, version in enumerate(rows.order_by("pk").iterator(), start=1):
        item = item_figures(version)
        reasons = reasons_of(version, item, limits)
        ItemFigures.objects.update_or_create(
            version=version,
            defaults={
                "answers": item.answers,
                "easiness": item.easiness,
                "discrimination": item.discrimination,
                "seconds": item.seconds,
                "reasons": reasons,
                "needs_look": bool(reasons),
                "reckoned_at": at,
            },
        )
        report(done, total)
    return ItemFigures.objects.filter(version__in=rows, needs_look=True).count()


@transaction.atomic
def start_items_if_due(at: datetime) -> Job | None:
    """Queue the reckoning once a night."""
    runs = Job.objects.filter(kind=ITEMS_KIND)
    is_night = timezone.localtime(at).hour == NIGHT_HOUR
    if not is_night or runs.filter(created_at__gt=at - TRY_AGAIN_AFTER).exists():
        return None
    return start_job(
        kind=ITEMS_KIND, title="统计试题", arguments={}, started_by=None, at=at
    )
