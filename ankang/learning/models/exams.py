"""Exams taken, kept whole."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from ankang.accounts.models import Person
from ankang.learning.models.courses import Course
from ankang.policies.models import RuleEdition
from ankang.quizzes.models import QuestionVersion


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
            # the signals of a day
            models.Index(fields=["handed_in_at"], name="paper_by_end"),
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
