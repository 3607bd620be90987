"""Courses and lessons, the evidence of watching, exams taken."""

from datetime import datetime
from typing import Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ankang.accounts.models import Person
from ankang.content.models import Courseware, CoursewareVersion
from ankang.organizations.models import Industry, Membership
from ankang.policies.models import RuleEdition
from ankang.quizzes.models import Question, QuestionVersion


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


class WatchSession(models.Model):
    """A span in which one person watches one lesson on one device (观看时段).

    Sessions of a person never overlap: opening one closes the one before.
    """

    class Closed(models.TextChoices):
        OTHER_SESSION = "other_session", "在别处打开"
        LEFT = "left", "离开"
        EXPIRED = "expired", "超时"

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="watch_sessions"
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT)
    version = models.ForeignKey(CoursewareVersion, on_delete=models.PROTECT)
    edition = models.ForeignKey(RuleEdition, on_delete=models.PROTECT)
    device = models.CharField("设备", max_length=16)
    opened_at = models.DateTimeField("开始时间")
    closed_at = models.DateTimeField("结束时间", null=True)
    closed_by = models.CharField("结束原因", max_length=15, choices=Closed, blank=True)
    edge = models.PositiveIntegerField("开始时已学到（秒）", default=0)
    debt = models.PositiveIntegerField("先前透支（秒）", default=0)
    cap = models.PositiveIntegerField("当日余额（秒）")
    spent = models.PositiveIntegerField("已用时间（秒）", default=0)
    beats = models.PositiveIntegerField("心跳数", default=0)
    last_beat_at = models.DateTimeField("最近心跳", null=True)

    class Meta:
        verbose_name = "观看时段"
        verbose_name_plural = "观看时段"
        constraints = [
            models.UniqueConstraint(
                name="watch_session_open_once_per_person",
                fields=["person"],
                condition=Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="watch_session_closes_after_opening",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
            ),
        ]
        indexes = [
            # a person's sessions: today's total, the dossier
            models.Index(
                fields=["person", "opened_at"], name="watch_session_by_person"
            ),
            # the recount of whoever watched lately
            models.Index(fields=["closed_at"], name="watch_session_by_end"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id}"


class Coverage(models.Model):
    """Which seconds of a courseware version a person has verifiably played.

    `covered` and `held` are bit sets, little-endian: bit n is second n. Held seconds
    were played while a presence check was open and are credited when it is passed.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="coverages"
    )
    version = models.ForeignKey(CoursewareVersion, on_delete=models.PROTECT)
    covered = models.BinaryField("已认定的秒", default=b"")
    held = models.BinaryField("待确认的秒", default=b"")
    credited_seconds = models.PositiveIntegerField("已认定（秒）", default=0)
    check_at = models.PositiveIntegerField("下次在场确认（已认定秒数）", null=True)
    check_nonce = models.CharField("确认随机数", max_length=22, blank=True)
    check_issued_at = models.DateTimeField("确认发出时间", null=True)
    changed_at = models.DateTimeField("变更时间")

    class Meta:
        verbose_name = "学习覆盖"
        verbose_name_plural = "学习覆盖"
        constraints = [
            models.UniqueConstraint(
                name="coverage_once_per_person_and_version",
                fields=["person", "version"],
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id}/{self.version_id}"


class PresenceCheck(models.Model):
    """A presence check (在场确认) that was sent, and how it ended."""

    class Result(models.TextChoices):
        OPEN = "open", "等待回应"
        PASSED = "passed", "已确认"
        MISSED = "missed", "未回应"

    session = models.ForeignKey(
        WatchSession, on_delete=models.PROTECT, related_name="presence_checks"
    )
    nonce = models.CharField("随机数", max_length=22, unique=True)
    question = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, null=True, blank=True
    )
    position = models.PositiveIntegerField("位置（秒）")
    issued_at = models.DateTimeField("发出时间")
    answered_at = models.DateTimeField("回应时间", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("回应次数", default=0)
    lost_from = models.PositiveIntegerField("不计开始（秒）", null=True, blank=True)
    lost_to = models.PositiveIntegerField("不计结束（秒）", null=True, blank=True)
    lost_seconds = models.PositiveIntegerField("不计（秒）", default=0)
    result = models.CharField(
        "结果", max_length=10, choices=Result, default=Result.OPEN
    )

    class Meta:
        verbose_name = "在场确认"
        verbose_name_plural = "在场确认"

    def __str__(self) -> str:
        return f"#{self.pk} {self.result}"


class RefusedClaim(models.Model):
    """Seconds of a session that were claimed and not credited, by reason (未认定)."""

    session = models.ForeignKey(
        WatchSession, on_delete=models.CASCADE, related_name="refused_claims"
    )
    reason = models.CharField("原因", max_length=20)
    seconds = models.PositiveBigIntegerField("秒", default=0)
    times = models.PositiveIntegerField("次数", default=1)
    last_at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = "未认定"
        verbose_name_plural = "未认定"
        constraints = [
            models.UniqueConstraint(
                name="refused_claim_once_per_session_and_reason",
                fields=["session", "reason"],
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.reason}"


class CheckAnswer(models.Model):
    """An answer to a check question after a lesson. Rows are only added."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="check_answers"
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT)
    question = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT)
    chosen = models.JSONField("所选")
    is_right = models.BooleanField("答对")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "小题作答"
        verbose_name_plural = "小题作答"
        indexes = [
            # is the lesson done for this person
            models.Index(fields=["person", "lesson"], name="check_answer_by_person"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.is_right}"


class PaperQuerySet(models.QuerySet["Paper"]):
    """Papers by state."""

    def open_at(self, at: datetime) -> Self:
        return self.filter(handed_in_at=None, deadline__gt=at)


class Paper(models.Model):
    """An exam paper (试卷): drawn for one person, kept whole for ever."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="papers")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="papers")
    edition = models.ForeignKey(RuleEdition, on_delete=models.PROTECT)
    drawn_at = models.DateTimeField("发卷时间")
    deadline = models.DateTimeField("截止时间")
    handed_in_at = models.DateTimeField("交卷时间", null=True)
    score = models.PositiveSmallIntegerField("成绩", null=True)
    is_passed = models.BooleanField("合格", default=False)
    device = models.CharField("设备", max_length=16, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = "试卷"
        verbose_name_plural = "试卷"
        constraints = [
            models.UniqueConstraint(
                name="paper_open_once_per_person",
                fields=["person", "course"],
                condition=Q(handed_in_at=None),
            ),
            models.CheckConstraint(
                name="paper_has_score_once_handed_in",
                condition=Q(handed_in_at=None) | Q(score__isnull=False),
            ),
        ]
        indexes = [
            # tries so far, and the dossier
            models.Index(
                fields=["person", "course", "drawn_at"], name="paper_by_person"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id}"


class PaperQuestion(models.Model):
    """A question on a paper, its options in the order shown, and the answer."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField("题号")
    question = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT)
    option_order = models.JSONField("选项次序")
    chosen = models.JSONField("作答", default=list)
    answered_at = models.DateTimeField("作答时间", null=True)
    is_right = models.BooleanField("答对", default=False)

    class Meta:
        verbose_name = "试卷题目"
        verbose_name_plural = "试卷题目"
        constraints = [
            models.UniqueConstraint(
                name="paper_question_once_per_position", fields=["paper", "position"]
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.paper_id}/{self.position}"


class ObjectionQuerySet(models.QuerySet["Objection"]):
    """Who sees which objections."""

    def visible_to(self, membership: Membership) -> Self:
        """Narrow to what this membership may see; every console page starts here."""
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.PROVIDER
            ):
                return self
            case (
                Membership.Scope.DISTRICT
                | Membership.Scope.EMPLOYER
                | Membership.Scope.EVALUATOR
            ):
                return self.none()
            case other:
                assert_never(other)


class Objection(models.Model):
    """A learner says that something should have counted (申诉); a person answers."""

    class State(models.TextChoices):
        WAITING = "waiting", "待答复"
        ANSWERED = "answered", "已答复"

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="objections"
    )
    subject = models.CharField("对象", max_length=60)
    about = models.CharField("事项", max_length=200)
    text = models.CharField("理由", max_length=500)
    created_at = models.DateTimeField("提出时间")
    answer = models.CharField("答复", max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=State, default=State.WAITING
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = "申诉"
        verbose_name_plural = "申诉"
        constraints = [
            models.UniqueConstraint(
                name="objection_waits_once_per_subject",
                fields=["person", "subject"],
                condition=Q(state="waiting"),
                violation_error_message="这一项已经提出申诉，请等答复。",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"
