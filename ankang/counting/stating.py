"""Stating in the log how many people count, so that anybody can count again."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.utils import timezone

from ankang.counting.facts import count_fact
from ankang.counting.models import Standing
from ankang.counting.services import recount_changed
from ankang.evidence.kinds import Kind
from ankang.evidence.models import Record
from ankang.evidence.services import append_many, at_one_moment, seal

RECOUNTED = timedelta(hours=1)


def state_counts(*, at: datetime) -> None:
    """State for each year how many began and became what; sealed and signed at once.

    The figures are those of the pages, and follow from the records that the statement
    names. The same figures of the same records are stated once.

    :raises RecordsOfTheFuture: some records cannot be sealed yet.
    :raises SigningKeyLost: stated and sealed, but nobody can sign.
    """

    def state(size: int) -> None:
        recount_changed(since=at - RECOUNTED)
        append_many(
            count_fact(year=year, size=size, reasons=reasons, at=at)
            for year, reasons in sorted(_tally().items())
        )

    at_one_moment(state, at=at)
    seal(at=at)


def state_counts_if_due(*, at: datetime) -> bool:
    """Once a day, as soon as somebody began; whether it was due."""
    stated = Record.objects.filter(kind=Kind.COUNT_STATED)
    last: datetime | None = stated.aggregate(last=Max("at"))["last"]
    if last and timezone.localdate(last) >= timezone.localdate(at):
        return False
    if not Standing.objects.exists():
        return False
    state_counts(at=at)
    return True


def _tally() -> dict[int, Counter[str]]:
    """People by reason, of each year in which somebody began."""
    years: dict[int, Counter[str]] = defaultdict(Counter)
    rows = Standing.objects.order_by().values_list("year", "reason")
    for year, reason, people in rows.annotate(people=Count("pk")):
        years[year][reason] = people
    return years
