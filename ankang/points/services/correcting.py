"""Corrections by the labor office (补发、优化、违规扣减): new entries, never edits."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.notices.models import Notice
from ankang.organizations.models import Membership
from ankang.points.models import (
    Act,
    Medal,
    MedalLoss,
    PointAccount,
    PointDay,
    PointEntry,
    may_correct_points,
)
from ankang.points.services.awarding import open_account
from ankang.points.terms import Terms, terms_at
from ankang.policies.points import Condition

Kind = PointEntry.Kind
MOST = 1000


class NotYours(Refusal):
    def __init__(self) -> None:
        super().__init__("只有人社部门可以更正积分。")


class WhyMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明更正的原因，本人会看到。")


class BadAmount(Refusal):
    def __init__(self) -> None:
        super().__init__(f"积分数要是 1 到 {MOST} 之间的整数。")


class MoreThanThere(Refusal):
    def __init__(self, total: int) -> None:
        super().__init__(f"此人现有 {total} 分，最多只能扣 {total} 分。")


class TakesNoPart(Refusal):
    def __init__(self) -> None:
        super().__init__("此人没有参加积分，不能更正。")


@dataclass(frozen=True)
class Correction:
    """What the office decided about somebody's points, and why.

    `source` names the decision once: the same form sent twice books once.
    """

    points: int
    comment: str
    source: str


def supplement(
    *, person: Person, membership: Membership, correction: Correction, at: datetime
) -> PointEntry:
    """Give points that were earned and not booked (补发)."""
    return _correct(Kind.SUPPLEMENT, person, membership, correction, at)


def optimize(
    *, person: Person, membership: Membership, correction: Correction, at: datetime
) -> PointEntry:
    """Put right what the system booked wrongly (优化): up, or down if negative."""
    return _correct(Kind.OPTIMIZE, person, membership, correction, at)


def deduct(
    *, person: Person, membership: Membership, correction: Correction, at: datetime
) -> PointEntry:
    """Take away points that were got against the rules (违规扣减); `points` is negative.

    Medals that the edition marks so go with them once the sum is below their number.
    """
    return _correct(Kind.DEDUCT, person, membership, correction, at)


@transaction.atomic
def _correct(
    kind: Kind,
    person: Person,
    membership: Membership,
    correction: Correction,
    at: datetime,
) -> PointEntry:
    """Book a correction once, tell the person, and write it to the audit.

    :raises NotYours: not the labor office.
    :raises WhyMissing: no reason is given.
    :raises BadAmount: nothing, or beyond all measure.
    :raises TakesNoPart: the person has switched points off, or never had any.
    :raises MoreThanThere: the sum would fall below zero.
    """
    if not may_correct_points(membership):
        raise NotYours
    if not correction.comment.strip():
        raise WhyMissing
    if not 0 < abs(correction.points) <= MOST:
        raise BadAmount
    terms = terms_at(at)
    account = _lock(person, terms)
    existing = PointEntry.objects.filter(
        person=person, act=Act.CORRECTION, source=correction.source
    ).first()
    if existing is not None:
        return existing
    if account.total + correction.points < 0:
        raise MoreThanThere(account.total)
    entry = _book(kind, account, membership, correction, terms)
    if kind == Kind.DEDUCT:
        _take_medals(entry, account.total, terms)
    _tell(entry, membership)
    return entry


def _lock(person: Person, terms: Terms) -> PointAccount:
    if terms.rules.has_points and terms.rules.is_default:
        open_account(person.pk)
    account = PointAccount.objects.select_for_update().filter(person=person).first()
    if (
        account is None
        or not terms.rules.has_points
        or not account.is_on(terms.rules.is_default)
    ):
        raise TakesNoPart
    return account


def _book(
    kind: Kind,
    account: PointAccount,
    membership: Membership,
    correction: Correction,
    terms: Terms,
) -> PointEntry:
    comment = correction.comment.strip()
    entry = PointEntry.objects.create(
        person_id=account.person_id,
        kind=kind,
        act=Act.CORRECTION,
        source=correction.source,
        full=correction.points,
        points=correction.points,
        reason=f"{kind.label}：{comment}"[:200],
        edition_id=terms.edition_id,
        day=terms.day,
        at=terms.at,
        actor=membership.user,
        comment=comment,
    )
    day, _ = PointDay.objects.get_or_create(person=account.person, day=terms.day)
    day.total += entry.points
    if terms.rules.allows_ranking:
        day.ranked += entry.points
    day.save(update_fields=["total", "ranked"])
    account.total += entry.points
    account.is_settled = False
    account.save(update_fields=["total", "is_settled"])
    return entry


def _take_medals(entry: PointEntry, total: int, terms: Terms) -> None:
    lost = [
        rule.code
        for rule in terms.rules.medals
        if rule.is_lost_by_deduction
        and rule.condition == Condition.TOTAL
        and rule.number > total
    ]
    held = Medal.objects.filter(person=entry.person_id, code__in=lost, loss=None)
    MedalLoss.objects.bulk_create(MedalLoss(medal=one, entry=entry) for one in held)


def _tell(entry: PointEntry, membership: Membership) -> None:
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act=f"积分{entry.get_kind_display()}",
        target=f"person:{entry.person_id}",
        detail={"points": entry.points, "reason": entry.comment, "entry": entry.pk},
        at=entry.at,
    )
    sign = "加" if entry.points > 0 else "减"
    Notice.objects.create(
        person_id=entry.person_id,
        kind=Notice.Kind.DECISION,
        text=f"{membership.label()}更正了你的积分：{sign} {abs(entry.points)} 分。"
        f"原因：{entry.comment}",
        path="/mine/points/",
        sent_on=timezone.localdate(entry.at),
        created_at=entry.at,
    )
