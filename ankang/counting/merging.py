"""Saying that two records are one person, and taking it back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from ankang.accounts.models import Person
from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.counting.facts import merged_fact, unmerged_fact
from ankang.counting.models import LikelyDuplicate, PersonMerge, Standing
from ankang.counting.services import lock_people, recount_people
from ankang.counting.telling import tell_merged, tell_unmerged
from ankang.evidence.services import append_many
from ankang.organizations.models import Membership
from ankang.rosters.services.flexible import may_register


class NotOursToMerge(Refusal):
    def __init__(self) -> None:
        super().__init__("档案合并由人社部门办理，当前身份不能合并或撤回。")


class MergeReasonMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明原因，例如“换了手机号，身份证号登记错一位”。")


class SameRecord(Refusal):
    def __init__(self) -> None:
        super().__init__("这是同一份档案，请选择另一份。")


class AlreadyMerged(Refusal):
    def __init__(self) -> None:
        super().__init__("这份档案已经合并到另一份，要改请先撤回那次合并。")


class KeptIsDuplicate(Refusal):
    def __init__(self) -> None:
        super().__init__("要保留的档案自己已经合并到另一份，请直接合并到那一份。")


class DuplicateIsKept(Refusal):
    def __init__(self) -> None:
        super().__init__("已有别的档案合并到这一份，请保留这一份，把另一份合并过来。")


class AlreadyUndone(Refusal):
    def __init__(self) -> None:
        super().__init__("这次合并已经撤回。")


class ToldApartAlready(Refusal):
    def __init__(self) -> None:
        super().__init__("这一对已经认定不是同一人。")


class NotToldApart(Refusal):
    def __init__(self) -> None:
        super().__init__("这一对还在等人核对，不用撤回。")


def may_merge(membership: Membership) -> bool:
    """The labor office of the city, and the districts for their own people."""
    return may_register(membership)


@transaction.atomic
def merge_people(
    *,
    duplicate: Person,
    into: Person,
    membership: Membership,
    reason: str,
    at: datetime,
) -> PersonMerge:
    """Count the duplicate's facts for `into`, and the duplicate no more.

    No fact is moved or changed, so the merge can be undone at any time.

    :raises NotOursToMerge: this membership may only look.
    :raises MergeReasonMissing: no reason is given.
    :raises SameRecord: both are one record.
    :raises AlreadyMerged: the duplicate stands aside already.
    :raises KeptIsDuplicate: the other record stands aside itself.
    :raises DuplicateIsKept: a third record counts for the duplicate.
    """
    if not may_merge(membership):
        raise NotOursToMerge
    if not reason.strip():
        raise MergeReasonMissing
    if duplicate == into:
        raise SameRecord
    lock_people(Q(pk__in=[duplicate.pk, into.pk]))
    holding = PersonMerge.objects.holding()
    if holding.filter(duplicate=duplicate).exists():
        raise AlreadyMerged
    if holding.filter(duplicate=into).exists():
        raise KeptIsDuplicate
    if holding.filter(into=duplicate).exists():
        raise DuplicateIsKept
    merge = PersonMerge.objects.create(
        duplicate=duplicate,
        into=into,
        reason=reason.strip(),
        actor=membership.user,
        at=at,
    )
    append_many([merged_fact(merge)])
    _record_act(merge, membership, "合并档案", merge.reason, at)
    tell_merged(merge, at)
    _recount(merge)
    return merge


@transaction.atomic
def undo_merge(
    *, merge: PersonMerge, membership: Membership, reason: str, at: datetime
) -> PersonMerge:
    """They are two people after all: each counts by their own facts again.

    :raises NotOursToMerge: this membership may only look.
    :raises MergeReasonMissing: no reason is given.
    :raises AlreadyUndone: somebody was faster.
    """
    if not may_merge(membership):
        raise NotOursToMerge
    if not reason.strip():
        raise MergeReasonMissing
    lock_people(Q(pk__in=[merge.duplicate_id, merge.into_id]))
    locked = PersonMerge.objects.select_related("duplicate", "into").get(pk=merge.pk)
    if locked.undone_at is not None:
        raise AlreadyUndone
    locked.undone_by = membership.user
    locked.undone_at = at
    locked.undone_reason = reason.strip()
    locked.save(update_fields=["undone_by", "undone_at", "undone_reason"])
    append_many([unmerged_fact(locked)])
    _record_act(locked, membership, "撤回档案合并", locked.undone_reason, at)
    tell_unmerged(locked, at)
    _recount(locked)
    return locked


def _record_act(
    merge: PersonMerge, membership: Membership, act: str, reason: str, at: datetime
) -> None:
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act=act,
        target=f"person:{merge.into_id}",
        detail={
            "merge": merge.pk,
            "duplicate": merge.duplicate.number,
            "into": merge.into.number,
            "reason": reason,
        },
        at=at,
    )


def _recount(merge: PersonMerge) -> None:
    people = [merge.duplicate_id, merge.into_id]
    begun = Standing.objects.filter(person__in=people)
    for year in begun.order_by().values_list("year", flat=True).distinct():
        recount_people(people=people, year=year)


@transaction.atomic
def tell_apart(
    *, pair: LikelyDuplicate, membership: Membership, reason: str, at: datetime
) -> LikelyDuplicate:
    """They are two people of one name: the pair is not shown again.

    :raises NotOursToMerge: this membership may only look.
    :raises MergeReasonMissing: no reason is given.
    :raises ToldApartAlready: somebody was faster.
    """
    if not may_merge(membership):
        raise NotOursToMerge
    if not reason.strip():
        raise MergeReasonMissing
    lock_people(Q(pk__in=[pair.first_id, pair.second_id]))
    locked = LikelyDuplicate.objects.select_related("first", "second").get(pk=pair.pk)
    if locked.told_apart_at is not None:
        raise ToldApartAlready
    locked.told_apart_by = membership.user
    locked.told_apart_at, locked.told_apart_reason = at, reason.strip()
    locked.save(update_fields=["told_apart_by", "told_apart_at", "told_apart_reason"])
    _record_pair(locked, membership, "认定不是同一人", locked.told_apart_reason, at)
    return locked


@transaction.atomic
def look_again(
    *, pair: LikelyDuplicate, membership: Membership, at: datetime
) -> LikelyDuplicate:
    """Take back that two records are two people: the pair waits again.

    :raises NotOursToMerge: this membership may only look.
    :raises NotToldApart: it waits already.
    """
    if not may_merge(membership):
        raise NotOursToMerge
    lock_people(Q(pk__in=[pair.first_id, pair.second_id]))
    locked = LikelyDuplicate.objects.select_related("first", "second").get(pk=pair.pk)
    if locked.told_apart_at is None:
        raise NotToldApart
    reason = locked.told_apart_reason
    locked.told_apart_by = locked.told_apart_at = None
    locked.told_apart_reason = ""
    locked.save(update_fields=["told_apart_by", "told_apart_at", "told_apart_reason"])
    _record_pair(locked, membership, "撤回不是同一人的认定", reason, at)
    return locked


def _record_pair(
    pair: LikelyDuplicate, membership: Membership, act: str, reason: str, at: datetime
) -> None:
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act=act,
        target=f"person:{pair.first_id}",
        detail={
            "first": pair.first.number,
            "second": pair.second.number,
            "reason": reason,
        },
        at=at,
    )
