"""Starting, running, canceling and saving background work.

The queue (django-tasks in the same database) is known to this module only.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from ankang.accounts.models import User
from ankang.core.errors import Refusal
from ankang.jobs.models import Job, WorkerBeat
from ankang.jobs.registry import (
    Canceled,
    Interrupted,
    Progress,
    Superseded,
    handler_of,
    here,
)

MAX_ATTEMPTS = 3
GAVE_UP = "后台进程多次中断，这项工作没有做完。已保存的内容没有受影响，请重新提交；再次出现请联系管理员。"
BROKE = "程序出了意外，这项工作没有做完，管理员可以在日志里按任务号查到原因。请稍后重新提交。"

logger = logging.getLogger("ankang.jobs")


class JobOver(Refusal):
    def __init__(self) -> None:
        super().__init__("这项工作已经结束，不能取消。")


@transaction.atomic
def start_job(
    *,
    kind: str,
    title: str,
    arguments: dict[str, Any],
    started_by: User | None,
    at: datetime,
) -> Job:
    """Queue a piece of work; it is rolled back with the caller's transaction."""
    job = Job.objects.create(
        kind=kind,
        title=title,
        arguments=arguments,
        started_by=started_by,
        created_at=at,
    )
    run_job_later.enqueue(job.pk)
    return job


@transaction.atomic
def cancel_job(*, job: Job, actor: User, at: datetime) -> Job:
    """Stop a job: at once if it still waits, else at its next report.

    :raises JobOver: it has ended already.
    """
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.WAITING)
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    message = f"{actor.name}取消了这项工作。"
    if not waiting.update(
        state=Job.State.CANCELED, finished_at=at, message=message
    ) and not running.update(cancel_requested=True):
        raise JobOver
    job.refresh_from_db()
    return job


@task()
def run_job_later(job_id: int) -> None:
    """Run the job, in the worker."""
    run_job(job_id)


def run_job(job_id: int) -> None:
    """Do the work of a job that waits; anything else is left alone.

    Never raises for a fault of the work itself: it ends in the row and in the log.
    """
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.RUNNING,
        attempts=F("attempts") + 1,
        started_at=now,
        alive_at=now,
        worker=here.worker,
    )
    if not claimed:
        return
    job = Job.objects.get(pk=job_id)
    here.jobs.add(job_id)
    try:
        _run(job)
    finally:
        here.jobs.discard(job_id)


def _run(job: Job) -> None:
    try:
        result = handler_of(job.kind)(Progress(job))
    except Refusal as refusal:
        _finish(job, state=Job.State.FAILED, message=str(refusal)[:300])
    except Canceled:
        _finish(job, state=Job.State.CANCELED, message="已取消，没有保存任何内容。")
    except Interrupted:
        _wait_again(job, attempts=job.attempts - 1)
    except Superseded:
        logger.warning("job %s was taken over by another worker", job.pk)
    except Exception:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        _finish(job, state=Job.State.FAILED, message=f"{BROKE}（任务号 {job.pk}）")
    else:
        _finish(job, state=Job.State.DONE, result=result, done=F("total"))


def _finish(job: Job, **fields: Any) -> None:
    job.same_run().update(finished_at=timezone.now(), **fields)


@transaction.atomic
def _wait_again(job: Job, *, attempts: int) -> None:
    if job.same_run().update(state=Job.State.WAITING, attempts=attempts, worker=""):
        run_job_later.enqueue(job.pk)


@transaction.atomic
def requeue_abandoned(at: datetime) -> int:
    """Give the jobs of killed workers to a living one, three times at most."""
    abandoned = list(Job.objects.abandoned(at).select_for_update(skip_locked=True))
    for job in abandoned:
        _requeue(job, at)
    return len(abandoned)


@transaction.atomic
def requeue_of(worker: str, at: datetime) -> int:
    """The same at once for a worker that is known to have ended."""
    left = list(Job.objects.filter(state=Job.State.RUNNING, worker=worker))
    for job in left:
        _requeue(job, at)
    WorkerBeat.objects.filter(worker=worker).delete()
    return len(left)


def _requeue(job: Job, at: datetime) -> None:
    if job.cancel_requested:
        _finish(job, state=Job.State.CANCELED, message="已取消，没有保存任何内容。")
    elif job.attempts >= MAX_ATTEMPTS:
        logger.error(
            "job %s (%s) was abandoned %s times", job.pk, job.kind, job.attempts
        )
        job.same_run().update(state=Job.State.FAILED, message=GAVE_UP, finished_at=at)
    else:
        _wait_again(job, attempts=job.attempts)


def beat(worker: str, at: datetime) -> None:
    """Say that this worker lives, and with it the work that it is doing."""
    WorkerBeat.objects.update_or_create(worker=worker, defaults={"at": at})
    with transaction.atomic():
        alive = Job.objects.select_for_update(skip_locked=True).filter(
            pk__in=list(here.jobs), state=Job.State.RUNNING
        )
        Job.objects.filter(pk__in=[job.pk for job in alive]).update(alive_at=at)


@transaction.atomic
def forget_silent_workers(before: datetime) -> int:
    """Drop the beats of workers that ended long ago."""
    dropped, _ = WorkerBeat.objects.filter(at__lt=before).delete()
    return dropped
