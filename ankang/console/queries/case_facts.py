"""The evidence of a signal as facts that a person can read and follow."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from django.urls import reverse
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.console.queries.dossier import SHORT_REASONS
from ankang.console.queries.people import visible_people
from ankang.core.templatetags.ankang import clock, duration
from ankang.integrity.models import Signal
from ankang.integrity.signals.catalog import BY_CODE, Entry
from ankang.learning.accounting import Reason
from ankang.learning.models import Lesson, WatchSession
from ankang.organizations.models import Membership
from ankang.quizzes.models import QuestionVersion

Code = Signal.Code
HIDDEN_PERSON = "其他区市的人员"
SHORT_DEVICE = 8
DAY_LENGTH = 10


@dataclass(frozen=True)
class Shape:
    """How a signal's evidence is told: one sentence, and the columns of its rows."""

    summary: str
    columns: tuple[tuple[str, str], ...]


SPANS = (("session", "课"), ("from", "开始"), ("until", "结束"))
SHAPES = {
    Code.IMPOSSIBLE_HOURS: Shape("共播放 {seconds}，分 {total} 段。", SPANS),
    Code.NIGHT_SESSION: Shape("夜里共播放 {seconds}，分 {total} 段。", SPANS),
    Code.TWO_DEVICES: Shape(
        "被另一台设备接走 {total} 次，接走以后仍申报 {claimed_after} 秒，都没有认定。",
        (
            ("session", "课"),
            ("device", "原来的设备"),
            ("next_device", "接走的设备"),
            ("until", "接走时间"),
            ("claimed_after", "此后仍申报（秒）"),
        ),
    ),
    Code.SHARED_DEVICE: Shape(
        "30 天内有 {people} 人用过这台设备。",
        (
            ("person", "人员"),
            ("sessions", "段数"),
            ("from", "第一次"),
            ("until", "最后一次"),
        ),
    ),
    Code.LOCKSTEP: Shape(
        "{people} 人逐课同起同止，共 {total} 段。",
        (("person", "人员"), ("lesson", "课"), ("from", "开始"), ("until", "停止")),
    ),
    Code.REFUSED_BEATS: Shape(
        "格式不对或超过时钟 {refused_times} 次，倍速或拖动被拒 {soft_refused_times} 次，"
        "报送过密 {floods} 段。",
        (
            ("session", "课"),
            ("reason", "拒绝的原因"),
            ("times", "次数"),
            ("beats", "报送次数"),
            ("seconds", "秒"),
            ("last_at", "最近一次"),
        ),
    ),
    Code.ABSENT: Shape(
        "{total} 次在场确认没有回应，只回应了 {passed} 次。",
        (
            ("session", "课"),
            ("issued_at", "发出确认"),
            ("position", "放到"),
            ("lost_seconds", "不计（秒）"),
        ),
    ),
    Code.FAST_EXAM: Shape(
        "{questions} 道题用了 {seconds}。",
        (("paper", "试卷"), ("from", "发卷"), ("until", "交卷"), ("score", "成绩")),
    ),
    Code.SAME_TIMING: Shape(
        "{people} 人，逐题间隔见下表。",
        (
            ("person", "人员"),
            ("until", "交卷"),
            ("score", "成绩"),
            ("pauses", "逐题间隔（秒）"),
        ),
    ),
    Code.PERFECT_CLUSTER: Shape(
        "{people} 人先后交出满分卷。",
        (("person", "人员"), ("from", "发卷"), ("until", "交卷"), ("score", "成绩")),
    ),
    Code.SAME_MISTAKES: Shape(
        "{people} 人错得一样，错的题和选项见下。",
        (
            ("person", "人员"),
            ("until", "交卷"),
            ("score", "成绩"),
            ("mistakes", "答错（道）"),
        ),
    ),
    Code.FAST_PRACTICE: Shape(
        "{answers} 道练习题答得比读题还快。",
        (("question", "题目"), ("until", "收到"), ("seconds", "用时（秒）")),
    ),
}
FIGURES = {
    "sessions",
    "times",
    "seconds",
    "beats",
    "score",
    "claimed_after",
    "lost_seconds",
    "mistakes",
}


@dataclass(frozen=True)
class Cell:
    """A value of a row, its column's label, and the page that it leads to."""

    text: str
    path: str = ""
    is_figure: bool = False
    label: str = ""


@dataclass(frozen=True)
class Heading:
    """A column of a signal's rows."""

    label: str
    is_figure: bool


@dataclass(frozen=True)
class Facts:
    """A signal as the desk shows it."""

    signal: Signal
    entry: Entry
    rule: str
    summary: str
    headings: list[Heading]
    rows: list[list[Cell]]
    total: int
    mistakes: list[tuple[str, str]]
    day: date


class _Missing(defaultdict[str, str]):
    """What an early signal did not keep is shown as not kept."""

    def __missing__(self, key: str) -> str:
        return "（未留存）"


class Names:
    """What the numbers in evidence stand for, looked up at once: four queries."""

    def __init__(self, signals: Sequence[Signal], membership: Membership) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        for signal in signals:
            for row in _rows(signal):
                for key in ("person", "session", "lesson", "question"):
                    if key in row:
                        wanted[key].add(row[key])
            for one in signal.evidence.get("same_mistakes", []):
                wanted["question"].add(one["question"])
        self.people: dict[int, Person] = (
            visible_people(membership).only("name").in_bulk(wanted["person"])
        )
        self.sessions = WatchSession.objects.select_related(
            "lesson__courseware"
        ).in_bulk(wanted["session"])
        self.lessons = Lesson.objects.select_related("courseware").in_bulk(
            wanted["lesson"]
        )
        self.questions = QuestionVersion.objects.only("stem", "options").in_bulk(
            wanted["question"]
        )

    def cell(self, key: str, row: dict[str, Any]) -> Cell:
        """One value of a row in words."""
        value = row.get(key)
        if value is None or value == "":
            return Cell("")
        known: dict[str, Callable[[Any], Cell]] = {
            "person": self._person,
            "session": self._session,
            "lesson": self._lesson,
            "question": self._question,
            "device": _device,
            "next_device": _device,
        }
        if key in known:
            return known[key](value)
        return Cell(_plain(key, value), is_figure=key in FIGURES)

    def _person(self, key: int) -> Cell:
        person = self.people.get(key)
        if person is None:
            return Cell(HIDDEN_PERSON)
        return Cell(person.name, reverse("console:person-detail", args=[key]))

    def _session(self, key: int) -> Cell:
        session = self.sessions.get(key)
        return Cell(session.lesson.courseware.title if session else "")

    def _lesson(self, key: int) -> Cell:
        lesson = self.lessons.get(key)
        return Cell(lesson.courseware.title if lesson else "")

    def _question(self, key: int) -> Cell:
        question = self.questions.get(key)
        return Cell(question.stem if question else "")

    def mistakes(self, signal: Signal) -> list[tuple[str, str]]:
        """The questions that were answered wrong alike, and what was chosen."""
        found = []
        for one in signal.evidence.get("same_mistakes", []):
            question = self.questions.get(one["question"])
            if question:
                options = question.options
                chosen = [options[n] for n in one["chosen"] if n < len(options)]
                found.append((question.stem, "、".join(chosen) or "未答"))
        return found


def facts_of(signals: Iterable[Signal], membership: Membership) -> list[Facts]:
    """The signals of a case in words; expects their editions. Four queries."""
    found = list(signals)
    names = Names(found, membership)
    return [_facts(signal, names) for signal in found]


def _facts(signal: Signal, names: Names) -> Facts:
    code = Signal.Code(signal.code)
    shape, entry, rows = SHAPES[code], BY_CODE[code], _rows(signal)
    columns = [
        (key, label) for key, label in shape.columns if any(key in row for row in rows)
    ]
    return Facts(
        signal=signal,
        entry=entry,
        rule=entry.told(signal.edition.rules().signals),
        summary=_summary(shape, signal.evidence),
        headings=[Heading(label, key in FIGURES) for key, label in columns],
        rows=[
            [replace(names.cell(key, row), label=label) for key, label in columns]
            for row in rows
        ],
        total=signal.evidence.get("total", len(rows)),
        mistakes=names.mistakes(signal),
        day=day_of(signal),
    )


def day_of(signal: Signal) -> date:
    """The day that a signal is about: what ends at midnight belongs to the day before."""
    for text in (signal.key, *(str(row.get("from", "")) for row in _rows(signal)[:1])):
        try:
            return date.fromisoformat(text[:DAY_LENGTH])
        except ValueError:
            continue
    return timezone.localdate(signal.at)


def _rows(signal: Signal) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], signal.evidence.get("rows", []))


def _summary(shape: Shape, evidence: dict[str, Any]) -> str:
    words = _Missing()
    for key, value in evidence.items():
        if isinstance(value, int):
            words[key] = duration(value) if key == "seconds" else f"{value:,}"
    return shape.summary.format_map(words)


def _device(device: str) -> Cell:
    path = reverse("console:device-timeline", args=[device])
    return Cell(device[:SHORT_DEVICE], path)


def _time(text: str) -> str:
    at = timezone.localtime(datetime.fromisoformat(text))
    return f"{at.month}月{at.day}日 {at:%H:%M:%S}"


def _plain(key: str, value: Any) -> str:
    """A value that names nothing else."""
    if key in WORDS:
        return WORDS[key](value)
    return f"{value:,}" if isinstance(value, int) else str(value)


WORDS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("from", "until", "last_at", "issued_at"), _time),
    "reason": lambda code: SHORT_REASONS.get(Reason(code), code),
    "position": clock,
    "pauses": lambda pauses: "、".join(map(str, pauses)),
    "mistakes": lambda questions: str(len(questions)),
    "paper": lambda number: f"第 {number} 号",
}
