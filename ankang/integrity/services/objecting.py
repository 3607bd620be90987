"""Objecting to a finding, and the answer of a second person."""

from datetime import datetime

from django.db import models, transaction
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.audit.services import record_act
from ankang.core.days import after_working_days
from ankang.core.errors import Refusal
from ankang.integrity.models import (
    Case,
    Decision,
    Exclusion,
    Readmission,
    may_decide,
)
from ankang.integrity.queries import case_of
from ankang.integrity.services.deciding import NotOursToDecide, WordsMissing, tell
from ankang.integrity.services.recording import record_decision
from ankang.learning.models import Objection
from ankang.notices.models import Notice
from ankang.organizations.models import Employer, Membership
from ankang.policies.models import edition_for


class Answer(models.TextChoices):
    """How an objection ends."""

    KEEP = "keep", "维持认定"
    REVERSE = "reverse", "撤销认定"


class NothingToObjectTo(Refusal):
    def __init__(self) -> None:
        super().__init__("这个核查件没有对你的不计认定，不用申诉。")


class ObjectedBefore(Refusal):
    def __init__(self) -> None:
        super().__init__("这个认定已经申诉过一次，不能重复申诉。")


class ReasonMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明申诉的理由。")


class NotTheSecondPerson(Refusal):
    def __init__(self) -> None:
        super().__init__("作出认定的人不能答复对它的申诉，请换另一人。")


class AnsweredAlready(Refusal):
    def __init__(self) -> None:
        super().__init__("这项申诉已经答复过了。")


@transaction.atomic
def object_to_finding(
    *, case: Case, person: Person, text: str, at: datetime
) -> Objection:
    """A person objects to being excluded, once; the clock of working days starts.

    :raises ReasonMissing: there are no words.
    :raises NothingToObjectTo: no decision of the case excludes the person now.
    :raises ObjectedBefore: the same finding was objected to.
    """
    locked = Case.objects.select_for_update().get(pk=case.pk)
    standing = Exclusion.objects.standing().filter(decision__case=locked, person=person)
    if not standing.exists():
        raise NothingToObjectTo
    return _object(locked, text=text, at=at, person=person)


@transaction.atomic
def object_for_employer(
    *, case: Case, membership: Membership, text: str, at: datetime
) -> Objection:
    """An employer objects to a finding about itself, once.

    :raises ReasonMissing: there are no words.
    :raises NothingToObjectTo: no finding stands against this employer.
    :raises ObjectedBefore: the same finding was objected to.
    """
    locked = Case.objects.select_for_update().get(pk=case.pk)
    employer = membership.employer
    if (
        employer is None
        or locked.employer_id != employer.pk
        or locked.state != Case.State.UPHELD
    ):
        raise NothingToObjectTo
    return _object(locked, text=text, at=at, employer=employer)


def _object(
    case: Case,
    *,
    text: str,
    at: datetime,
    person: Person | None = None,
    employer: Employer | None = None,
) -> Objection:
    if not text.strip():
        raise ReasonMissing
    earlier = Objection.objects.filter(
        subject=case.objection_subject(), person=person, employer=employer
    )
    if earlier.exists():
        raise ObjectedBefore
    rules = edition_for(case.year).rules()
    return Objection.objects.create(
        person=person,
        employer=employer,
        subject=case.objection_subject(),
        about=f"{case.year}年度学习记录核查认定",
        text=text.strip(),
        created_at=at,
        due_on=after_working_days(timezone.localdate(at), rules.objection_days),
    )


@transaction.atomic
def answer_case_objection(
    *,
    objection: Objection,
    membership: Membership,
    verdict: Answer,
    answer: str,
    at: datetime,
) -> Objection:
    """A second person keeps the finding, or reverses it for whoever objected.

    :raises NotOursToDecide: this membership may only read.
    :raises WordsMissing: there are no words.
    :raises AnsweredAlready: somebody was faster.
    :raises NotTheSecondPerson: the same person made the finding.
    """
    if not may_decide(membership):
        raise NotOursToDecide
    if not answer.strip():
        raise WordsMissing
    case = Case.objects.select_for_update().get(pk=case_of(objection).pk)
    locked = Objection.objects.select_for_update().get(pk=objection.pk)
    if locked.state == Objection.State.ANSWERED:
        raise AnsweredAlready
    found = case.decisions.filter(verdict=Decision.Verdict.UPHOLD)
    if found.filter(actor=membership.user).exists():
        raise NotTheSecondPerson
    locked.answer, locked.answered_at = answer.strip(), at
    locked.answered_by, locked.state = membership.user, Objection.State.ANSWERED
    locked.save(update_fields=["answer", "answered_by", "answered_at", "state"])
    if verdict == Answer.REVERSE:
        _reverse(case, locked, membership, at)
    elif locked.person_id is not None:
        Notice.objects.create(
            person_id=locked.person_id,
            kind=Notice.Kind.DECISION,
            text="你对核查认定的申诉有答复了。",
            path=f"/mine/objections/{locked.pk}/",
            sent_on=timezone.localdate(at),
            created_at=at,
        )
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act="答复核查申诉",
        target=f"objection:{locked.pk}",
        detail={"subject": locked.subject, "verdict": verdict.value},
        at=at,
    )
    return locked


def _reverse(
    case: Case, objection: Objection, membership: Membership, at: datetime
) -> Decision:
    """Take back what excluded the one who objected; an employer's, for all its people."""
    standing = Exclusion.objects.standing().filter(decision__case=case)
    mine = (
        standing.filter(person=objection.person_id)
        if objection.person_id is not None
        else standing
    )
    # a copy: `standing` must ask again below, when nothing may stand any more
    taken_back = list(mine.all())
    decision = Decision.objects.create(
        case=case,
        verdict=Decision.Verdict.REVERSE,
        comment=objection.answer,
        actor=membership.user,
        acting_for=membership.label(),
        at=at,
    )
    Readmission.objects.bulk_create(
        Readmission(decision=decision, exclusion=one) for one in taken_back
    )
    if not standing.exists():
        case.state = Case.State.REVERSED
        case.save(update_fields=["state"])
    people = [one.person_id for one in taken_back]
    tell(decision, people, at)
    record_decision(decision, people)
    return decision
