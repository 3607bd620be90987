"""Courses in the console: what is in them, for whom, and their publication."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from ankang.audit.models import AuditEntry
from ankang.content.models import Courseware
from ankang.core.errors import Refusal
from ankang.core.htmx import is_htmx
from ankang.core.http import sheet_response, whole_number
from ankang.core.lists import Column, Filter, list_rows
from ankang.learning.courses import draw_lines, faults_of, with_lesson_count
from ankang.learning.forms import CourseForm
from ankang.learning.models import Course, Lesson
from ankang.learning.services.courses import (
    add_lesson,
    create_course,
    drop_lesson,
    lower_lesson,
    may_edit_courses,
    publish_course,
    raise_lesson,
    save_course,
    withdraw_course,
)
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership
from ankang.organizations.queries import current_city

COLUMNS = [
    Column("year", "课程", ("-year", "title")),
    Column("lessons", "章节", ("lesson_count",), is_figure=True),
    Column("audience", "对象"),
    Column("exam", "考试", ("exam_minutes",), is_figure=True),
    Column("state", "状态", ("is_published",)),
]
STATES = [("published", "已发布"), ("draft", "未发布")]
DUTIES = [("required", "必修"), ("optional", "选修")]


class NothingChosen(Refusal):
    def __init__(self) -> None:
        super().__init__("请先选一个课件。")


@require_GET
@staff_required()
def course_list(request: HttpRequest) -> HttpResponse:
    """The courses that one may see."""
    membership = _membership(request)
    listing = list_rows(
        with_lesson_count(Course.objects.visible_to(membership)),
        request.GET,
        columns=COLUMNS,
        filters=[
            Filter(
                "state",
                "状态",
                STATES,
                lambda rows, value: rows.filter(is_published=value == "published"),
            ),
            Filter(
                "duty",
                "性质",
                DUTIES,
                lambda rows, value: rows.filter(is_required=value == "required"),
            ),
        ],
        search=lambda rows, text: rows.filter(title__icontains=text),
        decorate=lambda rows: rows.prefetch_related("industries"),
    )
    if request.GET.get("export"):
        return _exported(listing.rows)
    for course in listing.page:
        course.questions = sum(course.exam_draw.values())
    context = {"listing": listing, "may_edit": may_edit_courses(membership)}
    return render(request, "learning/course_list.html", context)


def _exported(rows: Any) -> HttpResponse:
    lines = (
        (
            course.title,
            course.year,
            "必修" if course.is_required else "选修",
            course.lesson_count,
            sum(course.exam_draw.values()),
            course.exam_minutes,
            "已发布" if course.is_published else "未发布",
        )
        for course in rows
    )
    headings = ["名称", "年度", "性质", "章节", "考试题数", "考试分钟", "状态"]
    return sheet_response(name="课程", headings=headings, rows=lines)  # type: ignore[return-value]


@require_GET
@staff_required()
def course_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Facts, lessons in their order, the exam, and what is missing."""
    course = _visible(request, pk)
    context = {
        **_lessons_context(request, course),
        "draw": draw_lines(course),
        "faults": [] if course.is_published else faults_of(course),
        "entries": AuditEntry.objects.filter(target=f"course:{pk}")
        .select_related("actor")
        .order_by("-pk")[:20],
    }
    return render(request, "learning/course_detail.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(Membership.Scope.CITY)
def course_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Set what a course is and for whom."""
    membership = _membership(request)
    course = _visible(request, pk) if pk else None
    city = current_city()
    year = city.program_year if city else timezone.localdate().year
    initial = CourseForm.initial_of(course) if course else {"year": year}
    form = CourseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        if course:
            save_course(course=course, membership=membership, plan=form.plan(), at=now)
        else:
            course = create_course(membership=membership, plan=form.plan(), at=now)
        return redirect("courses:course-detail", course.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "course": course}
    return render(request, "learning/course_edit.html", context, status=status)


@require_POST
@staff_required(Membership.Scope.CITY)
def course_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the course to its learners."""
    publish_course(
        course=_visible(request, pk),
        membership=_membership(request),
        at=timezone.now(),
    )
    return redirect("courses:course-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY)
def course_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide the course from learners."""
    withdraw_course(
        course=_visible(request, pk),
        membership=_membership(request),
        at=timezone.now(),
    )
    return redirect("courses:course-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY)
def lesson_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put courseware at the end of the course."""
    course = _visible(request, pk)
    pieces = Courseware.objects.visible_to(_membership(request))
    asked = request.POST.get("courseware", "")
    courseware = pieces.filter(pk=whole_number(asked)).first()
    if courseware is None:
        raise NothingChosen
    add_lesson(
        course=course,
        membership=_membership(request),
        courseware=courseware,
        at=timezone.now(),
    )
    return _lessons(request, course)


@require_POST
@staff_required(Membership.Scope.CITY)
def lesson_raise(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a lesson one place up."""
    course = raise_lesson(
        lesson=_lesson(request, pk),
        membership=_membership(request),
        at=timezone.now(),
    )
    return _lessons(request, course)


@require_POST
@staff_required(Membership.Scope.CITY)
def lesson_lower(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a lesson one place down."""
    course = lower_lesson(
        lesson=_lesson(request, pk),
        membership=_membership(request),
        at=timezone.now(),
    )
    return _lessons(request, course)


@require_POST
@staff_required(Membership.Scope.CITY)
def lesson_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a lesson out of its course."""
    course = drop_lesson(
        lesson=_lesson(request, pk),
        membership=_membership(request),
        at=timezone.now(),
    )
    return _lessons(request, course)


def _membership(request: HttpRequest) -> Membership:
    asked: Any = request
    return cast(Membership, asked.membership)


def _visible(request: HttpRequest, pk: int) -> Course:
    courses = Course.objects.visible_to(_membership(request))
    return get_object_or_404(courses.prefetch_related("industries"), pk=pk)


def _lesson(request: HttpRequest, pk: int) -> Lesson:
    courses = Course.objects.visible_to(_membership(request))
    lessons = Lesson.objects.filter(course__in=courses)
    return get_object_or_404(lessons.select_related("course", "courseware"), pk=pk)


def _lessons(request: HttpRequest, course: Course) -> HttpResponse:
    if not is_htmx(request):
        return redirect("courses:course-detail", course.pk)
    context = _lessons_context(request, course)
    return render(request, "learning/_course_lessons.html", context)


def _lessons_context(request: HttpRequest, course: Course) -> dict[str, object]:
    membership = _membership(request)
    may_edit = may_edit_courses(membership)
    choices = (
        Courseware.objects.visible_to(membership)
        .filter(published__isnull=False)
        .exclude(lessons__course=course)
        .order_by("strand", "title")
    )
    return {
        "course": course,
        "lessons": course.lessons.select_related(
            "courseware__published", "courseware__strand"
        ).order_by("position", "pk"),
        "may_edit": may_edit,
        "choices": choices if may_edit else [],
    }
