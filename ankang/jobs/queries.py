"""What a page shows of a job."""

from dataclasses import dataclass
from datetime import datetime

from ankang.jobs.models import Job


@dataclass(frozen=True)
class JobProgress:
    """The values of the shared progress fragment."""

    id: str
    url: str
    label: str
    done: int
    total: int
    percent: int
    seconds_left: int | None
    is_finished: bool
    error: str
    unit: str = "项"


def progress_of(job: Job, url: str, at: datetime) -> JobProgress:
    """How far a job is, and how long it may still take at its pace so far."""
    left = None
    if job.state == Job.State.RUNNING and job.started_at and job.done and job.total:
        pace = (at - job.started_at).total_seconds() / job.done
        left = round(pace * max(job.total - job.done, 0))
    return JobProgress(
        id=f"job-progress-{job.pk}",
        url=url,
        label=job.message if not job.is_over() and job.message else job.title,
        done=job.done,
        total=job.total,
        percent=100 if job.state == Job.State.DONE else job.percent(),
        seconds_left=left,
        is_finished=job.is_over(),
        error=job.message if job.state == Job.State.FAILED else "",
    )
