"""Where a person stands with an exam, and what a paper may show. Only reads."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from ankang.accounts.models import Person
from ankang.learning.models import CheckAnswer, Course, Lesson, Paper, PaperQuestion
from ankang.learning.queries import lessons_done
from ankang.organizations.models import Strand
from ankang.policies.models import Rules, edition_for
from ankang.quizzes.models import QuestionVersion

FULL_SCORE = 100
LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True)
class ReviewLesson:
    """A lesson of a weak strand, to be learned again after the last try."""

    lesson: Lesson
    is_done: bool


@dataclass(frozen=True)
class ExamStanding:
    """May this person sit the exam of the course now, and if not, why?"""

    course: Course
    rules: Rules
    lessons_done: bool
    tries_left: int
    open_paper: Paper | None = None
    passed: Paper | None = None
    last: Paper | None = None
    waits_until: datetime | None = None
    review: list[ReviewLesson] = field(default_factory=list)

    @property
    def question_count(self) -> int:
        return sum(self.course.exam_draw.values())

    @property
    def lessons_to_review(self) -> list[ReviewLesson]:
        return [one for one in self.review if not one.is_done]

    @property
    def may_draw(self) -> bool:
        return (
            self.lessons_done
            and self.passed is None
            and self.open_paper is None
            and self.waits_until is None
            and not self.lessons_to_review
            and self.question_count > 0
        )


@dataclass(frozen=True)
class StrandScore:
    """How much of a strand was right on a paper."""

    strand: Strand
    right: int
    total: int
    is_weak: bool

    @property
    def percent(self) -> int:
        return FULL_SCORE * self.right // self.total


@dataclass(frozen=True)
class ShownOption:
    """An option as it stands on the paper; whether it is right only after the end."""

    place: int
    letter: str
    text: str
    is_chosen: bool
    is_right: bool | None


@dataclass(frozen=True)
class ShownQuestion:
    """A question as it stands on the paper."""

    position: int
    stem: str
    kind: str
    strand: str
    is_multiple: bool
    is_answered: bool
    options: list[ShownOption]
    right_letters: str = ""
    explanation: str = ""
    source: str = ""


def exam_standing(*, person: Person, course: Course, at: datetime) -> ExamStanding:
    """Everything that decides whether a paper is drawn."""
    rules = edition_for(course.year).rules()
    papers = list(
        Paper.objects.filter(person=person, course=course).order_by("drawn_at", "pk")
    )
    closed = [paper for paper in papers if paper.handed_in_at is not None]
    last = closed[-1] if closed else None
    is_round_over = bool(closed) and len(closed) % rules.exam_tries == 0
    passed = next((paper for paper in closed if paper.is_passed), None)
    waits_until: datetime | None = None
    review: list[ReviewLesson] = []
    if is_round_over and passed is None and last and last.handed_in_at:
        free_at = last.handed_in_at + timedelta(hours=rules.exam_wait_hours)
        waits_until = free_at if free_at > at else None
        review = review_lessons(last)
    return ExamStanding(
        course=course,
        rules=rules,
        lessons_done=lessons_done(person=person, course=course),
        tries_left=rules.exam_tries - len(closed) % rules.exam_tries,
        open_paper=next((one for one in papers if one.handed_in_at is None), None),
        passed=passed,
        last=last,
        waits_until=waits_until,
        review=review,
    )


def strand_scores(paper: Paper) -> list[StrandScore]:
    """Right answers by strand; weak is whatever alone would not pass."""
    pass_mark = paper.edition.rules().pass_mark
    rows = paper.questions.select_related("question__question__strand")
    strands: dict[int, Strand] = {}
    marks: dict[int, list[bool]] = {}
    for row in rows:
        strand = row.question.question.strand
        strands[strand.pk] = strand
        marks.setdefault(strand.pk, []).append(row.is_right)
    return [
        StrandScore(
            strand=strands[key],
            right=sum(marks[key]),
            total=len(marks[key]),
            is_weak=FULL_SCORE * sum(marks[key]) < pass_mark * len(marks[key]),
        )
        for key in sorted(strands)
    ]


def review_lessons(paper: Paper) -> list[ReviewLesson]:
    """The lessons of the paper's weak strands; done by a right answer since then."""
    weak = [score.strand.pk for score in strand_scores(paper) if score.is_weak]
    lessons = list(
        paper.course.lessons.filter(
            courseware__strand__in=weak, courseware__published__isnull=False
        )
        .select_related("courseware__strand")
        .order_by("position", "pk")
    )
    again = set(
        CheckAnswer.objects.filter(
            person=paper.person_id,
            lesson__in=lessons,
            is_right=True,
            at__gt=paper.handed_in_at,
        ).values_list("lesson", flat=True)
        if paper.handed_in_at
        else []
    )
    return [ReviewLesson(lesson, lesson.pk in again) for lesson in lessons]


def may_show_answers(paper: Paper) -> bool:
    """Right answers are for whoever has passed, or has used the last try of a round."""
    if paper.handed_in_at is None:
        return False
    closed = Paper.objects.filter(
        person=paper.person_id, course=paper.course_id, handed_in_at__isnull=False
    )
    if closed.filter(is_passed=True).exists():
        return True
    tries = paper.edition.rules().exam_tries
    number = closed.filter(drawn_at__lte=paper.drawn_at).count()
    return number <= closed.count() // tries * tries


def questions_to_answer(paper: Paper) -> list[ShownQuestion]:
    """The paper as it is answered: nothing in it tells what is right."""
    return [shown_question(row) for row in _rows(paper)]


def wrong_answers(paper: Paper) -> list[ShownQuestion]:
    """The questions answered wrongly, explained. Ask `may_show_answers` first."""
    return [_explained(row) for row in _rows(paper) if not row.is_right]


def _rows(paper: Paper) -> QuerySet[PaperQuestion]:
    return paper.questions.select_related("question__question__strand").order_by(
        "position"
    )


def shown_question(row: Any) -> ShownQuestion:
    """A question as it is answered: of an exam paper, or of a retest."""
    version = row.question
    return ShownQuestion(
        position=row.position,
        stem=version.stem,
        kind=version.get_kind_display(),
        strand=version.question.strand.name,
        is_multiple=version.kind == QuestionVersion.Kind.MULTIPLE,
        is_answered=bool(row.chosen),
        options=[
            ShownOption(
                place=place,
                letter=LETTERS[place],
                text=version.options[original],
                is_chosen=original in row.chosen,
                is_right=None,
            )
            for place, original in enumerate(row.option_order)
        ],
    )


def _explained(row: PaperQuestion) -> ShownQuestion:
    version = row.question
    options = [
        ShownOption(
            place=place,
            letter=LETTERS[place],
            text=version.options[original],
            is_chosen=original in row.chosen,
            is_right=original in version.answer,
        )
        for place, original in enumerate(row.option_order)
    ]
    return ShownQuestion(
        position=row.position,
        stem=version.stem,
        kind=version.get_kind_display(),
        strand=version.question.strand.name,
        is_multiple=version.kind == QuestionVersion.Kind.MULTIPLE,
        is_answered=bool(row.chosen),
        options=options,
        right_letters="、".join(one.letter for one in options if one.is_right),
        explanation=version.explanation,
        source=version.source,
    )
