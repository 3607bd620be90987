"""The learner's bankbook: what was credited, what was not, why, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.db.models import Q, QuerySet
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.counting.models import Standing
from ankang.learning.accounting import SENTENCES, Reason
from ankang.learning.models import (
    Lesson,
    Objection,
    PresenceCheck,
    RefusedClaim,
    WatchSession,
)
from ankang.learning.queries import LessonState, lesson_states
from ankang.organizations.models import Employment
from ankang.policies.models import Rules

ADVICE = {
    Reason.MALFORMED: "请用微信或手机自带浏览器打开本页面再看。",
    Reason.TOO_LONG: "请刷新页面，接着看就行。",
    Reason.HIDDEN: "看的时候不要切到别的应用，回到这一课补看就计入。",
    Reason.TOO_FAST: "按正常速度补看就计入。",
    Reason.AHEAD: "从没看过的地方接着看就计入。",
    Reason.CLOCK: "同一时间只算一处学习，补看就计入。",
    Reason.DAILY_CAP: "明天接着看就计入。",
    Reason.PRESENCE: "补看这一段，屏幕上出现确认时回应一下。",
}


@dataclass(frozen=True)
class Loss:
    """A line that did not count, why, what to do, and the objection to it."""

    subject: str
    lesson: Lesson
    seconds: int
    times: int
    at: datetime
    sentence: str
    advice: str
    objection: Objection | None = None

    @property
    def about(self) -> str:
        """What an objection to this line is about, in one sentence."""
        day = timezone.localtime(self.at)
        return (
            f"《{self.lesson.courseware.title}》{day.year}年{day.month}月{day.day}日 "
            f"{day:%H:%M} 未认定 {self.seconds} 秒：{self.sentence}"
        )[:200]


@dataclass(frozen=True)
class Line:
    """A lesson on one day: what it earned, and what it did not."""

    lesson: Lesson
    from_time: datetime
    to_time: datetime
    credited: int
    losses: list[Loss] = field(default_factory=list)


@dataclass(frozen=True)
class Day:
    """A day of the bankbook."""

    day: date
    lines: list[Line]

    @property
    def credited(self) -> int:
        return sum(line.credited for line in self.lines)


def sessions_of(person: Person) -> QuerySet[WatchSession]:
    """The spans in which something was watched or claimed, newest first."""
    return (
        person.watch_sessions.filter(Q(beats__gt=0) | Q(spent__gt=0))
        .select_related("lesson__courseware__published")
        .order_by("-opened_at", "-pk")
    )


def bankbook(*, person: Person, sessions: Iterable[WatchSession]) -> list[Day]:
    """Sessions by day and lesson with their losses. Three queries for any number."""
    shown = list(sessions)
    losses = _losses(person, shown)
    lost = _seconds_taken_back(shown)
    days = []
    for day, group in groupby(shown, key=lambda one: timezone.localdate(one.opened_at)):
        of_day: dict[int, list[WatchSession]] = {}
        for session in group:
            of_day.setdefault(session.lesson_id, []).append(session)
        lines = [
            Line(
                lesson=run[0].lesson,
                from_time=run[-1].opened_at,
                to_time=run[0].last_beat_at or run[0].opened_at,
                credited=sum(max(0, one.spent - lost.get(one.pk, 0)) for one in run),
                losses=[loss for one in run for loss in losses.get(one.pk, [])],
            )
            for run in of_day.values()
        ]
        days.append(Day(day, lines))
    return days


def lesson_to_mend(
    *, person: Person, days: list[Day], rules: Rules
) -> LessonState | None:
    """The lesson last watched that lost seconds and is not covered yet."""
    lessons = {
        line.lesson.pk: line.lesson for day in days for line in day.lines if line.losses
    }
    states = lesson_states(person=person, lessons=list(lessons.values()), rules=rules)
    return next((one for one in states if one.has_begun and not one.is_covered), None)


def _seconds_taken_back(sessions: list[WatchSession]) -> dict[int, int]:
    """Accepted seconds that a missed presence check took away again, by session."""
    lost: dict[int, int] = {}
    for session, seconds in PresenceCheck.objects.filter(
        session__in=sessions, result=PresenceCheck.Result.MISSED
    ).values_list("session", "lost_seconds"):
        lost[session] = lost.get(session, 0) + seconds
    return lost


def _losses(person: Person, sessions: list[WatchSession]) -> dict[int, list[Loss]]:
    objections = objections_by_subject(person)
    found: dict[int, list[Loss]] = {}
    checks = PresenceCheck.objects.filter(
        session__in=sessions,
        result=PresenceCheck.Result.MISSED,
        lost_seconds__gt=0,
    ).select_related("session__lesson__courseware")
    for check in checks.order_by("-issued_at"):
        found.setdefault(check.session_id, []).append(check_loss(check, objections))
    claims = (
        RefusedClaim.objects.filter(session__in=sessions, seconds__gt=0)
        .exclude(reason=Reason.PRESENCE)
        .select_related("session__lesson__courseware")
    )
    for claim in claims.order_by("-last_at"):
        found.setdefault(claim.session_id, []).append(claim_loss(claim, objections))
    return found


def objections_by_subject(person: Person) -> dict[str, Objection]:
    """The newest objection of a person to each thing."""
    return {one.subject: one for one in person.objections.order_by("created_at")}


def check_loss(check: PresenceCheck, objections: dict[str, Objection]) -> Loss:
    subject = f"presence-check:{check.pk}"
    start, end = check.lost_from or 0, check.lost_to or 0
    return Loss(
        subject=subject,
        lesson=check.session.lesson,
        seconds=check.lost_seconds,
        times=1,
        at=check.issued_at,
        sentence=f"没有回应在场确认，视频 {_clock(start)} 到 {_clock(end)} 之间不计。",
        advice=ADVICE[Reason.PRESENCE],
        objection=objections.get(subject),
    )


def claim_loss(claim: RefusedClaim, objections: dict[str, Objection]) -> Loss:
    subject = f"refused-claim:{claim.pk}"
    reason = Reason(claim.reason)
    return Loss(
        subject=subject,
        lesson=claim.session.lesson,
        seconds=claim.seconds,
        times=claim.times,
        at=claim.last_at,
        sentence=SENTENCES[reason],
        advice=ADVICE[reason],
        objection=objections.get(subject),
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"


def about_of(*, person: Person, subject: str) -> str | None:
    """What an objection to `subject` is about; None if it is not the person's own."""
    kind, _, key = subject.partition(":")
    if not key.isdecimal() or len(key) > 18:  # noqa: PLR2004
        return None
    match kind:
        case "presence-check":
            check = (
                PresenceCheck.objects.filter(pk=key, session__person=person)
                .select_related("session__lesson__courseware")
                .first()
            )
            return check_loss(check, {}).about if check else None
        case "refused-claim":
            claim = (
                RefusedClaim.objects.filter(pk=key, session__person=person)
                .select_related("session__lesson__courseware")
                .first()
            )
            return claim_loss(claim, {}).about if claim else None
        case "employment":
            employment = (
                Employment.objects.filter(pk=key, person=person)
                .select_related("employer")
                .first()
            )
            name = employment.employer.name if employment else ""
            return f"{name}：不是我的单位" if employment else None
        case "standing":
            standing = person.standings.filter(pk=key).first()
            return standing_about(standing) if standing else None
        case _:
            return None


def standing_about(standing: Standing) -> str:
    return f"{standing.year} 年度没有计入：{standing.get_reason_display()}"
