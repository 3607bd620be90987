"""One person's year on one page (一人一档): from seconds to counted or not."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet, Sum
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.credits.models import Certificate, CreditEntry
from ankang.learning.accounting import Reason
from ankang.learning.models import (
    CheckAnswer,
    Coverage,
    Lesson,
    Paper,
    PaperQuestion,
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
        if not self.credited:
            return "none"
        return "wait" if self.refused else "ok"


@dataclass(frozen=True)
class Event:
    """Something that happened to this person's year."""

    at: datetime
    text: str
    by: str = ""


def lesson_lines(person: Person, year: int) -> list[LessonLine]:
    """The lessons of the year that this person touched. Five queries."""
    sessions = WatchSession.objects.filter(person=person, lesson__course__year=year)
    lessons = (
        Lesson.objects.filter(
            course__year=year, courseware__versions__coverage__person=person
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


def _read_refusals(
    lines: dict[int, LessonLine], sessions: QuerySet[WatchSession]
) -> None:
    claims = RefusedClaim.objects.filter(session__in=sessions)
    for lesson_id, reason, seconds in claims.values_list(
        "session__lesson", "reason"
    ).annotate(total=Sum("seconds")):
        if lesson_id in lines:
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
    refused = RefusedClaim.objects.order_by("-seconds")
    return (
        WatchSession.objects.filter(person=person, lesson__course__year=year)
        .select_related("lesson__courseware", "version")
        .prefetch_related(
            Prefetch("refused_claims", refused),
            Prefetch("presence_checks", PresenceCheck.objects.order_by("issued_at")),
        )
        .order_by("-opened_at")
    )


def refused_words(claims: list[RefusedClaim]) -> str:
    return "，".join(
        f"{SHORT_REASONS.get(Reason(claim.reason), claim.reason)} {claim.seconds:,} 秒"
        for claim in claims
    )


def papers_of(person: Person, year: int) -> list[Paper]:
    """The exams of the year with every answer in words."""
    questions = PaperQuestion.objects.select_related("question").order_by("position")
    papers = (
        Paper.objects.filter(person=person, course__year=year)
        .select_related("course")
        .prefetch_related(Prefetch("questions", questions))
        .order_by("-drawn_at")
    )
    for paper in papers:
        for one in paper.questions.all():
            options = one.question.options
            words = [options[i] for i in one.chosen if i < len(options)]
            one.chosen_words = "、".join(words)  # type: ignore[attr-defined]
    return list(papers)


def seconds_chart(person: Person, year: int) -> dict[str, list[object]]:
    """Seconds of each day: watched by the clock, and refused."""
    spent: Counter[date] = Counter()
    refused: Counter[date] = Counter()
    sessions = WatchSession.objects.filter(person=person, lesson__course__year=year)
    for opened_at, seconds, missed in sessions.annotate(
        missed=Sum("refused_claims__seconds")
    ).values_list("opened_at", "spent", "missed"):
        day = timezone.localdate(opened_at)
        spent[day] += seconds
        refused[day] += missed or 0
    days = sorted(spent)
    return {
        "days": [f"{day.month}月{day.day}日" for day in days],
        "credited": [spent[day] for day in days],
        "refused": [refused[day] for day in days],
    }


def timeline(
    person: Person, papers: list[Paper], certificates: list[Certificate], year: int
) -> list[Event]:
    """What happened, oldest first."""
    events = [Event(person.created_at, "建立档案")]
    if person.verified_at:
        events.append(Event(person.verified_at, "实名核验通过"))
    for paper in papers:
        if paper.handed_in_at:
            result = "合格" if paper.is_passed else "未合格"
            events.append(Event(paper.handed_in_at, f"考试 {paper.score} 分，{result}"))
    entries = CreditEntry.objects.filter(person=person, year=year)
    events += [Event(e.at, f"学时 {e.hours}：{e.reason}") for e in entries]
    for certificate in certificates:
        events.append(Event(certificate.issued_at, f"发证 {certificate.serial}"))
        revocation = getattr(certificate, "revocation", None)
        if revocation:
            text = f"撤销证明：{revocation.reason}"
            events.append(Event(revocation.at, text, revocation.actor.name))
    return sorted(events, key=lambda event: event.at)


def _duration(lesson: Lesson) -> int:
    published = lesson.courseware.published
    return published.duration_seconds if published else 0
