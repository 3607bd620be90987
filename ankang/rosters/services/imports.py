"""From an uploaded roster to saved people: check, decide, save or drop."""

from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from ankang.accounts.models import User
from ankang.attachments.models import Attachment
from ankang.attachments.services import store_file
from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.jobs.registry import Progress
from ankang.jobs.services import start_job
from ankang.organizations.models import Employer
from ankang.organizations.queries import current_city
from ankang.policies.models import edition_for
from ankang.rosters.check import CheckedRoster, check_roster_file
from ankang.rosters.difference import Difference, entries_of, roster_difference
from ankang.rosters.models import ImportPage, RosterImport
from ankang.rosters.pages import group_counts, import_pages
from ankang.rosters.services.saving import BadRows, Decision, save_roster

State = RosterImport.State


class NotWaiting(Refusal):
    def __init__(self) -> None:
        super().__init__("这次导入已经处理过了，请刷新页面。")


def start_import(
    *, actor: User, employer: Employer, file: IO[bytes], name: str, at: datetime
) -> RosterImport:
    """Keep the file and check it in the background."""
    attachment = store_file(
        kind=Attachment.Kind.ROSTER, file=file, name=name, uploaded_by=actor, at=at
    )
    return _queue_check(actor, employer, attachment, at)


@transaction.atomic
def _queue_check(
    actor: User, employer: Employer, attachment: Attachment, at: datetime
) -> RosterImport:
    roster_import = RosterImport.objects.create(
        employer=employer, attachment=attachment, started_by=actor, created_at=at
    )
    roster_import.job = start_job(
        kind="roster-check",
        title=f"核对名册：{employer.name}"[:100],
        arguments={"roster_import": roster_import.pk},
        started_by=actor,
        at=at,
    )
    roster_import.save(update_fields=["job"])
    return roster_import


def read_import(roster_import: RosterImport, at: datetime) -> CheckedRoster:
    """Check the uploaded file by the rules of the year."""
    with roster_import.attachment.file.open("rb") as file:
        content = file.read()
    city = current_city()
    day = timezone.localdate(at)
    rules = edition_for(city.program_year if city else day.year).rules()
    return check_roster_file(
        content, on=day, minimum_age=rules.min_age, minor_age=rules.minor_age
    )


def check_import(
    *, roster_import: RosterImport, progress: Progress, at: datetime
) -> None:
    """Check the file, compare it, and keep the result for the person to decide."""
    progress.report(0, 3, "正在读取和核对每一行")
    checked = read_import(roster_import, at)
    progress.report(1, 3, "正在和已有人员比对")
    if checked.is_hopeless():
        difference = Difference(errors=checked.errors, warnings=checked.warnings)
        state = State.FAILED
    else:
        entries = entries_of(checked)
        difference = roster_difference(roster_import.employer, checked, entries)
        state = State.CHECKED
    progress.report(2, 3, "正在整理结果")
    keep_result(
        roster_import=roster_import,
        total=checked.total,
        difference=difference,
        state=state,
    )
    progress.report(3, 3)


@transaction.atomic
def keep_result(
    *, roster_import: RosterImport, total: int, difference: Difference, state: State
) -> None:
    """Replace what an earlier run found."""
    still = RosterImport.objects.filter(pk=roster_import.pk, state=State.CHECKING)
    outcome = {"total": total, "counts": group_counts(difference)}
    if not still.update(state=state, outcome=outcome):
        return
    ImportPage.objects.filter(roster_import=roster_import).delete()
    ImportPage.objects.bulk_create(
        import_pages(roster_import, difference), batch_size=200
    )


@transaction.atomic
def confirm_import(
    *,
    roster_import: RosterImport,
    actor: User,
    acting_for: str,
    decisions: frozenset[Decision],
    at: datetime,
) -> RosterImport:
    """Save in the background what the person has seen.

    :raises NotWaiting: it is saved, dropped, or just being saved.
    :raises BadRows: rows are bad, and the person did not say to leave them out.
    """
    locked = _locked(roster_import)
    if locked.state != State.CHECKED:
        raise NotWaiting
    bad = locked.count("bad_rows")
    if Decision.CORRECT_IDS not in decisions:
        bad += locked.count(ImportPage.Group.CORRECTED)
    if bad and Decision.SKIP_BAD not in decisions:
        raise BadRows(bad)
    locked.state = State.SAVING
    locked.job = start_job(
        kind="roster-save",
        title=f"写入名册：{locked.employer.name}"[:100],
        arguments={
            "roster_import": locked.pk,
            "decisions": sorted(decisions),
            "acting_for": acting_for,
        },
        started_by=actor,
        at=at,
    )
    locked.save(update_fields=["state", "job"])
    return locked


def save_import(
    *, roster_import: RosterImport, arguments: dict[str, Any], at: datetime
) -> dict[str, int]:
    """Save it, once: a second run after a killed worker finds nothing to change."""
    try:
        counts = save_roster(
            actor=roster_import.started_by,
            acting_for=arguments["acting_for"],
            employer=roster_import.employer,
            checked=read_import(roster_import, at),
            decisions=frozenset(Decision(one) for one in arguments["decisions"]),
            at=at,
        )
    except Refusal:
        _move(roster_import, State.SAVING, state=State.CHECKED)
        raise
    _move(roster_import, State.SAVING, state=State.SAVED, saved_at=at)
    return counts


def _move(roster_import: RosterImport, before: State, **fields: Any) -> None:
    RosterImport.objects.filter(pk=roster_import.pk, state=before).update(**fields)


@transaction.atomic
def drop_import(
    *, roster_import: RosterImport, actor: User, acting_for: str, at: datetime
) -> RosterImport:
    """Give an import up; nothing of it was saved.

    :raises NotWaiting: it is saved or just being saved.
    """
    locked = _locked(roster_import)
    is_saving = locked.state == State.SAVING and locked.is_working()
    if is_saving or locked.state in {State.SAVED, State.DROPPED}:
        raise NotWaiting
    locked.state = State.DROPPED
    locked.save(update_fields=["state"])
    record_act(
        actor=actor,
        acting_for=acting_for,
        act="放弃名册导入",
        target=f"employer:{locked.employer_id}",
        detail={"roster_import": locked.pk},
        at=at,
    )
    return locked


def _locked(roster_import: RosterImport) -> RosterImport:
    rows = RosterImport.objects.select_for_update(of=("self",))
    return rows.select_related("employer", "job").get(pk=roster_import.pk)
