"""The city's side: announce the list, draw when the seed is out, state the result."""

import zlib
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.counting.drawing import list_digest
from ankang.counting.sampling import SHORTEST_SEED, SeedSourceMissing, SeedTooShort
from ankang.evidence.services import append_many
from ankang.notices.models import Notice
from ankang.organizations.models import Membership
from ankang.policies.models import edition_for
from ankang.policies.retests import RetestRules
from ankang.retests.drawing import draw_strata, holder_text, shares
from ankang.retests.facts import announced_fact, drawn_fact, invited_fact, result_fact
from ankang.retests.models import Retest, RetestInvitation, may_run_retests
from ankang.retests.queries import (
    exam_candidates,
    holders,
    outcome_of,
    stratum_labels,
)
from ankang.retests.services.sitting import hand_in

MOST = 5000


class MayNotRun(Refusal):
    def __init__(self) -> None:
        super().__init__("抽测由人社部门或审计人员公告和抽取，当前身份只能查看。")


class NoRetestRules(Refusal):
    def __init__(self, year: int) -> None:
        super().__init__(f"{year} 年度的规则里没有抽测的题数和时间，请先补一版规则。")


class BankTooSmallToRetest(Refusal):
    def __init__(self, strand: str) -> None:
        super().__init__(f"考试题库里内容板块 {strand} 的题不够，请补充以后再公告。")


class NobodyHolds(Refusal):
    def __init__(self, year: int) -> None:
        super().__init__(f"{year} 年度还没有有效的合格证明，没有人可抽。")


class RetestSizeOutOfRange(Refusal):
    def __init__(self, people: int) -> None:
        super().__init__(f"抽 1 到 {min(people, MOST):,} 人，请改一下人数。")


class SeedKnownAlready(Refusal):
    def __init__(self) -> None:
        super().__init__("种子产生的时间要在现在以后，请选一个还没有开奖的来源。")


class SeedNotOutYet(Refusal):
    def __init__(self, seed_at: datetime) -> None:
        local = timezone.localtime(seed_at)
        super().__init__(
            f"公告的种子要到 {local.month}月{local.day}日{local:%H:%M} 才产生，到时再抽。"
        )


class DrawnAlready(Refusal):
    def __init__(self) -> None:
        super().__init__("这次抽测已经抽过，不能重抽。")


@transaction.atomic
def announce_retest(  # noqa: PLR0913
    *,
    membership: Membership,
    year: int,
    strata: str,
    size: int,
    seed_source: str,
    seed_at: datetime,
    at: datetime,
) -> Retest:
    """Fix who may be drawn and say where the seed will come from, before it is known.

    :raises MayNotRun: neither labor office nor auditor.
    :raises SeedSourceMissing: nobody could check the seed.
    :raises SeedKnownAlready: the seed may be known by now.
    :raises NoRetestRules: the year's edition does not say what is asked.
    :raises BankTooSmallToRetest: a strand has too few questions.
    :raises NobodyHolds: no valid certificate in the year.
    :raises RetestSizeOutOfRange: nobody, or more than there are.
    """
    seed_source = seed_source.strip()
    if not may_run_retests(membership):
        raise MayNotRun
    if not seed_source:
        raise SeedSourceMissing
    if seed_at <= at:
        raise SeedKnownAlready
    edition = edition_for(year)
    _refuse_unless_askable(year, edition.rules().retest)
    found = holders(year=year, strata=strata)
    if not found:
        raise NobodyHolds(year)
    if not 1 <= size <= min(len(found), MOST):
        raise RetestSizeOutOfRange(len(found))
    text = holder_text(found)
    retest = Retest.objects.create(
        year=year,
        edition=edition,
        strata=strata,
        size=size,
        seed_source=seed_source,
        seed_at=seed_at,
        people=len(found),
        digest=list_digest(text),
        packed=zlib.compress(text.encode()),
        quotas=_quotas([code for code, _ in found], strata, size),
        announced_by=membership.user,
        announced_at=at,
    )
    append_many([announced_fact(retest)])
    _record(membership, "公告抽测", retest, at)
    return retest


@transaction.atomic
def draw_retest(
    *, membership: Membership, retest: Retest, seed: str, at: datetime
) -> Retest:
    """Draw by the seed that was announced, once, and invite everybody drawn.

    :raises MayNotRun: neither labor office nor auditor.
    :raises SeedTooShort: the seed is too short, or cannot be typed in one line.
    :raises SeedNotOutYet: before the announced moment.
    :raises DrawnAlready: there is one draw, not the one that pleases.
    """
    seed = seed.strip()
    if not may_run_retests(membership):
        raise MayNotRun
    if len(seed) < SHORTEST_SEED or not seed.isprintable():
        raise SeedTooShort
    locked = (
        Retest.objects.select_for_update(of=("self",))
        .select_related("edition")
        .get(pk=retest.pk)
    )
    if locked.is_drawn:
        raise DrawnAlready
    if at < locked.seed_at:
        raise SeedNotOutYet(locked.seed_at)
    locked.seed = seed
    locked.drawn_by = membership.user
    locked.drawn_at = at
    locked.closes_at = end_of_window(at, locked.rules)
    locked.save(update_fields=["seed", "drawn_by", "drawn_at", "closes_at"])
    _invite(locked, at)
    _record(membership, "抽取抽测人员", locked, at)
    return locked


def list_text_of(retest: Retest) -> str:
    """The fixed list as the file that one downloads."""
    return zlib.decompress(bytes(retest.packed)).decode()


def end_of_window(at: datetime, rules: RetestRules) -> datetime:
    """The window ends with the last of its days, at midnight of the city."""
    local = timezone.localtime(at)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=rules.window_days + 1)


def close_retests(at: datetime) -> int:
    """Hand in what is overdue; state the result of each retest whose window is over."""
    overdue = list(RetestInvitation.objects.overdue(at).order_by("due_at"))
    for invitation in overdue:
        hand_in(invitation=invitation, at=at)
    over = list(Retest.objects.filter(stated_at=None, closes_at__lte=at))
    return sum(_state_result(retest, at) for retest in over)


@transaction.atomic
def _state_result(retest: Retest, at: datetime) -> bool:
    locked = Retest.objects.select_for_update(of=("self",)).get(pk=retest.pk)
    under_way = locked.invitations.filter(begun_at__isnull=False, handed_in_at=None)
    if locked.stated_at is not None or under_way.exists():
        return False
    locked.stated_at = at
    locked.save(update_fields=["stated_at"])
    append_many([result_fact(locked, outcome_of(locked), at)])
    return True


def _refuse_unless_askable(year: int, rules: RetestRules) -> None:
    if not rules.questions:
        raise NoRetestRules(year)
    held = Counter(
        one.question.strand.code for one in exam_candidates(rules.draw).values()
    )
    for strand, wanted in rules.draw.items():
        if held[strand] < wanted:
            raise BankTooSmallToRetest(strand)


def _quotas(codes: list[str], strata: str, size: int) -> dict[str, object]:
    people = Counter(codes)
    labels = stratum_labels(strata)
    return {
        code: {
            "people": people[code],
            "size": drawn,
            "label": labels.get(code, code),
        }
        for code, drawn in shares(people, size).items()
    }


def _invite(retest: Retest, at: datetime) -> None:
    drawn = draw_strata(list_text_of(retest), seed=retest.seed, quotas=retest.sizes())
    numbers = [number for _, _, number in drawn]
    people = {one.number: one for one in Person.objects.filter(number__in=numbers)}
    invitations = RetestInvitation.objects.bulk_create(
        RetestInvitation(
            retest=retest,
            person=people[number],
            stratum=code,
            ticket=ticket,
            place=place,
        )
        for place, (ticket, code, number) in enumerate(drawn, start=1)
    )
    Notice.objects.bulk_create(
        Notice(
            person=one.person,
            kind=Notice.Kind.SYSTEM,
            text=invitation_text(retest),
            path=f"/retests/{one.pk}/",
            sent_on=timezone.localdate(at),
            created_at=at,
        )
        for one in invitations
    )
    invited = [invited_fact(retest, number, at) for number in numbers]
    append_many([drawn_fact(retest, numbers, at), *invited])


def invitation_text(retest: Retest) -> str:
    """What somebody who was drawn is told."""
    last = retest.last_day
    if last is None:
        raise ValueError("not drawn")
    return (
        f"你被随机抽中参加抽测：{retest.rules.questions} 道题，"
        f"{retest.rules.minutes} 分钟，{last.month}月{last.day}日（含）以前随时可测，只测一次。"
        "结果只用来看培训效果，不影响你的合格证明。"
    )


def _record(membership: Membership, act: str, retest: Retest, at: datetime) -> None:
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act=act,
        target=f"retest:{retest.pk}",
        detail={"people": retest.people, "size": retest.size, "digest": retest.digest},
        at=at,
    )
