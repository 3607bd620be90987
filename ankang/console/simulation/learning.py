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
from ankang.practice.models import (
    GroupQuestion,
    PracticeAnswer,
    PracticeGroup,
    ReviewCard,
)
from ankang.quizzes.models import QuestionVersion

PATHS = [("none", 18), ("half", 22), ("learned", 6), ("failed", 5), ("passed", 49)]
CHEAT_SHARE = 0.03
MISS_SHARE = 0.04
CHEATS = [Reason.CLOCK, Reason.TOO_FAST, Reason.AHEAD, Reason.HIDDEN]
DAY_CAP = 8 * 3600
QUICKEST, SLOWEST = 9, 40
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
    PracticeGroup,
    GroupQuestion,
    PracticeAnswer,
    ReviewCard,
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
    device: str = ""

    @property
    def mark(self) -> str:
        """The device, the person's own unless another is named."""
        return self.device or self.person.number[::-1]


@dataclass(frozen=True)
class Answered:
    """A question as somebody answered it, and after how many seconds."""

    question: QuestionVersion
    chosen: list[int]
    seconds: float


def learn(one: Learner, begins_at: datetime) -> None:
    """Let one person learn as far as the draw says."""
    paths, weights = zip(*PATHS, strict=True)
    path = one.draw.choices(paths, weights)[0]
    if path == "none":
        return
    count = len(one.material.lessons)
    lessons = one.draw.randrange(1, count + 1) if path == "half" else count
    at = watch_lessons(one, begins_at, lessons, stops_early=path == "half")
    if path in {"failed", "passed"}:
        write_paper(one, at, answers(one, passes=path == "passed"))


def watch_lessons(
    one: Learner, at: datetime, count: int, *, stops_early: bool = False
) -> datetime:
    """Watch the first lessons, perhaps not to the end; when that was done."""
    material, draw, rows = one.material, one.draw, one.rows
    for place, (lesson, version, question) in enumerate(material.lessons[:count]):
        is_last = stops_early and place == count - 1
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
    return at


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
        device=one.mark,
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
    position = draw.randrange(min(60, seconds // 2), seconds)
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


def answers(one: Learner, *, passes: bool) -> list[Answered]:
    """A paper as an ordinary person answers it, at an own pace."""
    material, draw = one.material, one.draw
    count = min(material.edition.rules().exam_questions, len(material.questions))
    needed = -(-material.edition.rules().pass_mark * count // 100)
    right = draw.randrange(needed, count + 1) if passes else draw.randrange(needed)
    pace = draw.uniform(QUICKEST, SLOWEST)
    found = [
        Answered(
            question=question,
            chosen=question.answer if place < right else wrong_answer(question, draw),
            seconds=pace * draw.lognormvariate(0, 0.5),
        )
        for place, question in enumerate(draw.sample(material.questions, count))
    ]
    draw.shuffle(found)
    return found


def wrong_answer(question: QuestionVersion, draw: Random) -> list[int]:
    wrong = [i for i in range(len(question.options)) if i not in question.answer]
    return [draw.choice(wrong)] if wrong else []


def write_paper(one: Learner, at: datetime, answered: list[Answered]) -> Paper:
    """Hand in a paper as it was answered; a pass earns hours and a certificate."""
    material, rows = one.material, one.rows
    rules = material.edition.rules()
    deadline = at + timedelta(minutes=rules.exam_minutes)
    right = sum(each.chosen == each.question.answer for each in answered)
    score = right * 100 // len(answered) if answered else 0
    seconds = sum(each.seconds for each in answered) + one.draw.uniform(1, 20)
    paper = Paper(
        person=one.person,
        course=material.course,
        edition=material.edition,
        drawn_at=at,
        deadline=deadline,
        handed_in_at=min(at + timedelta(seconds=seconds), deadline),
        score=score,
        is_passed=score >= rules.pass_mark,
        device=one.mark,
    )
    rows.add(paper)
    answered_at = at
    for position, each in enumerate(answered, start=1):
        answered_at = min(answered_at + timedelta(seconds=each.seconds), deadline)
        rows.add(
            PaperQuestion(
                paper=paper,
                position=position,
                question=each.question,
                option_order=list(range(len(each.question.options))),
                chosen=each.chosen,
                answered_at=answered_at,
                is_right=each.chosen == each.question.answer,
            )
        )
    if paper.is_passed and paper.handed_in_at is not None:
        _reward(one, score, paper.handed_in_at)
    return paper


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
