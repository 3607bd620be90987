"""Composing courses: lessons in an order, the exam at the end, publication."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ankang.audit.services import record_act
from ankang.content.models import Courseware
from ankang.core.errors import Refusal
from ankang.learning.courses import draw_lines, faults_of
from ankang.learning.models import Course, Lesson, WatchSession
from ankang.organizations.models import Department, Industry, Membership
from ankang.quizzes.models import Question
from ankang.quizzes.services.bank import retire_question


class NotTheEditor(Refusal):
    def __init__(self) -> None:
        super().__init__("课程由市人社局编排。")


class NotPublishable(Refusal):
    """A published course would not work for its learners."""


class NeededByExam(Refusal):
    def __init__(self, title: str, fault: str) -> None:
        super().__init__(f"停用后，已发布的课程“{title}”就不能考试：{fault}")


class LessonTwice(Refusal):
    def __init__(self) -> None:
        super().__init__("这门课程里已经有这个课件。")


class LessonWatched(Refusal):
    def __init__(self) -> None:
        super().__init__("已有学员学过这一节，学习记录要保留，不能去掉。")


@dataclass(frozen=True)
class Plan:
    """What an editor sets of a course."""

    title: str
    summary: str
    year: int
    is_required: bool
    industries: tuple[Industry, ...]
    posts: tuple[str, ...]
    exam_draw: dict[str, int]
    exam_minutes: int


def may_edit_courses(membership: Membership) -> bool:
    """The labor office composes courses."""
    return membership.department_code() == Department.Code.LABOR


@transaction.atomic
def create_course(*, membership: Membership, plan: Plan, at: datetime) -> Course:
    """Begin a course that nobody sees until it is published.

    :raises NotTheEditor: another office acts.
    """
    if not may_edit_courses(membership):
        raise NotTheEditor
    course = Course(slug=f"course-{secrets.token_hex(5)}")
    _apply(course, plan)
    _record(membership, "新建课程", course, at)
    return course


@transaction.atomic
def save_course(
    *, course: Course, membership: Membership, plan: Plan, at: datetime
) -> Course:
    """Change a course; a published one must still work afterwards.

    :raises NotTheEditor: another office acts.
    :raises NotPublishable: it is published and would not work.
    """
    locked = _locked(course, membership)
    _apply(locked, plan)
    _check_if_published(locked)
    _record(membership, "修改课程", locked, at)
    return locked


@transaction.atomic
def add_lesson(
    *, course: Course, membership: Membership, courseware: Courseware, at: datetime
) -> Lesson:
    """Put courseware at the end of a course.

    :raises LessonTwice: it is in the course.
    :raises NotPublishable: the course is published and the courseware is not.
    """
    locked = _locked(course, membership)
    lessons = list(locked.lessons.order_by("position"))
    if any(lesson.courseware_id == courseware.pk for lesson in lessons):
        raise LessonTwice
    lesson = Lesson.objects.create(
        course=locked,
        courseware=courseware,
        position=lessons[-1].position + 1 if lessons else 1,
    )
    _check_if_published(locked)
    _record(membership, "加入章节", locked, at, courseware=courseware.title)
    return lesson


@transaction.atomic
def drop_lesson(*, lesson: Lesson, membership: Membership, at: datetime) -> Course:
    """Take a lesson that nobody has watched out of its course.

    :raises LessonWatched: somebody has.
    :raises NotPublishable: the course is published and this is its last lesson.
    """
    course = _locked(lesson.course, membership)
    if (
        WatchSession.objects.filter(lesson=lesson).exists()
        or lesson.checkanswer_set.exists()
    ):
        raise LessonWatched
    title = lesson.courseware.title
    lesson.delete()
    _check_if_published(course)
    _record(membership, "去掉章节", course, at, courseware=title)
    return course


@transaction.atomic
def raise_lesson(*, lesson: Lesson, membership: Membership, at: datetime) -> Course:
    """Swap a lesson with the one before it; the first stays where it is."""
    return _swap(lesson, membership, -1, at)


@transaction.atomic
def lower_lesson(*, lesson: Lesson, membership: Membership, at: datetime) -> Course:
    """Swap a lesson with the one after it; the last stays where it is."""
    return _swap(lesson, membership, 1, at)


@transaction.atomic
def publish_course(*, course: Course, membership: Membership, at: datetime) -> Course:
    """Show a course to its learners.

    :raises NotPublishable: it has no lessons, or one is not published.
    """
    locked = _locked(course, membership)
    check_course(locked)
    locked.is_published = True
    locked.save(update_fields=["is_published"])
    _record(membership, "发布课程", locked, at)
    return locked


@transaction.atomic
def withdraw_course(*, course: Course, membership: Membership, at: datetime) -> Course:
    """Hide a course from learners; what they have done in it is kept."""
    locked = _locked(course, membership)
    locked.is_published = False
    locked.save(update_fields=["is_published"])
    _record(membership, "撤下课程", locked, at)
    return locked


@transaction.atomic
def retire_bank_question(
    *, question: Question, membership: Membership, at: datetime
) -> Question:
    """Stop asking a question, unless a published course would lack questions then.

    :raises NeededByExam: it would.
    """
    retired = retire_question(question=question, membership=membership, at=at)
    for course in Course.objects.filter(is_published=True):
        for line in draw_lines(course):
            if line.is_short:
                raise NeededByExam(course.title, line.fault())
    return retired


def check_course(course: Course) -> None:
    """Would the course work for a learner?

    :raises NotPublishable: it would not; the sentence says why.
    """
    for fault in faults_of(course):
        raise NotPublishable(fault)


def _check_if_published(course: Course) -> None:
    if course.is_published:
        check_course(course)


def _locked(course: Course, membership: Membership) -> Course:
    if not may_edit_courses(membership):
        raise NotTheEditor
    return Course.objects.select_for_update().get(pk=course.pk)


def _apply(course: Course, plan: Plan) -> None:
    course.title = plan.title
    course.summary = plan.summary
    course.year = plan.year
    course.is_required = plan.is_required
    course.posts = list(plan.posts)
    course.exam_draw = {code: n for code, n in plan.exam_draw.items() if n}
    course.exam_minutes = plan.exam_minutes
    course.save()
    course.industries.set(plan.industries)


def _swap(lesson: Lesson, membership: Membership, step: int, at: datetime) -> Course:
    course = _locked(lesson.course, membership)
    lessons = list(course.lessons.order_by("position", "pk"))
    place = lessons.index(lesson)
    other = place + step
    if 0 <= other < len(lessons):
        lessons[place], lessons[other] = lessons[other], lessons[place]
        for position, one in enumerate(lessons, start=1):
            one.position = position
        Lesson.objects.bulk_update(lessons, ["position"])
        _record(
            membership, "调整章节次序", course, at, courseware_id=lesson.courseware_id
        )
    return course


def _record(
    membership: Membership, act: str, course: Course, at: datetime, **detail: object
) -> None:
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act=act,
        target=f"course:{course.pk}",
        detail={"title": course.title, **detail},
        at=at,
    )
