"""The evidence of watching, and what it was worth."""

from django.db import models
from django.db.models import F, Q

from ankang.accounts.models import Person
from ankang.content.models import CoursewareVersion
from ankang.learning.models.courses import Lesson
from ankang.policies.models import RuleEdition
from ankang.quizzes.models import QuestionVersion


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
    device = models.CharField("设备", max_length=16, blank=True)
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
            # the signals of a day
            models.Index(fields=["opened_at"], name="watch_session_by_start"),
            # whom a device served lately
            models.Index(
                fields=["device", "opened_at"], name="watch_session_by_device"
            ),
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
