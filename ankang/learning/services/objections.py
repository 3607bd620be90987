"""Answering what learners object to."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ankang.accounts.models import User
from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.learning.models import Objection
from ankang.learning.models.objections import CASE
from ankang.notices.models import Notice
from ankang.organizations.models import Department, Membership


class AlreadyAnswered(Refusal):
    def __init__(self) -> None:
        super().__init__("这项申诉已经答复过了。")


class AnswerMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明答复。")


class NotOursToAnswer(Refusal):
    def __init__(self) -> None:
        super().__init__("申诉由人社部门和服务机构答复，当前身份只能查看。")


class AnsweredAtTheDesk(Refusal):
    def __init__(self) -> None:
        super().__init__("对核查结论的申诉，请到“诚信核查”里由另一人答复。")


def may_answer(membership: Membership) -> bool:
    """The labor office answers, and the body that runs the platform or the training."""
    return (
        membership.scope == Membership.Scope.PROVIDER
        or membership.department_code() == Department.Code.LABOR
    )


@transaction.atomic
def answer_objection(
    *,
    objection: Objection,
    actor: User,
    membership: Membership,
    answer: str,
    at: datetime,
) -> Objection:
    """Answer, tell the person, and leave a trace.

    :raises NotOursToAnswer: this membership may only read.
    :raises AnsweredAtTheDesk: it is against a finding, which a second person answers.
    :raises AnswerMissing: there are no words.
    :raises AlreadyAnswered: somebody was faster.
    """
    if not may_answer(membership):
        raise NotOursToAnswer
    if objection.person_id is None or objection.subject.startswith(CASE):
        raise AnsweredAtTheDesk
    if not answer.strip():
        raise AnswerMissing
    locked = Objection.objects.select_for_update().get(pk=objection.pk)
    if locked.state == Objection.State.ANSWERED:
        raise AlreadyAnswered
    locked.answer, locked.answered_by, locked.answered_at = answer.strip(), actor, at
    locked.state = Objection.State.ANSWERED
    locked.save(update_fields=["answer", "answered_by", "answered_at", "state"])
    Notice.objects.create(
        person_id=objection.person_id,
        kind=Notice.Kind.DECISION,
        text="你的申诉有答复了。",
        path=f"/mine/objections/{locked.pk}/",
        sent_on=timezone.localdate(at),
        created_at=at,
    )
    record_act(
        actor=actor,
        acting_for=membership.label(),
        act="答复申诉",
        target=f"objection:{locked.pk}",
        detail={"subject": locked.subject, "answer": locked.answer},
        at=at,
    )
    return locked
