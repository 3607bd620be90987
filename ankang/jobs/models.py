"""Long work that a person waits for: a row that shows how far it is (后台任务)."""

from datetime import datetime, timedelta
from typing import Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import Q

from ankang.organizations.models import Membership

STALE_AFTER = timedelta(seconds=60)


class JobQuerySet(models.QuerySet["Job"]):
    """Who sees which jobs."""

    def visible_to(self, membership: Membership) -> Self:
        """A job is its starter's; the city and auditors see all."""
        match Membership.Scope(membership.scope):
            case Membership.Scope.CITY | Membership.Scope.AUDITOR:
                return self
            case (
                Membership.Scope.DISTRICT
                | Membership.Scope.EMPLOYER
                | Membership.Scope.PROVIDER
                | Membership.Scope.EVALUATOR
            ):
                return self.filter(started_by=membership.user_id)
            case other:
                assert_never(other)

    def abandoned(self, at: datetime) -> Self:
        """Running, but no sign of life: the worker was killed."""
        return self.filter(state=Job.State.RUNNING, alive_at__lt=at - STALE_AFTER)


class Job(models.Model):
    """One piece of background work, its progress and its end."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "失败"
        CANCELED = "canceled", "已取消"

    kind = models.CharField("类别", max_length=30)
    title = models.CharField("名称", max_length=100)
    arguments = models.JSONField("参数", default=dict)
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    message = models.CharField("说明", max_length=300, blank=True)
    result = models.JSONField("结果", default=dict)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    created_at = models.DateTimeField("提交时间")
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    alive_at = models.DateTimeField("最近进展", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    worker = models.CharField("进程", max_length=60, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=State, default=State.WAITING
    )
    cancel_requested = models.BooleanField("已要求取消", default=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "后台任务"
        verbose_name_plural = "后台任务"
        constraints = [
            models.CheckConstraint(
                name="job_state_is_known",
                condition=Q(
                    state__in=["waiting", "running", "done", "failed", "canceled"]
                ),
            )
        ]
        indexes = [
            # the reaper's look for killed work
            models.Index(fields=["state", "alive_at"], name="job_by_state"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"

    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELED}

    def same_run(self) -> JobQuerySet:
        """This row as long as it is running in the attempt that we know of."""
        return Job.objects.filter(
            pk=self.pk, state=self.State.RUNNING, attempts=self.attempts
        )

    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


class WorkerBeat(models.Model):
    """A worker process was alive at a time."""

    worker = models.CharField("进程", max_length=60, unique=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "工作进程"
        verbose_name_plural = "工作进程"

    def __str__(self) -> str:
        return f"#{self.pk} {self.worker}"
