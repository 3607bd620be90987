"""The question bank (题库). What was asked is kept in versions for ever."""

from typing import Any, Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import Q

from ankang.organizations.models import Department, Membership, Strand

# height by width of a picture of which nothing else is known: 800 by 600
USUAL_PROPORTION = 0.75


class QuestionQuerySet(models.QuerySet["Question"]):
    """Who sees which questions, with their answers."""

    def visible_to(self, membership: Membership) -> Self:
        """Exam questions stay with the city; a provider sees check questions only."""
        match Membership.Scope(membership.scope):
            case (
                Membership.Scope.CITY
                | Membership.Scope.AUDITOR
                | Membership.Scope.EVALUATOR
            ):
                return self
            case Membership.Scope.PROVIDER:
                return self.filter(purpose=Question.Purpose.CHECK)
            case Membership.Scope.DISTRICT | Membership.Scope.EMPLOYER:
                return self.none()
            case other:
                assert_never(other)

    def in_the_bank(self) -> Self:
        """What an exam may ask."""
        return self.filter(
            purpose=Question.Purpose.EXAM,
            is_retired=False,
            versions__is_current=True,
        )

    def for_practice(self) -> Self:
        """What practice may ask."""
        return self.filter(purpose=Question.Purpose.PRACTICE, is_retired=False)


# what of a question says where it stands in the bank
PLACE = ("strand_id", "topic", "difficulty", "industries", "posts")


class Question(models.Model):
    """One question (试题) through its versions."""

    class Purpose(models.TextChoices):
        EXAM = "exam", "考试题"
        CHECK = "check", "课后小题"
        PRACTICE = "practice", "练习题"

    code = models.CharField("编号", max_length=60, unique=True)
    strand = models.ForeignKey(
        Strand, verbose_name="内容板块", on_delete=models.PROTECT
    )
    purpose = models.CharField("用途", max_length=10, choices=Purpose)
    topic = models.CharField("主题", max_length=40, blank=True)
    difficulty = models.PositiveSmallIntegerField("难度", default=2)
    is_retired = models.BooleanField("停用", default=False)
    industries = models.JSONField("行业", default=list, blank=True)
    posts = models.JSONField("岗位", default=list, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "试题"
        verbose_name_plural = "试题"
        constraints = [
            models.CheckConstraint(
                name="question_difficulty_from_one_to_three",
                condition=Q(difficulty__range=(1, 3)),
                violation_error_message="难度只能是 1、2、3。",
            )
        ]
        indexes = [
            # the draw of an exam paper
            models.Index(
                fields=["purpose", "strand", "is_retired"], name="question_for_draw"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.code}"

    @property
    def place(self) -> dict[str, Any]:
        """Where it stands in the bank."""
        return {name: getattr(self, name) for name in PLACE}

    def may_be_written_by(self, membership: Membership) -> bool:
        """A check question goes with its lesson; all others are written in the bank."""
        return self.purpose != self.Purpose.CHECK and may_write_questions(
            membership, self.strand
        )


def may_write_questions(membership: Membership, strand: Strand) -> bool:
    """The labor office, and the office that reviews the strand."""
    return (
        membership.department_code() == Department.Code.LABOR
        or membership.department_id == strand.reviewer_id
    )


class QuestionVersion(models.Model):
    """The words of a question. Never changed once they are approved.

    The current version is the approved one that is asked. One more may stand beside it
    on its way through the review chain; it is asked of nobody. Its `place` is where the
    question is to stand in the bank once it is approved; empty where that stays.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "退回修改"
        APPROVED = "approved", "已审定"

    class Kind(models.TextChoices):
        SINGLE = "single", "单选题"
        MULTIPLE = "multiple", "多选题"
        TRUE_FALSE = "true_false", "判断题"
        FILL_IN = "fill_in", "填空题"
        ORDERING = "ordering", "排序题"
        HAZARD = "hazard", "隐患找茬"

    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField("版本号")
    kind = models.CharField("题型", max_length=10, choices=Kind)
    stem = models.CharField("题干", max_length=500)
    options = models.JSONField("选项")
    answer = models.JSONField("答案")
    explanation = models.TextField("解析")
    hint = models.CharField("提示", max_length=200, blank=True)
    # the number of an attachment: a drawing, or a picture from the console
    picture = models.CharField("图片", max_length=60, blank=True)
    proportion = models.FloatField("图片高宽比", default=USUAL_PROPORTION)
    source = models.CharField("依据", max_length=200, blank=True)
    place = models.JSONField("审定后的位置", null=True, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=State, default=State.APPROVED
    )
    is_current = models.BooleanField("现行", default=True)
    created_at = models.DateTimeField("创建时间")

    class Meta:
        verbose_name = "试题版本"
        verbose_name_plural = "试题版本"
        constraints = [
            models.UniqueConstraint(
                name="question_version_once_per_number", fields=["question", "number"]
            ),
            models.UniqueConstraint(
                name="question_version_current_once",
                fields=["question"],
                condition=Q(is_current=True),
            ),
            models.UniqueConstraint(
                name="question_version_open_once",
                fields=["question"],
                condition=~Q(state="approved"),
                violation_error_message="这道题已经有一个没审定的版本。",
            ),
            models.CheckConstraint(
                name="question_version_current_is_approved",
                condition=Q(is_current=False) | Q(state="approved"),
                violation_error_message="没审定的版本不能用来出题。",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.stem[:20]}"

    def is_right(self, chosen: list[int]) -> bool:
        """Are exactly the right options chosen? Options are numbered from 0."""
        return bool(sorted(set(chosen)) == self.answer)


class ItemFigures(models.Model):
    """How a version did when it was last reckoned, for lists; see `statistics.Item`."""

    version = models.OneToOneField(
        QuestionVersion,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="figures",
    )
    answers = models.PositiveIntegerField("作答数")
    easiness = models.FloatField("答对的比例", null=True)
    discrimination = models.FloatField("区分度", null=True)
    seconds = models.FloatField("用时", null=True)
    reasons = models.JSONField("要检查的原因", default=list)
    needs_look = models.BooleanField("需检查", default=False)
    reckoned_at = models.DateTimeField("统计时间")

    class Meta:
        verbose_name = "试题统计"
        verbose_name_plural = "试题统计"

    def __str__(self) -> str:
        return f"#{self.pk} {self.answers}"


class QuestionReview(models.Model):
    """One step of a version through the review chain (审核). Rows are only added."""

    class Decision(models.TextChoices):
        WRITTEN = "written", "写题"
        SUBMITTED = "submitted", "提交审核"
        RETURNED = "returned", "退回"
        APPROVED = "approved", "审定"

    version = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, related_name="reviews"
    )
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True
    )
    decision = models.CharField("处理", max_length=10, choices=Decision)
    comment = models.CharField("意见", max_length=500, blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "试题审核"
        verbose_name_plural = "试题审核"

    def __str__(self) -> str:
        return f"#{self.pk} {self.decision}"
