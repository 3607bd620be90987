"""Background work: shown, canceled, repeated after a killed worker, never doubled."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from ankang.core.errors import Refusal
from ankang.jobs.models import Job, WorkerBeat
from ankang.jobs.registry import Progress, handler, here
from ankang.jobs.services import (
    BROKE,
    GAVE_UP,
    JobOver,
    beat,
    cancel_job,
    requeue_abandoned,
    requeue_of,
    run_job,
    start_job,
)
from tests import make


@handler("test-count")
def count(progress: Progress) -> dict[str, Any]:
    total = progress.job.arguments["total"]
    for done in range(1, total + 1):
        progress.report(done, total, f"第 {done} 项")
    return {"url": "/console/somewhere/", "counted": total}


@handler("test-refuse")
def refuse(progress: Progress) -> dict[str, Any]:
    raise Refusal("这个文件不是名册。")


@handler("test-break")
def break_down(progress: Progress) -> dict[str, Any]:
    raise KeyError("column")


@handler("test-cancel-meanwhile")
def canceled_meanwhile(progress: Progress) -> dict[str, Any]:
    cancel_job(job=progress.job, actor=make.staff(), at=make.MORNING)
    progress.report(1, 1)
    return {"not": "reached"}


@handler("test-taken-over")
def taken_over(progress: Progress) -> dict[str, Any]:
    Job.objects.filter(pk=progress.job.pk).update(attempts=7)
    progress.report(1, 1)
    return {"not": "reached"}


def job_of(kind: str = "test-count", **fields: Any) -> Job:
    return start_job(
        kind=kind,
        title="数一数",
        arguments={"total": 3},
        started_by=fields.pop("started_by", None),
        at=make.MORNING,
    )


def ended(job: Job) -> Job:
    run_job(job.pk)
    job.refresh_from_db()
    return job


def test_a_job_shows_how_far_it_is_and_ends_with_its_result() -> None:
    job = ended(job_of())

    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert job.result == {"url": "/console/somewhere/", "counted": 3}


def test_a_job_that_is_over_is_not_run_again() -> None:
    job = ended(job_of())

    assert ended(job).attempts == 1


def test_a_refusal_is_shown_word_for_word() -> None:
    job = ended(job_of("test-refuse"))

    assert (job.state, job.message) == ("failed", "这个文件不是名册。")


def test_a_fault_is_logged_and_shown_as_a_kind_sentence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = ended(job_of("test-break"))

    assert job.state == "failed"
    assert job.message.startswith(BROKE)
    assert "KeyError" in caplog.text


def test_a_waiting_job_is_canceled_at_once() -> None:
    job = cancel_job(job=job_of(), actor=make.staff(), at=make.MORNING)

    assert ended(job).state == "canceled"
    assert job.attempts == 0


def test_a_running_job_is_canceled_at_its_next_report() -> None:
    job = ended(job_of("test-cancel-meanwhile"))

    assert (job.state, job.result) == ("canceled", {})
    with pytest.raises(JobOver):
        cancel_job(job=job, actor=make.staff(), at=make.MORNING)


def test_a_run_that_was_taken_over_changes_nothing_more() -> None:
    job = ended(job_of("test-taken-over"))

    assert (job.state, job.attempts, job.done) == ("running", 7, 0)


def test_a_job_interrupted_by_a_stopping_worker_waits_again() -> None:
    here.stop_requested.set()
    job = ended(job_of())
    here.stop_requested.clear()

    assert (job.state, job.attempts) == ("waiting", 0)
    assert ended(job).state == "done"


def test_a_job_of_a_killed_worker_is_given_away_three_times_and_then_fails() -> None:
    job = job_of()
    for attempt in (1, 2, 3):
        Job.objects.update(
            state="running",
            attempts=attempt,
            alive_at=make.MORNING,
        )
        queued = DBTaskResult.objects.count()
        assert requeue_abandoned(make.MORNING + timedelta(seconds=61)) == 1
        job.refresh_from_db()
        assert job.state == ("failed" if attempt == 3 else "waiting")
        assert DBTaskResult.objects.count() == queued + (attempt < 3)
    assert job.message == GAVE_UP


def test_a_living_worker_keeps_its_long_silent_job() -> None:
    job = job_of()
    Job.objects.update(state="running", attempts=1, alive_at=make.MORNING)
    here.jobs.add(job.pk)
    beat("worker-1", make.MORNING + timedelta(seconds=50))
    here.jobs.discard(job.pk)

    assert requeue_abandoned(make.MORNING + timedelta(seconds=61)) == 0
    assert WorkerBeat.objects.get().worker == "worker-1"


def test_the_jobs_of_a_worker_known_to_be_dead_wait_again_at_once() -> None:
    job_of()
    Job.objects.update(
        state="running", attempts=1, alive_at=make.MORNING, worker="dead"
    )

    assert requeue_of("dead", make.MORNING) == 1
    assert Job.objects.get().state == "waiting"


def test_the_page_polls_until_the_job_is_over_and_then_links_to_its_result(
    client: Client,
) -> None:
    clerk = make.staff("district")
    client.force_login(clerk)
    job = job_of(started_by=clerk)
    url = f"/console/jobs/{job.pk}/progress/"

    assert 'hx-trigger="every 1s"' in client.get(url).content.decode()
    run_job(job.pk)
    over = client.get(f"/console/jobs/{job.pk}/").content.decode()

    assert "every 1s" not in over
    assert 'href="/console/somewhere/"' in over


def test_a_job_is_not_shown_to_another_district(client: Client) -> None:
    job = job_of(started_by=make.staff("district"))
    client.force_login(make.staff("district", district=make.district("990103")))

    assert client.get(f"/console/jobs/{job.pk}/").status_code == 404
    client.force_login(make.learner())
    assert client.get(f"/console/jobs/{job.pk}/").status_code == 403


def test_the_starter_cancels_on_the_page(client: Client) -> None:
    clerk = make.staff("district")
    client.force_login(clerk)
    job = job_of(started_by=clerk)

    client.post(f"/console/jobs/{job.pk}/cancellation/", headers={"HX-Request": "true"})

    assert Job.objects.get().state == "canceled"


def test_health_is_good_only_with_a_living_worker(client: Client) -> None:
    assert client.get("/healthz").status_code == 503
    beat("worker-1", timezone.now())
    assert client.get("/healthz").status_code == 200
