"""Courses, their lessons and check questions."""

from typing import Self, assert_never

from django.db import models

from ankang.content.models import Courseware
from ankang.organizations.models import Industry, Membership
from ankang.quizzes.models import Question


class CourseQuerySet(models.QuerySet["Course"]):
    """Courses by year and by whom they are for."""

    def visible_to(self, membership: Membership) -> Self:
        """Published courses are open to all staff; the city and its helpers see all."""
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.PROVIDER
                | Membership.Scope.EVALUATOR
            ):
                return self
            case Membership.Scope.DISTRICT | Membership.Scope.EMPLOYER:
                return self.filter(is_published=True)
            case other:
                assert_never(other)

    def published(self, year: int) -> Self:
        return self.filter(year=year, is_published=True)


class Course(models.Model):
    """A course (课程): lessons in an order, and the exam at its end."""

    slug = models.SlugField("标识", max_length=60, unique=True)
    title = models.CharField("名称", max_length=60)
    summary = models.CharField("简介", max_length=200, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    is_required = models.BooleanField("必修", default=True)
    industries = models.ManyToManyField(
        Industry, verbose_name="适用行业（空为全部）", blank=True
    )
    posts = models.JSONField("适用岗位（空为全部）", default=list, blank=True)
    exam_draw = models.JSONField("各板块抽题数", default=dict)
    exam_minutes = models.PositiveSmallIntegerField("考试时间（分钟）", default=30)
    is_published = models.BooleanField("已发布", default=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = "课程"
        verbose_name_plural = "课程"

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"


class Lesson(models.Model):
    """A lesson (章节): one piece of courseware at a place in a course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    courseware = models.ForeignKey(
        Courseware, on_delete=models.PROTECT, related_name="lessons"
    )
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = "章节"
        verbose_name_plural = "章节"
        constraints = [
            models.UniqueConstraint(
                name="lesson_once_per_course_and_courseware",
                fields=["course", "courseware"],
                violation_error_message="这门课程里已经有这个课件。",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.course_id}/{self.position}"


class CheckQuestion(models.Model):
    """A check question (课后小题) of a piece of courseware, and the second it is about."""

    courseware = models.ForeignKey(
        Courseware, on_delete=models.CASCADE, related_name="check_questions"
    )
    question = models.OneToOneField(Question, on_delete=models.PROTECT)
    at_second = models.PositiveIntegerField("对应时间（秒）", default=0)

    class Meta:
        verbose_name = "课后小题"
        verbose_name_plural = "课后小题"

    def __str__(self) -> str:
        return f"#{self.pk} {self.question_id}"
