"""What was decided about a learner's record, told to that learner and nobody else.

The evidence of a case may speak of many people. Only the rows about the reader are read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.integrity.models import Case, Decision, Exclusion, Signal, Subject
from ankang.learning.accounting import SENTENCES, Reason
from ankang.learning.models import Lesson, Objection, WatchSession

Code = Signal.Code
Row = dict[str, Any]

ROWS_SHOWN = 5
SAID = {
    Code.IMPOSSIBLE_HOURS: "一天里学得太久，超过一个人能学的时间。",
    Code.TWO_DEVICES: "两台手机或电脑轮流播放，被接走的那台还在报送时间。",
    Code.SHARED_DEVICE: "有一台手机或电脑，很多人用它学习，你也用过。",
    Code.LOCKSTEP: "好几个人每一课都同时开始、同时结束，你也在里面。",
    Code.NIGHT_SESSION: "学习几乎整夜没有停。",
    Code.REFUSED_BEATS: "报送的播放时间不像正常播放，多次没有认定。",
    Code.ABSENT: "视频一直在放，多次在场确认没有回应。",
    Code.FAST_EXAM: "考试答得太快，来不及读题。",
    Code.SAME_TIMING: "每道题用的时间几乎一样，或者和别人的快慢一样。",
    Code.PERFECT_CLUSTER: "同单位很多人在几分钟里都交了满分卷。",
    Code.SAME_MISTAKES: "同单位好几个人在同样的题上选了同样的错误答案。",
    Code.FAST_PRACTICE: "一天里很多练习题答得比读题还快。",
}


@dataclass(frozen=True)
class Line:
    """One thing that happened: when, what, and the figure that was looked at."""

    since: datetime | None
    until: datetime | None
    what: str
    figure: str


@dataclass(frozen=True)
class Mark:
    """A signal in words, with its first rows about the reader."""

    sentence: str
    at: datetime
    lines: list[Line]
    total: int


@dataclass(frozen=True)
class Told:
    """A decision as its reader sees it. Expects `decisions_told`."""

    decision: Decision
    person: Person
    objection: Objection | None = None
    marks: list[Mark] = field(default_factory=list)

    @property
    def case(self) -> Case:
        return self.decision.case

    @cached_property
    def exclusion(self) -> Exclusion | None:
        """By which this decision left the reader out."""
        return next(iter(self.decision.exclusions.all()), None)

    @property
    def readmission(self) -> Decision | None:
        """What took the exclusion back."""
        found = getattr(self.exclusion, "readmission", None)
        return found.decision if found else None

    @property
    def is_standing(self) -> bool:
        return self.exclusion is not None and self.readmission is None

    @property
    def is_lifted(self) -> bool:
        return self.readmission is not None

    @property
    def is_reversal(self) -> bool:
        return self.decision.verdict == Decision.Verdict.REVERSE

    @property
    def may_object(self) -> bool:
        return self.is_standing and self.objection is None

    @property
    def is_waiting(self) -> bool:
        return self.objection is not None and (
            self.objection.state == Objection.State.WAITING
        )

    def is_late(self, today: date) -> bool:
        due_on = self.objection.due_on if self.objection else None
        return self.is_waiting and due_on is not None and due_on < today


def decisions_told(person: Person) -> list[Told]:
    """All decisions that the person was told of, newest first. Three queries."""
    objections = {
        one.subject: one
        for one in Objection.objects.filter(person=person, subject__startswith="case:")
    }
    mine = Exclusion.objects.filter(person=person).select_related(
        "readmission__decision"
    )
    decisions = (
        Decision.objects.told_to(person)
        .select_related("case")
        .prefetch_related(Prefetch("exclusions", mine))
        .order_by("-at", "-pk")
    )
    return [
        Told(one, person, objections.get(one.case.objection_subject()))
        for one in decisions
    ]


def decision_told(person: Person, decision_id: int) -> Told | None:
    """One of them with what was found; None if it is not the person's. Six queries."""
    found = (one for one in decisions_told(person) if one.decision.pk == decision_id)
    told = next(found, None)
    if told is None:
        return None
    marks = list(_marks(person, told.case))
    return Told(told.decision, person, told.objection, marks)


def _marks(person: Person, case: Case) -> Iterator[Mark]:
    """The signals that speak of the person; if none names them, all, without rows."""
    signals = list(case.signals.order_by("at", "pk"))
    rows = {one.pk: list(_rows_about(person, case, one)) for one in signals}
    speaking = [one for one in signals if rows[one.pk]]
    titles = _titles(person, [row for found in rows.values() for row in found])
    for signal in speaking or signals:
        found = rows[signal.pk]
        yield Mark(
            sentence=SAID[Code(signal.code)],
            at=signal.at,
            lines=[_line(row, titles) for row in found[:ROWS_SHOWN]],
            total=len(found),
        )


def _rows_about(person: Person, case: Case, signal: Signal) -> Iterator[Row]:
    """Rows that name the person, or name nobody in a case about the person alone."""
    is_mine = case.kind == Subject.PERSON and case.person_id == person.pk
    for row in signal.evidence.get("rows", []):
        if row.get("person", person.pk if is_mine else None) == person.pk:
            yield row


def _titles(person: Person, rows: Iterable[Row]) -> dict[tuple[str, int], str]:
    """What the lessons of these rows are called, by session and by lesson."""
    listed = list(rows)
    sessions = WatchSession.objects.filter(
        person=person, pk__in={row["session"] for row in listed if "session" in row}
    )
    lessons = Lesson.objects.filter(
        pk__in={row["lesson"] for row in listed if "lesson" in row}
    )
    titles = {
        ("session", key): title
        for key, title in sessions.values_list("pk", "lesson__courseware__title")
    }
    for key, title in lessons.values_list("pk", "courseware__title"):
        titles["lesson", key] = title
    return titles


def _line(row: Row, titles: dict[tuple[str, int], str]) -> Line:
    since = _time(row.get("from") or row.get("issued_at") or row.get("last_at"))
    return Line(
        since=since or _time(row.get("until")),
        until=_time(row.get("until")) if since else None,
        what=_what(row, titles),
        figure=_figure(row),
    )


def _what(row: Row, titles: dict[tuple[str, int], str]) -> str:
    for kind in ("session", "lesson"):
        if (kind, row.get(kind, 0)) in titles:
            return f"《{titles[kind, row[kind]]}》"
    if "paper" in row:
        return f"考试 {row['score']} 分" if row.get("score") is not None else "考试"
    return "练习" if "group" in row else "学习"


def _figure(row: Row) -> str:
    """What the rule looked at in this row."""
    match row:
        case {"lost_seconds": lost}:
            words = f"没有回应在场确认，{lost} 秒不计"
        case {"claimed_after": claimed}:
            words = f"被另一台接走后又报送 {claimed} 秒"
        case {"reason": reason, "times": times}:
            words = f"{SENTENCES[Reason(reason)]}共 {times} 次"
        case {"beats": beats, "seconds": seconds}:
            words = f"{seconds} 秒里报送了 {beats} 次"
        case {"sessions": sessions}:
            words = f"在这台设备上学了 {sessions} 次"
        case {"group": _, "seconds": seconds}:
            words = f"用了 {seconds:g} 秒"
        case {"pauses": pauses}:
            words = f"答了 {len(pauses) + 1} 题"
        case _:
            words = ""
    return words


def _time(text: str | None) -> datetime | None:
    return timezone.localtime(datetime.fromisoformat(text)) if text else None
