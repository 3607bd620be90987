"""How far a person is, computed from the evidence at each reading."""

from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from ankang.accounts.models import Person
from ankang.learning.accounting import SENTENCES, Reason, is_complete, ranges_of
from ankang.learning.models import (
    CheckAnswer,
    Course,
    Coverage,
    Lesson,
    PresenceCheck,
    RefusedClaim,
)
from ankang.policies.models import Rules, edition_for
from ankang.quizzes.models import QuestionVersion

SECONDS_PER_MINUTE = 60


@dataclass(frozen=True)
class LessonState:
    """One lesson of a course as it stands for one person."""

    lesson: Lesson
    duration: int
    credited: int
    is_covered: bool
    is_answered: bool
    seconds_needed: int = 0

    @property
    def is_done(self) -> bool:
        return self.is_covered and self.is_answered

    @property
    def has_begun(self) -> bool:
        return self.credited > 0

    @property
    def minutes_left(self) -> int:
        left = max(0, self.duration - self.credited)
        return -(-left // SECONDS_PER_MINUTE)


@dataclass(frozen=True)
class CourseProgress:
    """A course for one person: its lessons, hours, and what comes next."""

    course: Course
    rules: Rules
    lessons: list[LessonState] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return bool(self.lessons) and all(state.is_done for state in self.lessons)

    @property
    def next_lesson(self) -> LessonState | None:
        return next((state for state in self.lessons if not state.is_done), None)

    @property
    def done_count(self) -> int:
        return sum(state.is_done for state in self.lessons)

    @property
    def hours(self) -> Decimal:
        """Credit hours of the lessons done so far, to one decimal, rounded down."""
        return hours_of(sum(s.duration for s in self.lessons if s.is_done), self.rules)

    @property
    def total_hours(self) -> Decimal:
        return hours_of(sum(s.duration for s in self.lessons), self.rules)

    @property
    def share(self) -> float:
        """Credited share of all seconds, 0 to 1, for the ring."""
        total = sum(state.duration for state in self.lessons)
        credited = sum(min(s.credited, s.duration) for s in self.lessons)
        return credited / total if total else 0.0


def hours_of(seconds: int, rules: Rules) -> Decimal:
    """Seconds as credit hours (45 minutes by the edition), rounded down to 0.1."""
    tenths = seconds * 10 // (rules.credit_hour_minutes * SECONDS_PER_MINUTE)
    return Decimal(tenths) / 10


def courses_for(person: Person, year: int) -> QuerySet[Course]:
    """The published courses of a year that are meant for this person's work."""
    employments = person.employments.current()
    industries = employments.values("employer__industry")
    courses = Course.objects.published(year).filter(
        Q(industries=None) | Q(industries__in=industries)
    )
    posts = set(employments.values_list("post", flat=True))
    hidden = [c.pk for c in courses if c.posts and not posts & set(c.posts)]
    return courses.exclude(pk__in=hidden).distinct().order_by("-is_required", "pk")


def course_progress(*, person: Person, course: Course) -> CourseProgress:
    """How far the person is in the course. Three queries, whatever its length."""
    rules = edition_for(course.year).rules()
    lessons = list(
        course.lessons.filter(courseware__published__isnull=False)
        .select_related("courseware__published", "courseware__strand")
        .order_by("position", "pk")
    )
    states = lesson_states(person=person, lessons=lessons, rules=rules)
    return CourseProgress(course=course, rules=rules, lessons=states)


def lesson_states(
    *, person: Person, lessons: list[Lesson], rules: Rules
) -> list[LessonState]:
    """How each lesson stands for the person, in one query for any number of them.

    A lesson is covered when any version of its courseware is covered: a new edition of
    a video does not take away what was learned with the old one.
    """
    best = (
        Coverage.objects.filter(
            person=person,
            version__courseware=OuterRef("courseware"),
            version__duration_seconds__gt=0,
        )
        .annotate(share=F("credited_seconds") * 1.0 / F("version__duration_seconds"))
        .order_by("-share", "-pk")
    )
    answers = CheckAnswer.objects.filter(
        person=person, lesson=OuterRef("pk"), is_right=True
    )
    found = {
        pk: (
            credited,
            bool(credited and credited >= rules.done_coverage * seconds),
            yes,
        )
        for pk, credited, seconds, yes in Lesson.objects.filter(
            pk__in=[lesson.pk for lesson in lessons]
        ).values_list(
            "pk",
            Subquery(best.values("credited_seconds")[:1]),
            Subquery(best.values("version__duration_seconds")[:1]),
            Exists(answers),
        )
    }
    states = []
    for lesson in lessons:
        credited, covered, answered = found.get(lesson.pk, (0, False, False))
        published = lesson.courseware.published
        duration = published.duration_seconds if published else 0
        short = ceil(rules.done_coverage * duration) - (credited or 0)
        states.append(
            LessonState(
                lesson=lesson,
                duration=duration,
                credited=credited or 0,
                is_covered=covered,
                is_answered=answered,
                seconds_needed=0 if covered else max(0, short),
            )
        )
    return states


def best_coverage(*, person: Person, lesson: Lesson) -> Coverage:
    """The version of the lesson's courseware that the person has covered best.

    :raises Coverage.DoesNotExist: nothing was ever opened.
    """
    coverages = Coverage.objects.filter(
        person=person,
        version__courseware=lesson.courseware_id,
        version__duration_seconds__gt=0,
    ).select_related("version")
    best = coverages.order_by(
        F("credited_seconds") * 1.0 / F("version__duration_seconds"), "pk"
    ).last()
    if best is None:
        raise Coverage.DoesNotExist
    return best


def lessons_done(*, person: Person, course: Course) -> bool:
    """Is every lesson of the course done, so that the exam is open?"""
    return course_progress(person=person, course=course).is_done


def is_covered(coverage: Coverage, rules: Rules) -> bool:
    """Has enough of this version been verifiably played (95 % by the edition)?"""
    return is_complete(
        int.from_bytes(coverage.covered, "little"),
        coverage.version.duration_seconds,
        float(rules.done_coverage),
    )


def covered_ranges(coverage: Coverage) -> list[tuple[int, int]]:
    """The credited seconds as half-open ranges, for the bar and the dossier."""
    return ranges_of(int.from_bytes(coverage.covered, "little"))


@dataclass(frozen=True)
class Loss:
    """Seconds that were claimed and not credited, in words."""

    subject: str
    seconds: int
    sentence: str


@dataclass(frozen=True)
class LessonLedger:
    """One lesson's account for the learner: credited, not credited and why, left."""

    duration: int
    covered: list[tuple[int, int]]
    credited: int
    held: int
    needed: int
    losses: list[Loss]
    is_answered: bool
    next_lesson: Lesson | None

    @property
    def is_covered(self) -> bool:
        return self.needed == 0

    @property
    def is_done(self) -> bool:
        return self.is_covered and self.is_answered

    @property
    def lost(self) -> int:
        """Lost seconds that have not been made good since."""
        unseen = self.duration - self.credited
        return min(unseen, sum(loss.seconds for loss in self.losses))

    @property
    def unseen(self) -> int:
        return max(0, self.duration - self.credited - self.lost)

    @property
    def resume(self) -> int:
        """The first second that is not credited yet."""
        if not self.covered or self.covered[0][0] > 0:
            return 0
        return self.covered[0][1] if self.covered[0][1] < self.duration else 0

    @property
    def segments(self) -> list[dict[str, str]]:
        """The bar: credited stretches as percentages of the whole."""
        whole = max(self.duration, 1)
        return [
            {
                "start": f"{start * 100 / whole:.2f}",
                "width": f"{(end - start) * 100 / whole:.2f}",
                "tone": "ok",
            }
            for start, end in self.covered
        ]


def lesson_ledger(*, person: Person, lesson: Lesson) -> LessonLedger:
    """The account of one lesson. A constant number of queries."""
    rules = edition_for(lesson.course.year).rules()
    version = lesson.courseware.published
    duration = version.duration_seconds if version else 0
    coverages = list(
        Coverage.objects.filter(
            person=person, version__courseware=lesson.courseware_id
        ).select_related("version")
    )
    own = next(
        (c for c in coverages if c.version_id == getattr(version, "pk", 0)), None
    )
    covered = covered_ranges(own) if own else []
    credited = own.credited_seconds if own else 0
    needed = max(0, ceil(rules.done_coverage * duration) - credited)
    if any(is_covered(coverage, rules) for coverage in coverages):
        needed = 0
    answered = CheckAnswer.objects.filter(person=person, lesson=lesson, is_right=True)
    return LessonLedger(
        duration=duration,
        covered=covered,
        credited=credited,
        held=int.from_bytes(own.held, "little").bit_count() if own else 0,
        needed=needed,
        losses=losses_of(person=person, lesson=lesson),
        is_answered=answered.exists(),
        next_lesson=Lesson.objects.filter(
            course=lesson.course_id,
            position__gt=lesson.position,
            courseware__published__isnull=False,
        )
        .select_related("courseware")
        .order_by("position", "pk")
        .first(),
    )


def losses_of(*, person: Person, lesson: Lesson) -> list[Loss]:
    """What was not credited in this lesson, missed checks first."""
    missed = PresenceCheck.objects.filter(
        session__person=person,
        session__lesson=lesson,
        result=PresenceCheck.Result.MISSED,
        lost_seconds__gt=0,
    ).order_by("-issued_at")[:10]
    losses = [
        Loss(
            subject=f"presence-check:{check.pk}",
            seconds=check.lost_seconds,
            sentence=f"{clock_text(check.lost_from or 0)} 到 "
            f"{clock_text(check.lost_to or 0)} 没有回应在场确认，不计。",
        )
        for check in missed
    ]
    refused = (
        RefusedClaim.objects.filter(session__person=person, session__lesson=lesson)
        .exclude(reason=Reason.PRESENCE)
        .filter(seconds__gt=0)
        .order_by("-last_at")[:10]
    )
    return losses + [
        Loss(
            subject=f"refused-claim:{claim.pk}",
            seconds=claim.seconds,
            sentence=SENTENCES[Reason(claim.reason)],
        )
        for claim in refused
    ]


def clock_text(seconds: int) -> str:
    """130 → 2:10"""
    return f"{seconds // SECONDS_PER_MINUTE}:{seconds % SECONDS_PER_MINUTE:02d}"


def next_check_question(*, person: Person, lesson: Lesson) -> QuestionVersion | None:
    """The check question to show: after each wrong answer the next one, in turn."""
    questions = list(
        QuestionVersion.objects.filter(
            question__checkquestion__courseware=lesson.courseware_id,
            question__is_retired=False,
            is_current=True,
        ).order_by("question__checkquestion__at_second", "pk")
    )
    if not questions:
        return None
    tried = CheckAnswer.objects.filter(person=person, lesson=lesson).count()
    return questions[tried % len(questions)]
