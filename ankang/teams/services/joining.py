"""Signing up for a season, leaving it, coming back: always of one's own will."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.core.errors import Refusal
from ankang.organizations.models import Industry
from ankang.teams.models import Season, SeasonMember, Team
from ankang.teams.terms import terms_at


class NoSeasonNow(Refusal):
    def __init__(self) -> None:
        super().__init__("现在没有可以报名的赛季，请过些天再来看看。")


class TooLate(Refusal):
    def __init__(self) -> None:
        super().__init__("这个赛季已经过了补进的日子，等下一个赛季开始报名吧。")


class NoPlace(Refusal):
    def __init__(self) -> None:
        super().__init__("各队都满了，等下一个赛季开始报名吧。")


@transaction.atomic
def join_season(*, person: Person, season: Season, at: datetime) -> SeasonMember:
    """Take part: in a season that is coming, or in a place that is free in one running.

    Whoever left may come back to their own team while it has room. Twice does no harm.

    :raises NoSeasonNow: the edition has none, or the season is over.
    :raises TooLate: a running season takes in no more.
    :raises NoPlace: no team has room.
    """
    if not terms_at(at).rules.has_seasons:
        raise NoSeasonNow
    locked = lock_season(season)
    day = timezone.localdate(at)
    if locked is None or locked.closed_at or day > locked.ends_on:
        raise NoSeasonNow
    member = SeasonMember.objects.filter(season=locked, person=person).first()
    if member and member.left_at is None and (member.team_id or not locked.formed_at):
        return member
    if member is None:
        risk, industry = work_of(person)
        member = SeasonMember(
            season=locked, person=person, risk=risk, industry=industry
        )
    if locked.formed_at:
        member.team = _place(locked, member, day)
    member.joined_at, member.left_at = at, None
    member.save()
    return member


def _place(season: Season, member: SeasonMember, day: date) -> Team:
    """A team with room: their own, else the smallest with fewest of the same risk.

    The season is locked, so nobody else takes the same place.
    """
    teams = list(
        Team.objects.filter(season=season).annotate(
            size=Count("members", filter=Q(members__left_at=None)),
            alike=Count(
                "members",
                filter=Q(members__left_at=None, members__risk=member.risk),
            ),
        )
    )
    free = [one for one in teams if one.size < season.rules.team_size]
    own = next((one for one in free if one.pk == member.team_id), None)
    if own:
        return own
    if day > season.last_late_day:
        raise TooLate
    if not free:
        raise NoPlace
    return min(free, key=lambda one: (one.size, one.alike, one.number))


@transaction.atomic
def leave_season(*, person: Person, season: Season, at: datetime) -> None:
    """Take no part any more: what was shown of the person is gone at once.

    The team's targets are smaller from then on, so nobody has to make up for it.
    """
    locked = lock_season(season)
    rows = SeasonMember.objects.filter(season=season, person=person, left_at=None)
    if locked is None or locked.closed_at:
        return
    if locked.formed_at is None:
        rows.delete()
    else:
        rows.update(left_at=at)


def lock_season(season: Season) -> Season | None:
    """Hold the season until the transaction ends: joining, forming and settling wait."""
    rows = Season.objects.select_related("edition").select_for_update(of=("self",))
    return rows.filter(pk=season.pk).first()


def work_of(person: Person) -> tuple[str, str]:
    """Risk and industry of the newest work, to mix the teams by."""
    employment = (
        person.employments.current()
        .select_related("employer__industry")
        .order_by("-from_date", "-pk")
        .first()
    )
    industry = employment.employer.industry if employment else None
    return (risk_of(industry), industry.code) if industry else ("usual", "")


def risk_of(industry: Industry) -> str:
    """High-risk and dust industries are the two that the city looks at most."""
    names = {"high": industry.is_high_risk, "dust": industry.is_dust}
    return "+".join(name for name, holds in names.items() if holds) or "usual"
