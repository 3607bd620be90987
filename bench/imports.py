"""A roster on its way through the services, each step with its seconds and memory."""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone

from ankang.jobs.services import run_job
from ankang.organizations.models import Employment
from ankang.rosters.models import RosterImport
from ankang.rosters.services.imports import confirm_import, start_import
from tests import make

HEADINGS = ["姓名", "证件号码", "手机号", "岗位", "用工形式", "备注"]


def write_roster(file: str, rows: str) -> int:
    """A file of so many different people."""
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, HEADINGS)
        for number in range(1, int(rows) + 1):
            numbers = [make.id_number(number), make.mobile(number)]
            sheet.write_row(number, 0, ["张三", *numbers, "电焊工", "合同工", ""])
    return int(rows)


def upload(file: str) -> int:
    """A roster file uploaded by a new employer and not looked at yet; the import."""
    actor = make.staff("employer")
    with Path(file).open("rb") as content:
        roster_import = start_import(
            actor=actor,
            employer=actor.memberships.get().employer,
            file=content,
            name="roster.xlsx",
            at=timezone.now(),
        )
    return roster_import.pk


def upload_again(pk: str) -> int:
    """The same file from the same employer."""
    first = RosterImport.objects.get(pk=pk)
    with first.attachment.file.open("rb") as content:
        again = start_import(
            actor=first.started_by,
            employer=first.employer,
            file=content,
            name="roster.xlsx",
            at=timezone.now(),
        )
    return again.pk


def measured(act: Callable[[], object]) -> dict[str, float]:
    """Seconds of an act, and the most memory that this process ever held, in MB."""
    begun = time.perf_counter()
    act()
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak": peak}


def roster_check(pk: str) -> dict[str, Any]:
    """What the worker does after an upload: all checks, difference, pages to show."""
    roster_import = RosterImport.objects.get(pk=pk)
    took = measured(lambda: run_job(roster_import.job_id))
    roster_import.refresh_from_db()
    return {**took, "counts": roster_import.outcome["counts"]}


def roster_save(pk: str) -> dict[str, Any]:
    """What the worker does once a person has confirmed."""
    waiting = RosterImport.objects.get(pk=pk)
    confirmed = confirm_import(
        roster_import=waiting,
        actor=waiting.started_by,
        acting_for="bench",
        decisions=frozenset(),
        at=timezone.now(),
    )
    took = measured(lambda: run_job(confirmed.job_id))
    return {**took, "people": Employment.objects.current().count()}
