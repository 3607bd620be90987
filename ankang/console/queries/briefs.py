"""The daily brief (工作日报): the day's stated figures, and what was signed about them.

Everything in it is read from the log, so a brief of long ago reads today as it did then.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.utils import timezone

from ankang.counting.models import Standing
from ankang.evidence.kinds import Kind
from ankang.evidence.models import Checkpoint, Record


@dataclass(frozen=True)
class Stated:
    """How many began and became what, as stated in the log at a moment."""

    record: Record
    size: int
    began: int
    reasons: dict[str, int]

    @property
    def counted(self) -> int:
        return self.reasons.get(Standing.Reason.COUNTED, 0)

    @property
    def excluded(self) -> int:
        return self.began - self.counted

    @property
    def day(self) -> date:
        return timezone.localdate(self.record.at)

    @property
    def place(self) -> int:
        """Its place in the log, counted from one as people count."""
        return (self.record.position or 0) + 1


@dataclass(frozen=True)
class Line:
    """A number of people, and how it changed since the brief before."""

    label: str
    people: int
    change: int | None


@dataclass(frozen=True)
class Brief:
    """One day's figures, what entered the log since the brief before, the checkpoint."""

    stated: Stated
    before: Stated | None
    checkpoint: Checkpoint
    lines: list[Line]
    entered: list[tuple[str, int]]


def stated_days(year: int) -> list[Stated]:
    """The last statement of each day that a checkpoint covers, newest first."""
    records = Record.objects.filter(
        kind=Kind.COUNT_STATED, source__startswith=f"count:{year}:"
    ).exclude(position=None)
    days: dict[date, Stated] = {}
    for stated in _read(records.order_by("position")):
        days[stated.day] = stated
    return sorted(days.values(), key=lambda one: one.day, reverse=True)


def brief_of(year: int, day: date) -> Brief | None:
    """The brief of a day; None where none was stated or it is not signed yet."""
    midnight = timezone.make_aware(datetime.combine(day, time.min))
    records = Record.objects.filter(
        kind=Kind.COUNT_STATED,
        source__startswith=f"count:{year}:",
        at__lt=midnight + timedelta(days=1),
    ).exclude(position=None)
    latest = list(_read(records.filter(at__gte=midnight).order_by("-position")[:1]))
    if not latest:
        return None
    stated = latest[0]
    signed = Checkpoint.objects.filter(size__gt=stated.record.position)
    checkpoint = signed.order_by("size", "at").first()
    if checkpoint is None:
        return None
    before = next(
        _read(records.filter(at__lt=midnight).order_by("-position")[:1]), None
    )
    return Brief(
        stated=stated,
        before=before,
        checkpoint=checkpoint,
        lines=_lines(stated, before),
        entered=_entered(before.size if before else 0, stated.size),
    )


def _read(records: Iterable[Record]) -> Iterator[Stated]:
    for record in records:
        data = json.loads(record.body)["data"]
        yield Stated(record, data["size"], data["began"], data["reasons"])


def _lines(stated: Stated, before: Stated | None) -> list[Line]:
    """Those who began, those who count, and each reason, so that the sum is seen."""
    earlier = _people(before) if before else {}
    return [
        Line(label, people, people - earlier[label] if before else None)
        for label, people in _people(stated).items()
    ]


def _people(stated: Stated) -> dict[str, int]:
    reasons = [one for one in Standing.Reason if one != Standing.Reason.COUNTED]
    return {
        "开始学习": stated.began,
        "计入": stated.counted,
        "未计入": stated.excluded,
    } | {f"其中：{one.label}": stated.reasons.get(one, 0) for one in reasons}


def _entered(first: int, end: int) -> list[tuple[str, int]]:
    """How many records of each kind entered the log between two sizes."""
    records = Record.objects.filter(position__gte=first, position__lt=end)
    found = dict(records.values_list("kind").annotate(Count("pk")))
    return [(str(kind.label), found[kind]) for kind in Kind if kind in found]
