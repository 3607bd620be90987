"""An import's two jobs: check in the background, decide, save in the background."""

import io

import pytest

from ankang.accounts.models import Person
from ankang.jobs.services import run_job
from ankang.organizations.models import Employer, Employment
from ankang.rosters.models import ImportPage, RosterImport
from ankang.rosters.services.imports import (
    NotWaiting,
    confirm_import,
    drop_import,
    start_import,
)
from ankang.rosters.services.saving import BadRows, Decision
from tests import make
from tests.test_roster_check import HEADINGS, workbook, worker


def started(employer: Employer, content: bytes) -> RosterImport:
    make.edition()
    return start_import(
        actor=make.staff("employer", employer=employer),
        employer=employer,
        file=io.BytesIO(content),
        name="名册.xlsx",
        at=make.MORNING,
    )


def done(roster_import: RosterImport) -> RosterImport:
    assert roster_import.job_id
    run_job(roster_import.job_id)
    roster_import.refresh_from_db()
    return roster_import


def confirm(roster_import: RosterImport, *decisions: Decision) -> RosterImport:
    assert roster_import.started_by
    return confirm_import(
        roster_import=roster_import,
        actor=roster_import.started_by,
        acting_for="示例",
        decisions=frozenset(decisions),
        at=make.MORNING,
    )


def test_an_import_is_checked_shown_confirmed_and_saved_in_the_background() -> None:
    employer = make.employer()
    content = workbook(HEADINGS, worker(), worker(name="李四", mobile="12"))

    checked_import = done(started(employer, content))
    assert checked_import.state == RosterImport.State.CHECKED
    assert Person.objects.count() == 0
    page = checked_import.pages.get(group=ImportPage.Group.ERRORS)
    assert page.rows[0][:3] == [3, "李四", "手机号"]

    with pytest.raises(BadRows):
        confirm(checked_import)
    saved = done(confirm(checked_import, Decision.SKIP_BAD))

    assert saved.state == RosterImport.State.SAVED
    assert employer.employments.count() == 1
    with pytest.raises(NotWaiting):
        confirm(saved, Decision.SKIP_BAD)


def test_a_killed_worker_may_run_either_job_again() -> None:
    roster_import = done(started(make.employer(), workbook(HEADINGS, worker())))
    for _ in range(2):
        roster_import.job.state = "waiting"
        roster_import.job.save()
        done(roster_import)
    assert roster_import.pages.count() == 1

    saved = done(confirm(roster_import))
    saved.job.state = "waiting"
    saved.job.save()
    done(saved)

    assert (saved.state, Employment.objects.count()) == ("saved", 1)


def test_a_dropped_import_saves_nothing() -> None:
    roster_import = done(started(make.employer(), workbook(HEADINGS, worker())))
    drop_import(
        roster_import=roster_import,
        actor=roster_import.started_by,
        acting_for="示例",
        at=make.MORNING,
    )

    with pytest.raises(NotWaiting):
        confirm(roster_import)
    assert Person.objects.count() == 0


def test_a_file_that_is_no_roster_ends_as_unreadable() -> None:
    roster_import = done(started(make.employer(), workbook(["一"], ["二"])))

    assert roster_import.state == RosterImport.State.FAILED
    assert roster_import.count("errors") == 1
