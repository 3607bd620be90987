"""Groups of practice questions, what was answered, and what is still remembered."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q

from ankang.accounts.models import Person
from ankang.policies.models import RuleEdition
from ankang.policies.practice import ModeRules, PracticeRules
from ankang.practice.memory import Memory, recall_expression
from ankang.quizzes.models import Question, QuestionVersion


class Mode(models.TextChoices):
    """The ways of practicing, by the names that workers know."""

    DAILY = "daily", "每日答题"
    WEEKLY = "weekly", "每周答题"
    SPECIAL = "special", "专项答题"
    CHALLENGE = "challenge", "挑战答题"
    MISTAKES = "mistakes", "错题本"
    HAZARD = "hazard", "隐患找茬"
    REVIEW = "review", "间隔复习"


class GroupQuerySet(models.QuerySet["PracticeGroup"]):
    """Groups by their state."""

    def unfinished(self, at: datetime) -> Self:
        """Those that can still be answered in their time."""
        return self.filter(closed_at=None, due_at__gt=at)


class PracticeGroup(models.Model):
    """A group of questions that one person fetched at once (一组题).

    It goes with the browser that opened it last. `answered` and `right` follow from the
    answers and are kept for the pages that show them.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="practice_groups"
    )
    edition = models.ForeignKey(RuleEdition, on_delete=models.PROTECT)
    mode = models.CharField("练习方式", max_length=10, choices=Mode)
    topic = models.CharField("专项", max_length=40, blank=True)
    device = models.CharField("设备", max_length=16, blank=True)
    seed = models.BigIntegerField("抽题种子")
    opened_at = models.DateTimeField("开始时间")
    due_at = models.DateTimeField("截止时间")
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    answered = models.PositiveSmallIntegerField("已答", default=0)
    right = models.PositiveSmallIntegerField("答对", default=0)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = "练习组"
        verbose_name_plural = "练习组"
        constraints = [
            models.CheckConstraint(
                name="practice_group_mode_is_known",
                condition=Q(mode__in=Mode.values),
            ),
            models.CheckConstraint(
                name="practice_group_due_after_opening",
                condition=Q(due_at__gt=F("opened_at")),
            ),
            models.CheckConstraint(
                name="practice_group_right_within_answered",
                condition=Q(right__lte=F("answered")),
            ),
            models.UniqueConstraint(
                name="practice_group_open_once_per_mode_and_topic",
                fields=["person", "mode", "topic"],
                condition=Q(closed_at=None),
                violation_error_message="这种练习已经有一组没有答完的题。",
            ),
        ]
        indexes = [
            # the practice page: the week's groups, the best run of a mode
            models.Index(
                fields=["person", "mode", "opened_at"], name="practice_group_of_person"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.mode}"

    @property
    def practice_rules(self) -> PracticeRules:
        return self.edition.rules().practice

    @property
    def rules(self) -> ModeRules:
        return self.practice_rules.modes[self.mode]

    @property
    def is_timed(self) -> bool:
        """Is there a limit that a person has to hurry for?"""
        return bool(self.rules.minutes)

    @property
    def last_receipt(self) -> datetime:
        """Until when the server takes answers: a queue may come late by so much."""
        return self.due_at + timedelta(seconds=self.practice_rules.grace_seconds)

    @property
    def mistakes(self) -> int:
        return self.answered - self.right

    def may_go_on(self, at: datetime) -> bool:
        """Is there time left to answer more?"""
        return self.closed_at is None and at < self.due_at

    def is_over(self, at: datetime) -> bool:
        """Is nothing taken any more?"""
        return self.closed_at is not None or at > self.last_receipt


class GroupQuestion(models.Model):
    """A question at its place in a group, its options in the order shown (组内试题)."""

    group = models.ForeignKey(
        PracticeGroup, on_delete=models.CASCADE, related_name="questions"
    )
    position = models.PositiveSmallIntegerField("序号")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT)
    option_order = models.JSONField("选项次序")

    class Meta:
        verbose_name = "组内试题"
        verbose_name_plural = "组内试题"
        constraints = [
            models.UniqueConstraint(
                name="group_question_once_per_position", fields=["group", "position"]
            ),
            models.UniqueConstraint(
                name="group_question_once_per_group",
                fields=["group", "version"],
                violation_error_message="一组题里同一道题只出现一次。",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.group_id}/{self.position}"


class AnswerQuerySet(models.QuerySet["PracticeAnswer"]):
    """Answers by person and time."""

    def real(self) -> Self:
        """Without those that came faster than one can read."""
        return self.filter(is_quick=False)


class PracticeAnswer(models.Model):
    """What a person answered in a group (练习作答). Rows are only added.

    `response` is in the bank's numbers of the options. `seconds` is what the page says,
    never more than the server's clock leaves room for. `recall` is how likely a right
    answer was before it, `interval_days` how long the question had not been met; both
    empty at the first meeting.
    """

    group = models.ForeignKey(
        PracticeGroup, on_delete=models.PROTECT, related_name="answers"
    )
    version = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, related_name="practice_answers"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="practice_answers"
    )
    response = models.JSONField("作答")
    is_right = models.BooleanField("答对")
    share = models.DecimalField("得分比例", max_digits=4, decimal_places=3)
    used_hint = models.BooleanField("看过提示", default=False)
    seconds = models.DecimalField("用时（秒）", max_digits=7, decimal_places=1)
    is_quick = models.BooleanField("快得来不及读题", default=False)
    recall = models.FloatField("答前预计记得", null=True, blank=True)
    interval_days = models.FloatField("距上次作答（天）", null=True, blank=True)
    day = models.DateField("作答日")
    answered_at = models.DateTimeField("作答时间")
    received_at = models.DateTimeField("收到时间")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "练习作答"
        verbose_name_plural = "练习作答"
        constraints = [
            models.UniqueConstraint(
                name="practice_answer_once_per_group", fields=["group", "version"]
            ),
            models.CheckConstraint(
                name="practice_answer_share_is_a_share",
                condition=Q(share__range=(0, 1)),
            ),
            models.CheckConstraint(
                name="practice_answer_received_after_it_was_given",
                condition=Q(received_at__gte=F("answered_at")),
            ),
        ]
        indexes = [
            # the practice page: on which days somebody practiced
            models.Index(fields=["person", "day"], name="practice_answer_of_person"),
            # signals: the answers of a day
            models.Index(fields=["received_at"], name="practice_answer_by_receipt"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.group_id}/{self.version_id}"


class CardQuerySet(models.QuerySet["ReviewCard"]):
    """Cards of a person, and how much of them is still known."""

    def due(self, at: datetime) -> Self:
        return self.filter(due_at__lte=at)

    def in_notebook(self) -> Self:
        return self.filter(is_in_notebook=True)

    def with_recall(self, day: date) -> Self:
        """With `recall_now`: the expected recall on a day, computed in the database."""
        expression = recall_expression(day.toordinal(), "stability", "last_day")
        return self.annotate(recall_now=expression)


class ReviewCard(models.Model):
    """What a person still knows of a question (复习卡), and whether it is in the notebook.

    It follows from the answers: `practice.services.answers.replay` makes it again.
    `last_day` is the day of `last_at` as `date.toordinal`, for sums in the database.
    """

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="review_cards"
    )
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, related_name="review_cards"
    )
    stability = models.FloatField("稳定度（天）")
    difficulty = models.FloatField("难度")
    answers = models.PositiveIntegerField("作答次数", default=0)
    lapses = models.PositiveIntegerField("遗忘次数", default=0)
    last_at = models.DateTimeField("上次作答")
    last_day = models.PositiveIntegerField("上次作答日")
    due_at = models.DateTimeField("该复习的时间")
    is_in_notebook = models.BooleanField("在错题本里", default=False)
    rights_apart = models.PositiveSmallIntegerField("隔天答对次数", default=0)
    right_on = models.DateField("最近一次隔天答对", null=True, blank=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = "复习卡"
        verbose_name_plural = "复习卡"
        constraints = [
            models.UniqueConstraint(
                name="review_card_once_per_person_and_question",
                fields=["person", "question"],
            ),
            models.CheckConstraint(
                name="review_card_stability_is_positive", condition=Q(stability__gt=0)
            ),
        ]
        indexes = [
            # the practice page: what is due
            models.Index(fields=["person", "due_at"], name="review_card_due"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id}/{self.question_id}"

    @property
    def memory(self) -> Memory:
        return Memory(self.stability, self.difficulty, self.last_at, self.due_at)

    def may_be_mended(self, day: date, days_apart: int) -> bool:
        """Does a right answer on this day bring it nearer to leaving the notebook?"""
        return self.is_in_notebook and (
            self.right_on is None or day >= self.right_on + timedelta(days=days_apart)
        )


def cards_by_question(
    person: Person, questions: Iterable[int] | None = None
) -> dict[int, ReviewCard]:
    """The person's cards, of these questions or all, by question."""
    rows = ReviewCard.objects.filter(person=person)
    if questions is not None:
        rows = rows.filter(question__in=questions)
    return {card.question_id: card for card in rows}
