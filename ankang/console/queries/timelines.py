"""A day beside each other: several people, or one person's devices, on one clock."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max, Min, Prefetch, Q, QuerySet
from django.utils import timezone

from ankang.accounts.models import Person, SignIn
from ankang.console.queries.dossier import with_words
from ankang.learning.accounting import Reason
from ankang.learning.models import Paper, PresenceCheck, RefusedClaim, WatchSession
from ankang.organizations.models import Employer, Employment
from ankang.practice.models import Mode, PracticeGroup

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
THINNEST = 0.5
# The axis has a tick each so many minutes, by how many hours it is long.
TICKS = ((1, 10), (3, 30), (6, 60), (12, 120), (24, 240))


@dataclass(frozen=True)
class Event:
    """Something that a person did, on which device; without an end, a moment."""

    person: int
    at: datetime
    until: datetime | None
    kind: str
    tone: str
    text: str
    note: str
    device: str
    lesson: int | None = None

    @property
    def ends_at(self) -> datetime:
        return self.until or self.at


@dataclass(frozen=True)
class Block:
    """An event on the lane, in percent of the day's axis."""

    tone: str
    start: float
    width: float


@dataclass
class Lane:
    """One person or one device, and what happened there that day."""

    label: str
    path: str = ""
    note: str = ""
    events: list[Event] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The lane for whoever does not see it."""
        first, last = self.events[0].at, max(one.ends_at for one in self.events)
        span = f"{timezone.localtime(first):%H:%M} 到 {timezone.localtime(last):%H:%M}"
        return f"{self.label}：{len(self.events)} 项，{span}"


@dataclass(frozen=True)
class Tick:
    """An hour of the axis."""

    text: str
    place: float
    anchor: str


@dataclass(frozen=True)
class Row:
    """An event in the table below the lanes."""

    lane: Lane
    event: Event


@dataclass(frozen=True)
class Timeline:
    """A day: lanes on one axis, and the same in a table, in order of time."""

    day: date
    lanes: list[Lane]
    ticks: list[Tick]
    rows: list[Row]
    before: date | None = None
    after: date | None = None
    idle: str = ""


@dataclass(frozen=True)
class Sources:
    """The facts of some people or of one device, of which a day is cut."""

    sessions: QuerySet[WatchSession]
    papers: QuerySet[Paper]
    groups: QuerySet[PracticeGroup]
    sign_ins: QuerySet[SignIn]

    @classmethod
    def of_people(cls, people: QuerySet[Any] | Collection[int]) -> "Sources":
        return cls._where(Q(person__in=people))

    @classmethod
    def of_device(cls, device: str) -> "Sources":
        return cls._where(Q(device=device))

    @classmethod
    def _where(cls, where: Q) -> "Sources":
        return cls(
            WatchSession.objects.filter(where),
            Paper.objects.filter(where),
            PracticeGroup.objects.filter(where),
            SignIn.objects.filter(where),
        )

    def narrowed(self, people: Collection[int]) -> "Sources":
        where = Q(person__in=people)
        return Sources(
            self.sessions.filter(where),
            self.papers.filter(where),
            self.groups.filter(where),
            self.sign_ins.filter(where),
        )

    def people_on(self, day: date) -> list[int]:
        """Who did something that day, whoever began first on top. Four queries."""
        since, until = bounds(day)
        firsts: dict[int, datetime] = {}
        for rows, name in self._parts():
            found = rows.filter(
                **{f"{name}__gte": since, f"{name}__lt": until}
            ).order_by()
            for person, at in found.values_list("person").annotate(first=Min(name)):
                firsts[person] = min(at, firsts.get(person, at))
        return sorted(firsts, key=lambda person: (firsts[person], person))

    def neighbors(self, day: date) -> tuple[date | None, date | None]:
        """The nearest days before and after on which there is something."""
        since, until = bounds(day)
        befores, afters = [], []
        for rows, name in self._parts():
            found = rows.order_by().aggregate(
                before=Max(name, filter=Q(**{f"{name}__lt": since})),
                after=Min(name, filter=Q(**{f"{name}__gte": until})),
            )
            befores.append(found["before"])
            afters.append(found["after"])
        return _local(max(filter(None, befores), default=None)), _local(
            min(filter(None, afters), default=None)
        )

    def last_day(self) -> date | None:
        """The newest day on which there is something."""
        lasts = [
            rows.order_by().aggregate(last=Max(name))["last"]
            for rows, name in self._parts()
        ]
        return _local(max(filter(None, lasts), default=None))

    def events(self, day: date) -> Iterator[Event]:
        """What went on that day, also what began the evening before."""
        since, until = bounds(day)
        yield from _watched(self.sessions, since, until)
        yield from _examined(self.papers, since, until)
        yield from _practiced(self.groups, since, until)
        for one in self.sign_ins.filter(at__gte=since, at__lt=until):
            yield Event(
                person=one.person_id,
                at=one.at,
                until=None,
                kind="登录",
                tone="mid",
                text="短信验证码登录",
                note="",
                device=one.device,
            )

    def _parts(self) -> list[tuple[QuerySet[Any], str]]:
        return [
            (self.sessions, "opened_at"),
            (self.papers, "drawn_at"),
            (self.groups, "opened_at"),
            (self.sign_ins, "at"),
        ]


def bounds(day: date) -> tuple[datetime, datetime]:
    """A local day, its end not in it."""
    since = timezone.make_aware(datetime.combine(day, time()))
    return since, since + DAY


def employed_on(employer: Employer, day: date) -> QuerySet[Employment, int]:
    """Keys of who worked at the employer that day."""
    still = Q(to_date=None) | Q(to_date__gte=day)
    found = Employment.objects.filter(still, employer=employer, from_date__lte=day)
    return found.values_list("person", flat=True)


def timeline(
    day: date,
    lanes: list[Lane],
    neighbors: tuple[date | None, date | None] = (None, None),
) -> Timeline:
    """Put the lanes' events on one axis that is no longer than the day's events.

    Lanes on which nothing happened are named in `idle` instead.
    """
    for lane in lanes:
        lane.events.sort(key=lambda one: one.at)
    idle = "、".join(lane.label for lane in lanes if not lane.events)
    lanes = [lane for lane in lanes if lane.events]
    since, until = _axis(day, [one for lane in lanes for one in lane.events])
    whole = (until - since).total_seconds()

    def percent(at: datetime) -> float:
        inside = min(max(at, since), until)
        return round((inside - since).total_seconds() * 100 / whole, 2)

    for lane in lanes:
        for one in lane.events:
            start = min(percent(one.at), 100 - THINNEST)
            width = max(THINNEST, round(percent(one.ends_at) - start, 2))
            lane.blocks.append(Block(one.tone, start, width))
    rows = [Row(lane, one) for lane in lanes for one in lane.events]
    return Timeline(
        day,
        lanes,
        list(_ticks(since, until)),
        sorted(rows, key=lambda row: row.event.at),
        *neighbors,
        idle=idle,
    )


def lanes_by_person(
    people: Iterable[Person], events: Iterable[Event], paths: dict[int, str]
) -> list[Lane]:
    """One lane for each person, in the order given."""
    lanes = {one.pk: Lane(one.name, paths.get(one.pk, "")) for one in people}
    for event in events:
        if event.person in lanes:
            lanes[event.person].events.append(event)
    return list(lanes.values())


def lanes_by_device(events: Iterable[Event], paths: dict[str, str]) -> list[Lane]:
    """One lane for each device, that which began first on top."""
    found: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda one: one.at):
        found[event.device].append(event)
    return [
        Lane(
            f"设备 {device}" if device else "没有设备编号",
            paths.get(device, ""),
            events=of_device,
        )
        for device, of_device in found.items()
    ]


def _watched(
    sessions: QuerySet[WatchSession], since: datetime, until: datetime
) -> Iterator[Event]:
    refused = RefusedClaim.objects.exclude(reason=Reason.PRESENCE).order_by("-seconds")
    began = Q(opened_at__gte=since) | Q(last_beat_at__gt=since)
    rows = (
        sessions.filter(began, opened_at__gte=since - DAY, opened_at__lt=until)
        .select_related("lesson__courseware")
        .prefetch_related(
            Prefetch("refused_claims", refused),
            Prefetch("presence_checks", PresenceCheck.objects.order_by("issued_at")),
        )
    )
    for one in with_words(rows):
        ends = [at for at in (one.last_beat_at, one.closed_at) if at]
        ends_at = max(one.opened_at, min(ends)) if ends else one.opened_at
        refusal = one.refused_words  # type: ignore[attr-defined]
        yield Event(
            person=one.person_id,
            at=one.opened_at,
            until=ends_at,
            kind="学习",
            tone="wait" if refusal else "run",
            text=one.lesson.courseware.title,
            note=_note(one, refusal),
            device=one.device,
            lesson=one.lesson_id,
        )


def _note(one: WatchSession, refusal: str) -> str:
    parts = [f"播放 {one.spent:,} 秒"]
    if refusal:
        parts.append(f"未认定：{refusal}")
    parts += [
        f"在场确认{label} {times} 次"
        for label, _, times in one.presence  # type: ignore[attr-defined]
    ]
    if one.closed_by:
        parts.append(one.get_closed_by_display())
    return "；".join(parts)


def _examined(
    papers: QuerySet[Paper], since: datetime, until: datetime
) -> Iterator[Event]:
    rows = papers.filter(drawn_at__gte=since, drawn_at__lt=until)
    for one in rows.select_related("course"):
        if one.handed_in_at is None:
            note = "没有交卷"
        else:
            note = f"{one.score} 分，{'合格' if one.is_passed else '未合格'}"
        yield Event(
            person=one.person_id,
            at=one.drawn_at,
            until=one.handed_in_at,
            kind="考试",
            tone="next",
            text=one.course.title,
            note=note,
            device=one.device,
        )


def _practiced(
    groups: QuerySet[PracticeGroup], since: datetime, until: datetime
) -> Iterator[Event]:
    rows = groups.filter(opened_at__gte=since, opened_at__lt=until)
    for one in rows.annotate(last_at=Max("answers__received_at")):
        yield Event(
            person=one.person_id,
            at=one.opened_at,
            until=one.closed_at or one.last_at,
            kind="练习",
            tone="ok",
            text=str(Mode(one.mode).label),
            note=f"答 {one.answered} 道，对 {one.right} 道",
            device=one.device,
        )


def _axis(day: date, events: list[Event]) -> tuple[datetime, datetime]:
    """The whole hours around what happened; the working day if nothing did."""
    since, until = bounds(day)
    if not events:
        return since + 8 * HOUR, since + 18 * HOUR
    first = max(since, min(one.at for one in events))
    last = min(until, max(one.ends_at for one in events))
    begins = since + (first - since) // HOUR * HOUR
    ends = since + -(-(last - since) // HOUR) * HOUR
    return begins, max(ends, begins + HOUR)


def _ticks(since: datetime, until: datetime) -> Iterator[Tick]:
    hours = round((until - since) / HOUR)
    step = next(minutes for most, minutes in TICKS if hours <= most)
    first, whole = timezone.localtime(since).hour * 60, hours * 60
    for minute in range(0, whole + 1, step):
        anchor = "start" if not minute else "end" if minute == whole else "middle"
        hour, rest = divmod(first + minute, 60)
        yield Tick(f"{hour}:{rest:02d}", round(minute * 100 / whole, 2), anchor)


def _local(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None
