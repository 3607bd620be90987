"""One person's year on one page (一人一档): from seconds to counted or not."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.learning.accounting import Reason
from ankang.learning.models import (
    CheckAnswer,
    Coverage,
    Lesson,
    PresenceCheck,
    RefusedClaim,
    WatchSession,
)
from ankang.learning.queries import covered_ranges

SHORT_REASONS = {
    Reason.MALFORMED: "记录格式不对",
    Reason.TOO_LONG: "一次报送太长",
    Reason.HIDDEN: "页面不在前台",
    Reason.TOO_FAST: "倍速播放",
    Reason.AHEAD: "拖到没看过的地方",
    Reason.CLOCK: "超过实际时间",
    Reason.DAILY_CAP: "超过每日上限",
    Reason.PRESENCE: "没回应在场确认",
}

CHECK_TONES = {"passed": "ok", "missed": "wait", "open": "run"}


@dataclass
class Segment:
    """A stretch of a lesson, as `_bar.html` draws it."""

    first: int
    last: int
    tone: str
    start: float
    width: float

    @property
    def seconds(self) -> int:
        return self.last - self.first


@dataclass
class LessonLine:
    """A lesson: its seconds credited and not, and why not."""

    lesson: Lesson
    duration: int
    credited: int = 0
    segments: list[Segment] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    has_right_answer: bool = False

    @property
    def refused_seconds(self) -> int:
        return sum(self.refused.values())

    @property
    def claimed(self) -> int:
        return self.credited + self.refused_seconds

    @property
    def refused_words(self) -> str:
        return "，".join(
            f"{SHORT_REASONS.get(Reason(code), code)} {seconds:,}"
            for code, seconds in self.refused.most_common()
        )

    @property
    def percent(self) -> float:
        return min(100.0, self.credited * 100 / self.duration) if self.duration else 0.0

    @property
    def tone(self) -> str:
        if self.refused:
            return "wait"
        return "ok" if self.credited else "none"


@dataclass(frozen=True)
class StrandLines:
    """The lessons of one strand, and what they sum to."""

    name: str
    lines: list[LessonLine]

    @property
    def credited(self) -> int:
        return sum(line.credited for line in self.lines)

    @property
    def refused_seconds(self) -> int:
        return sum(line.refused_seconds for line in self.lines)

    @property
    def claimed(self) -> int:
        return self.credited + self.refused_seconds


def lesson_lines(person: Person, year: int) -> list[LessonLine]:
    """The lessons of the year that this person touched. Six queries."""
    sessions = WatchSession.objects.filter(person=person, lesson__course__year=year)
    covered = Coverage.objects.filter(person=person)
    lessons = (
        Lesson.objects.filter(
            Q(courseware__versions__in=covered.values("version"))
            | Q(pk__in=sessions.values("lesson")),
            course__year=year,
        )
        .select_related("course", "courseware__published", "courseware__strand")
        .distinct()
        .order_by("course", "position")
    )
    lines = {lesson.pk: LessonLine(lesson, _duration(lesson)) for lesson in lessons}
    by_courseware: dict[int, list[LessonLine]] = {}
    for line in lines.values():
        by_courseware.setdefault(line.lesson.courseware_id, []).append(line)
    for coverage in coverages(person, list(by_courseware)):
        for line in by_courseware[coverage.version.courseware_id]:
            if coverage.credited_seconds >= line.credited:
                line.credited = coverage.credited_seconds
                line.duration = coverage.version.duration_seconds
                line.segments = segments(covered_ranges(coverage), "ok", line.duration)
    _read_refusals(lines, sessions)
    answered = CheckAnswer.objects.filter(person=person, is_right=True)
    for lesson_id in answered.values_list("lesson", flat=True).distinct():
        if lesson_id in lines:
            lines[lesson_id].has_right_answer = True
    return list(lines.values())


def by_strand(lines: list[LessonLine]) -> list[StrandLines]:
    """The lessons under their strands, in the order in which they are first met."""
    groups: dict[str, list[LessonLine]] = {}
    for line in lines:
        groups.setdefault(line.lesson.courseware.strand.name, []).append(line)
    return [StrandLines(name, of_strand) for name, of_strand in groups.items()]


def _read_refusals(
    lines: dict[int, LessonLine], sessions: QuerySet[WatchSession]
) -> None:
    """What a missed presence check cost stands with the check, and only there."""
    claims = (
        RefusedClaim.objects.filter(session__in=sessions)
        .exclude(reason=Reason.PRESENCE)
        .values_list("session__lesson", "reason")
        .annotate(total=Sum("seconds"))
    )
    checks = (
        PresenceCheck.objects.filter(session__in=sessions, lost_seconds__gt=0)
        .values_list("session__lesson")
        .annotate(total=Sum("lost_seconds"))
    )
    missed = [(lesson, str(Reason.PRESENCE), seconds) for lesson, seconds in checks]
    for lesson_id, reason, seconds in [*claims, *missed]:
        if lesson_id in lines and seconds:
            lines[lesson_id].refused[reason] += seconds


def coverages(person: Person, coursewares: list[int]) -> QuerySet[Coverage]:
    return Coverage.objects.filter(
        person=person, version__courseware__in=coursewares
    ).select_related("version")


def lost_segments(checks: list[PresenceCheck], duration: int) -> list[Segment]:
    """Stretches that a missed presence check cost."""
    ranges = [
        (check.lost_from, check.lost_to)
        for check in checks
        if check.lost_from is not None and check.lost_to is not None
    ]
    return segments(ranges, "wait", duration)


def segments(ranges: list[tuple[int, int]], tone: str, duration: int) -> list[Segment]:
    """Half-open ranges of seconds as shares of the whole lesson."""
    return [
        Segment(
            first, last, tone, first * 100 / duration, (last - first) * 100 / duration
        )
        for first, last in ranges
        if duration
    ]


def sessions_of(person: Person, year: int) -> QuerySet[WatchSession]:
    """When the person watched what on which device, and what was not credited."""
    refused = RefusedClaim.objects.exclude(reason=Reason.PRESENCE).order_by("-seconds")
    return (
        WatchSession.objects.filter(person=person, lesson__course__year=year)
        .select_related("lesson__courseware", "version")
        .prefetch_related(
            Prefetch("refused_claims", refused),
            Prefetch("presence_checks", PresenceCheck.objects.order_by("issued_at")),
        )
        .order_by("-opened_at")
    )


def with_words(sessions: Iterable[WatchSession]) -> list[WatchSession]:
    """Say of each of `sessions_of` what was not credited, and who was present."""
    found = list(sessions)
    for session in found:
        session.refused_words = _refused_words(session)  # type: ignore[attr-defined]
        checks = Counter(check.result for check in session.presence_checks.all())
        session.presence = [  # type: ignore[attr-defined]
            (PresenceCheck.Result(result).label, CHECK_TONES[result], times)
            for result, times in sorted(checks.items())
        ]
    return found


def _refused_words(session: WatchSession) -> str:
    refused = {
        SHORT_REASONS.get(Reason(claim.reason), claim.reason): claim.seconds
        for claim in session.refused_claims.all()
    }
    missed = sum(check.lost_seconds for check in session.presence_checks.all())
    if missed:
        refused[SHORT_REASONS[Reason.PRESENCE]] = missed
    return "，".join(f"{words} {seconds:,} 秒" for words, seconds in refused.items())


def seconds_chart(person: Person, year: int) -> dict[str, list[object]]:
    """Seconds of each day: played by the clock and credited, and refused."""
    credited: Counter[date] = Counter()
    refused: Counter[date] = Counter()
    sessions = WatchSession.objects.filter(person=person, lesson__course__year=year)
    claims = RefusedClaim.objects.filter(session__in=sessions)
    for opened_at, seconds in claims.exclude(reason=Reason.PRESENCE).values_list(
        "session__opened_at", "seconds"
    ):
        refused[timezone.localdate(opened_at)] += seconds
    checks = PresenceCheck.objects.filter(session__in=sessions, lost_seconds__gt=0)
    for opened_at, seconds in checks.values_list("session__opened_at", "lost_seconds"):
        refused[timezone.localdate(opened_at)] += seconds
        credited[timezone.localdate(opened_at)] -= seconds
    for opened_at, seconds in sessions.values_list("opened_at", "spent"):
        credited[timezone.localdate(opened_at)] += seconds
    days = sorted(credited)
    return {
        "days": [f"{day.month}月{day.day}日" for day in days],
        "credited": [max(0, credited[day]) for day in days],
        "refused": [refused[day] for day in days],
    }


def _duration(lesson: Lesson) -> int:
    published = lesson.courseware.published
    return published.duration_seconds if published else 0
