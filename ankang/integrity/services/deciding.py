"""Deciding a case, and remarks on it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.integrity.models import (
    Case,
    CaseComment,
    Decision,
    Exclusion,
    Subject,
    may_comment,
    may_decide,
)
from ankang.integrity.services.recording import concerned_by, record_decision
from ankang.notices.models import Notice
from ankang.organizations.models import Membership

STATES = {
    Decision.Verdict.UPHOLD: Case.State.UPHELD,
    Decision.Verdict.DISMISS: Case.State.DISMISSED,
}


class NotOursToDecide(Refusal):
    def __init__(self) -> None:
        super().__init__("核查件由市人社部门处理，当前身份不能作决定。")


class NotOursToComment(Refusal):
    def __init__(self) -> None:
        super().__init__("当前身份只能查看核查件，不能写意见。")


class WordsMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明理由，本人能看到这段话。")


class AlreadyDecided(Refusal):
    def __init__(self) -> None:
        super().__init__("这个核查件已经处理过了，请刷新页面查看。")


class NotInvolved(Refusal):
    def __init__(self) -> None:
        super().__init__("只能不计核查件涉及的人员。")


class NobodyExcluded(Refusal):
    def __init__(self) -> None:
        super().__init__("认定时请勾选不计的人员；谁都不用不计的，请选“不成立”。")


class NothingToExclude(Refusal):
    def __init__(self) -> None:
        super().__init__("不成立的核查件不能再不计人员。")


@transaction.atomic
def decide_case(
    *,
    case: Case,
    membership: Membership,
    verdict: Decision.Verdict,
    comment: str,
    exclude: Collection[Person] = (),
    at: datetime,
) -> Decision:
    """Uphold or dismiss a case, as the membership's user; tell whom it concerns.

    :raises NotOursToDecide: this membership may only read.
    :raises WordsMissing: there is no comment.
    :raises NothingToExclude: a dismissal names people.
    :raises NobodyExcluded: a finding on a person or a device names nobody.
    :raises NotInvolved: somebody whom the case does not touch.
    :raises AlreadyDecided: somebody was faster.
    """
    if not may_decide(membership):
        raise NotOursToDecide
    if not comment.strip():
        raise WordsMissing
    if verdict == Decision.Verdict.DISMISS and exclude:
        raise NothingToExclude
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.state != Case.State.OPEN:
        raise AlreadyDecided
    keys = {person.pk for person in exclude}
    if excludes_nobody(locked, verdict, keys):
        raise NobodyExcluded
    if locked.involvements.filter(person__in=keys).count() != len(keys):
        raise NotInvolved
    decision = Decision.objects.create(
        case=locked,
        verdict=verdict,
        comment=comment.strip(),
        actor=membership.user,
        acting_for=membership.label(),
        at=at,
    )
    Exclusion.objects.bulk_create(
        Exclusion(decision=decision, person_id=key) for key in sorted(keys)
    )
    locked.state = STATES[verdict]
    locked.save(update_fields=["state"])
    tell(decision, keys | ({locked.person_id} - {None}), at)
    record_decision(decision, concerned_by(decision))
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act="处理核查件",
        target=f"case:{locked.pk}",
        detail={"verdict": verdict.value, "excluded": len(keys)},
        at=at,
    )
    return decision


def excludes_nobody(case: Case, verdict: str, people: Collection[object]) -> bool:
    """A finding that changes nothing; one on an employer is told to the employer."""
    is_employers = case.kind == Subject.EMPLOYER
    return verdict == Decision.Verdict.UPHOLD and not people and not is_employers


@transaction.atomic
def comment_on_case(
    *, case: Case, membership: Membership, text: str, at: datetime
) -> CaseComment:
    """Add a remark for those who decide.

    :raises NotOursToComment: this membership may only read.
    :raises WordsMissing: there are no words.
    """
    if not may_comment(membership):
        raise NotOursToComment
    if not text.strip():
        raise WordsMissing
    return CaseComment.objects.create(
        case=case,
        actor=membership.user,
        acting_for=membership.label(),
        text=text.strip(),
        at=at,
    )


def told_sentence(year: int, *, is_excluded: bool) -> str:
    """What a decision's notice says."""
    if is_excluded:
        return f"经人工核查，你{year}年度的学习记录不计入。点开看理由，不同意可以申诉。"
    return f"经人工核查，你{year}年度的学习记录照常计入。"


def tell(decision: Decision, people: Collection[int | None], at: datetime) -> None:
    """Notify people of a decision, in plain words, with the way to object."""
    excluded = set(decision.exclusions.values_list("person_id", flat=True))
    year = decision.case.year
    Notice.objects.bulk_create(
        Notice(
            person_id=person,
            kind=Notice.Kind.DECISION,
            text=told_sentence(year, is_excluded=person in excluded),
            path=f"/mine/decisions/{decision.pk}/",
            sent_on=timezone.localdate(at),
            created_at=at,
        )
        for person in people
        if person is not None
    )
