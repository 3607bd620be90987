"""Made-up learning: what honest people, the undecided and cheats leave behind."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import models

from ankang.accounts.models import Person
from ankang.content.models import CoursewareVersion
from ankang.credits.models import Certificate, CreditEntry
from ankang.learning.accounting import Reason, bits_of
from ankang.learning.models import (
    CheckAnswer,
    Course,
    Coverage,
    Lesson,
    Paper,
    PaperQuestion,
    PresenceCheck,
    RefusedClaim,
    WatchSession,
)
from ankang.policies.models import RuleEdition
from ankang.quizzes.models import QuestionVersion

PATHS = [("none", 18), ("half", 22), ("learned", 6), ("failed", 5), ("passed", 49)]
CHEAT_SHARE = 0.03
MISS_SHARE = 0.04
CHEATS = [Reason.CLOCK, Reason.TOO_FAST, Reason.AHEAD, Reason.HIDDEN]
DAY_CAP = 8 * 3600
TABLES: list[type[models.Model]] = [
    WatchSession,
    Coverage,
    PresenceCheck,
    RefusedClaim,
    CheckAnswer,
    Paper,
    PaperQuestion,
    CreditEntry,
    Certificate,
]


@dataclass(frozen=True)
class Material:
    """What the simulated people learn and are asked."""

    course: Course
    edition: RuleEdition
    lessons: list[tuple[Lesson, CoursewareVersion, QuestionVersion | None]]
    questions: list[QuestionVersion]
    hours: Decimal
    issuer: str


@dataclass
class Rows:
    """Rows to be stored together, by table in the order of `TABLES`."""

    found: dict[type[models.Model], list[models.Model]] = field(
        default_factory=lambda: {table: [] for table in TABLES}
    )

    def add(self, row: models.Model) -> None:
        self.found[type(row)].append(row)

    def certificates(self) -> list[Certificate]:
        """In the order of their issue, for numbering."""
        found = self.found[Certificate]
        return sorted(
            (row for row in found if isinstance(row, Certificate)),
            key=lambda row: row.issued_at,
        )

    def store(self) -> None:
        """Parents before children; primary keys come back with the rows."""
        for table in TABLES:
            table._default_manager.bulk_create(self.found[table], batch_size=2000)


@dataclass(frozen=True)
class Learner:
    """One person on their way, with what they learn from and where it is noted."""

    person: Person
    material: Material
    draw: Random
    rows: Rows


def learn(one: Learner, begins_at: datetime) -> None:
    """Let one person learn as far as the draw says."""
    material, draw, rows = one.material, one.draw, one.rows
    paths, weights = zip(*PATHS, strict=True)
    path = draw.choices(paths, weights)[0]
    if path == "none":
        return
    count = len(material.lessons)
    lessons = draw.randrange(1, count + 1) if path == "half" else count
    at = begins_at
    for place, (lesson, version, question) in enumerate(material.lessons[:lessons]):
        is_last = path == "half" and place == lessons - 1
        seconds = version.duration_seconds
        if is_last:
            seconds = draw.randrange(20, max(21, seconds * 9 // 10))
        at = _watch(one, lesson, version, seconds, at)
        if question is not None and not is_last:
            rows.add(
                CheckAnswer(
                    person=one.person,
                    lesson=lesson,
                    question=question,
                    chosen=question.answer,
                    is_right=True,
                    at=at,
                )
            )
        at += timedelta(seconds=draw.randrange(30, 900))
    if path in {"failed", "passed"}:
        _sit_exam(one, passes=path == "passed", at=at)


def _watch(
    one: Learner,
    lesson: Lesson,
    version: CoursewareVersion,
    seconds: int,
    at: datetime,
) -> datetime:
    person, material, draw, rows = one.person, one.material, one.draw, one.rows
    ends_at = at + timedelta(seconds=seconds + draw.randrange(5, 120))
    session = WatchSession(
        person=person,
        lesson=lesson,
        version=version,
        edition=material.edition,
        device=f"{draw.getrandbits(64):016x}",
        opened_at=at,
        closed_at=ends_at,
        closed_by=WatchSession.Closed.LEFT,
        cap=DAY_CAP,
        spent=seconds,
        beats=seconds // 15 + 1,
        last_beat_at=ends_at,
    )
    rows.add(session)
    bits = bits_of([(0, seconds)])
    if seconds > material.edition.rules().presence_lesson_floor_seconds:
        bits &= ~_presence(one, session, seconds, at)
    rows.add(
        Coverage(
            person=person,
            version=version,
            covered=bits.to_bytes((bits.bit_length() + 7) // 8, "little"),
            credited_seconds=bits.bit_count(),
            changed_at=ends_at,
        )
    )
    if draw.random() < CHEAT_SHARE:
        rows.add(
            RefusedClaim(
                session=session,
                reason=draw.choice(CHEATS),
                seconds=draw.randrange(15, 4000),
                times=draw.randrange(1, 9),
                last_at=ends_at,
            )
        )
    return ends_at


def _presence(one: Learner, session: WatchSession, seconds: int, at: datetime) -> int:
    """One presence check; the bits that a missed one costs."""
    draw, rows = one.draw, one.rows
    position = draw.randrange(60, seconds - 1)
    issued_at = at + timedelta(seconds=position)
    is_missed = draw.random() < MISS_SHARE
    lost = (max(0, position - 1), min(seconds, position + 8))
    rows.add(
        PresenceCheck(
            session=session,
            nonce=f"{draw.getrandbits(84):021x}",
            position=position,
            issued_at=issued_at,
            answered_at=None if is_missed else issued_at + timedelta(seconds=7),
            tries=0 if is_missed else 1,
            lost_from=lost[0] if is_missed else None,
            lost_to=lost[1] if is_missed else None,
            lost_seconds=lost[1] - lost[0] if is_missed else 0,
            result="missed" if is_missed else "passed",
        )
    )
    return bits_of([lost]) if is_missed else 0


def _sit_exam(one: Learner, *, passes: bool, at: datetime) -> None:
    person, material, draw, rows = one.person, one.material, one.draw, one.rows
    rules = material.edition.rules()
    count = min(rules.exam_questions, len(material.questions))
    needed = -(-rules.pass_mark * count // 100)
    right = draw.randrange(needed, count + 1) if passes else draw.randrange(needed)
    handed_in_at = at + timedelta(minutes=draw.randrange(4, 25))
    score = right * 100 // count
    paper = Paper(
        person=person,
        course=material.course,
        edition=material.edition,
        drawn_at=at,
        deadline=at + timedelta(minutes=rules.exam_minutes),
        handed_in_at=handed_in_at,
        score=score,
        is_passed=passes,
    )
    rows.add(paper)
    for place, question in enumerate(draw.sample(material.questions, count), start=1):
        is_right = place <= right
        wrong = [i for i in range(len(question.options)) if i not in question.answer]
        rows.add(
            PaperQuestion(
                paper=paper,
                position=place,
                question=question,
                option_order=list(range(len(question.options))),
                chosen=question.answer if is_right else wrong[:1],
                answered_at=at + timedelta(seconds=10 * place),
                is_right=is_right,
            )
        )
    if passes:
        _reward(one, score, handed_in_at)


def _reward(one: Learner, score: int, at: datetime) -> None:
    person, material, draw, rows = one.person, one.material, one.draw, one.rows
    course = material.course
    source = f"course:{course.pk}"
    rows.add(
        CreditEntry(
            person=person,
            year=course.year,
            source=source,
            reason=course.title,
            hours=material.hours,
            at=at,
        )
    )
    rows.add(
        Certificate(
            person=person,
            year=course.year,
            code=f"{draw.getrandbits(64):016x}",
            source=source,
            course_title=course.title,
            person_name=person.name,
            issuer=material.issuer,
            note=material.edition.rules().certificate_note,
            hours=material.hours,
            score=score,
            issued_at=at,
        )
    )
