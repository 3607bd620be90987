"""What is asked of courses as a whole."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from ankang.learning.models import Course
from ankang.organizations.models import Strand
from ankang.quizzes.models import Question


@dataclass(frozen=True)
class DrawLine:
    """How many questions of a strand the exam asks, and how many there are."""

    strand: str
    wanted: int
    there: int

    @property
    def is_short(self) -> bool:
        return self.wanted > self.there

    def fault(self) -> str:
        return (
            f"考试要从“{self.strand}”抽 {self.wanted} 道题，"
            f"题库里可用的只有 {self.there} 道。"
        )


def with_lesson_count(rows: QuerySet[Course]) -> QuerySet[Course]:
    """Courses with the number of their lessons."""
    return rows.annotate(lesson_count=Count("lessons"))


def draw_lines(course: Course) -> list[DrawLine]:
    """The exam of a course, strand by strand."""
    there = dict(
        Question.objects.in_the_bank()
        .values_list("strand__code")
        .annotate(Count("pk"))
        .order_by()
    )
    return [
        DrawLine(
            strand.name,
            int(course.exam_draw.get(strand.code, 0)),
            there.get(strand.code, 0),
        )
        for strand in Strand.objects.order_by("pk")
    ]


def faults_of(course: Course) -> list[str]:
    """Why a course would not work for a learner, in sentences; empty if it would."""
    faults = []
    lessons = list(
        course.lessons.select_related("courseware").order_by("position", "pk")
    )
    if not lessons:
        faults.append("课程里还没有章节，请先加入已发布的课件。")
    faults += [
        f"章节“{lesson.courseware.title}”还没有发布，请先完成审核。"
        for lesson in lessons
        if lesson.courseware.published_id is None
    ]
    lines = draw_lines(course)
    if not any(line.wanted for line in lines):
        faults.append("考试抽题数都是 0，请至少抽一道题。")
    return faults + [line.fault() for line in lines if line.is_short]
