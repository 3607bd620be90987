"""Acts of the console that several lower apps make up."""

from datetime import datetime

from django.db import transaction

from ankang.accounts.models import Person, User
from ankang.audit.services import record_act
from ankang.console.queries.people import due_people
from ankang.core.errors import Refusal
from ankang.jobs.services import start_job
from ankang.notices.services import Reminders, send_reminders
from ankang.organizations.models import Employer, Membership
from ankang.policies.models import edition_for

REMINDER = "您的{year}年度工伤预防培训还没有完成，打开“学习”接着学就行。有疑问请找本单位联系人。"


class MayNotRemind(Refusal):
    """Only the employer, its district and the labor office remind."""

    def __init__(self) -> None:
        super().__init__("提醒由用人单位、所属区市或市人社部门发送，请换一个身份再试。")


class NobodyIsDue(Refusal):
    """Everybody of this employer is counted, or nobody is on the roster."""

    def __init__(self) -> None:
        super().__init__("没有需要提醒的人：名册上的人都已计入，或名册还是空的。")


@transaction.atomic
def remind_due_people(
    *, actor: User, membership: Membership, employer: Employer, year: int, at: datetime
) -> Reminders:
    """Remind whoever of this employer is not counted yet; texts go out afterwards.

    :raises MayNotRemind: this membership does not look after rosters.
    :raises NobodyIsDue: there is nobody to remind.
    """
    if not membership.may_manage_roster():
        raise MayNotRemind
    people = list(due_people(employer, year))
    if not people:
        raise NobodyIsDue
    reminders = send_reminders(
        people=people,
        text=REMINDER.format(year=year),
        path="/",
        per_day=edition_for(year).rules().reminders_per_day,
        at=at,
    )
    record_act(
        actor=actor,
        acting_for=membership.label(),
        act="发送学习提醒",
        target=f"employer:{employer.pk}",
        detail={"sent": len(reminders.sent), "capped": len(reminders.capped)},
        at=at,
    )
    if reminders.sent:
        start_job(
            kind="reminder-texts",
            title=f"发送提醒短信：{employer.name}",
            arguments={"notices": [notice.pk for notice in reminders.sent]},
            started_by=actor,
            at=at,
        )
    return reminders


@transaction.atomic
def open_id_number(
    *, actor: User, membership: Membership, person: Person, at: datetime
) -> str:
    """The full document number, and an audit entry that says who asked for it."""
    record_act(
        actor=actor,
        acting_for=membership.label(),
        act="查看完整证件号码",
        target=f"person:{person.pk}",
        at=at,
    )
    return person.id_number()
