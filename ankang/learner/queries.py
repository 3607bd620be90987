"""What the home page tells a learner: what next, how far, what is new."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from ankang.accounts.models import Person
from ankang.credits.models import Certificate
from ankang.learner.catalog import Catalog
from ankang.learning.models import Lesson, Paper
from ankang.learning.queries import (
    SECONDS_PER_MINUTE,
    CourseProgress,
    LessonState,
    hours_of,
    lesson_states,
)
from ankang.notices.models import Notice
from ankang.organizations.models import Employment
from ankang.policies.models import Rules

NEW_FOR = timedelta(days=30)
NOTICES_SHOWN = 3
NEW_LESSONS_SHOWN = 3


@dataclass(frozen=True)
class ExamState:
    """Where the person stands with the exam of a course."""

    paper: Paper | None = None
    certificate: Certificate | None = None

    @property
    def is_passed(self) -> bool:
        return self.paper is not None and self.paper.is_passed

    @property
    def is_running(self) -> bool:
        return self.paper is not None and self.paper.handed_in_at is None

    @property
    def is_failed(self) -> bool:
        return self.paper is not None and not (self.is_running or self.is_passed)


@dataclass(frozen=True)
class Home:
    """The learner's first page."""

    rules: Rules
    employments: list[Employment]
    courses: list[CourseProgress]
    exams: dict[int, ExamState]
    notices: list[Notice]
    at: datetime

    @property
    def employer_names(self) -> str:
        return "、".join(one.employer.name for one in self.employments)

    @property
    def posts(self) -> str:
        return "、".join(one.post for one in self.employments if one.post)

    @cached_property
    def current(self) -> CourseProgress | None:
        """The course to go on with: required ones first, the first unfinished."""
        unfinished = [one for one in self.courses if not self.exam_of(one).is_passed]
        return next(iter(unfinished or self.courses), None)

    def exam_of(self, progress: CourseProgress) -> ExamState:
        return self.exams.get(progress.course.pk, ExamState())

    @property
    def exam(self) -> ExamState:
        return self.exam_of(self.current) if self.current else ExamState()

    @property
    def next_lesson(self) -> LessonState | None:
        return self.current.next_lesson if self.current else None

    @property
    def next_number(self) -> int:
        """Which lesson of its course comes next, counted from 1."""
        states = self.current.lessons if self.current else []
        return next((n for n, one in enumerate(states, 1) if not one.is_done), 0)

    @property
    def next_percent(self) -> int:
        state = self.next_lesson
        whole = state.duration if state else 0
        return min(100, state.credited * 100 // whole) if state and whole else 0

    @property
    def seconds(self) -> int:
        """Verified seconds of the current course."""
        states = self.current.lessons if self.current else []
        return sum(min(one.credited, one.duration) for one in states)

    @property
    def seconds_left(self) -> int:
        states = self.current.lessons if self.current else []
        return sum(
            max(0, one.duration - one.credited) for one in states if not one.is_done
        )

    @property
    def minutes_left(self) -> int:
        return -(-self.seconds_left // SECONDS_PER_MINUTE)

    @property
    def lessons_left(self) -> int:
        states = self.current.lessons if self.current else []
        return sum(not one.is_done for one in states)

    @property
    def is_learned(self) -> bool:
        return self.current is not None and self.current.is_done

    @property
    def hours(self) -> Decimal:
        if self.current and self.is_learned:
            return self.current.hours
        return hours_of(self.seconds, self.rules)

    @property
    def hours_text(self) -> str:
        return f"{self.hours:f}"

    @property
    def required(self) -> str:
        return f"{self.rules.required_credit_hours:f}"

    @property
    def percent(self) -> int:
        if self.is_learned:
            return 100
        return int(self.current.share * 100) if self.current else 0

    @property
    def new_lessons(self) -> list[Lesson]:
        """Lessons of the other courses, published lately and not begun, newest first."""
        fresh = [
            state.lesson
            for progress in self.courses
            if progress is not self.current
            for state in progress.lessons
            if not state.has_begun and _is_new(state.lesson, self.at)
        ]
        fresh.sort(key=_published_at, reverse=True)
        return fresh[:NEW_LESSONS_SHOWN]


def _published_at(lesson: Lesson) -> datetime:
    version = lesson.courseware.published
    assert version is not None
    return version.published_at or version.created_at


def _is_new(lesson: Lesson, at: datetime) -> bool:
    return _published_at(lesson) > at - NEW_FOR


def home_of(*, person: Person, shelf: Catalog, at: datetime) -> Home:
    """Three queries while the person learns; two more once there is an exam to tell of."""
    employments = current_employments(person)
    chosen = shelf.courses_for(employments)
    states = lesson_states(
        person=person,
        lessons=[lesson for one in chosen for lesson in one.lessons],
        rules=shelf.rules,
    )
    by_course: dict[int, list[LessonState]] = {}
    for state in states:
        by_course.setdefault(state.lesson.course_id, []).append(state)
    courses = [
        CourseProgress(
            course=one.course,
            rules=shelf.rules,
            lessons=by_course.get(one.course.pk, []),
        )
        for one in chosen
        if one.lessons
    ]
    finished = [one.course.pk for one in courses if one.is_done]
    return Home(
        rules=shelf.rules,
        employments=employments,
        courses=courses,
        exams=exam_states(person, finished) if finished else {},
        notices=list(
            person.notices.filter(read_at=None).order_by("-created_at")[:NOTICES_SHOWN]
        ),
        at=at,
    )


def current_employments(person: Person) -> list[Employment]:
    """For whom the person works now, newest first, each with its employer."""
    return list(
        person.employments.current()
        .select_related("employer__industry", "employer__district")
        .order_by("-from_date", "-pk")
    )


def exam_states(person: Person, courses: list[int]) -> dict[int, ExamState]:
    """The passed paper of each course, else the newest; with the certificate held."""
    papers: dict[int, Paper] = {}
    for paper in person.papers.filter(course__in=courses).order_by(
        "is_passed", "drawn_at"
    ):
        papers[paper.course_id] = paper
    certificates = {
        one.source: one
        for one in person.certificates.filter(revocation=None).order_by("issued_at")
    }
    return {
        course: ExamState(paper, certificates.get(f"course:{course}"))
        for course, paper in papers.items()
    }
