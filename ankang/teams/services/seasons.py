"""The timer's part of seasons: opens one, forms its teams, settles and closes it.

Each step looks at what is there under the season's lock, so it may run twice at once.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from ankang.notices.models import Notice
from ankang.points.services import award
from ankang.policies.acts import Act
from ankang.policies.models import NoEdition
from ankang.teams.cooperation import Progress, progress_of
from ankang.teams.mixing import Entrant, mix
from ankang.teams.models import Season, SeasonMember, Team
from ankang.teams.queries.seasons import shares_of
from ankang.teams.services.joining import lock_season
from ankang.teams.terms import Terms, terms_at

BATCH = 100
ROWS = 1000
PATH = "/mine/team/"


def keep_seasons(*, at: datetime) -> None:
    """Whatever is due: closing, forming, opening the next."""
    try:
        terms = terms_at(at)
    except NoEdition:
        return
    for season in Season.objects.unclosed().select_related("edition"):
        if not terms.rules.has_seasons:
            abandon(season, at)
        elif season.formed_at is None and terms.day >= season.starts_on:
            form_teams(season=season, at=at)
        elif season.formed_at and terms.day >= season.settles_on:
            settle_season(season=season, at=at)
    if terms.rules.has_seasons and not Season.objects.unclosed().exists():
        open_season(terms)


def open_season(terms: Terms) -> Season | None:
    """Open the next season for signing up; None if another process just did."""
    rules = terms.rules.teams.seasons
    last = Season.objects.order_by("-starts_on").first()
    starts_on = next_start(last, terms.day, rules.rest_days)
    try:
        with transaction.atomic():
            return Season.objects.create(
                edition=terms.edition,
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=rules.days - 1),
                seed=starts_on.isoformat(),
                opened_at=terms.at,
            )
    except IntegrityError:
        return None


def next_start(last: Season | None, today: date, rest_days: int) -> date:
    """A Monday after the rest; at the soonest tomorrow, so that one can sign up."""
    earliest = today + timedelta(days=1)
    if last and last.teams.exists():
        earliest = max(earliest, last.ends_on + timedelta(days=rest_days + 1))
    return earliest + timedelta(days=-earliest.weekday() % 7)


@transaction.atomic
def form_teams(*, season: Season, at: datetime) -> int:
    """Mix those who signed up into teams, once; how many teams.

    Too few people are told so, and the season is closed.
    """
    locked = lock_season(season)
    if locked is None or locked.formed_at or locked.closed_at:
        return 0
    members = {
        one.person.number: one
        for one in locked.members.staying().select_related("person")
    }
    rules = locked.rules
    mixed = mix(
        (
            Entrant(one.person.number, one.risk, one.industry)
            for one in members.values()
        ),
        size=rules.team_size,
        least=rules.least_size,
        seed=locked.seed,
    )
    locked.formed_at = at
    if not mixed:
        locked.closed_at = at
        _tell(list(members.values()), "这次报名的人不够一队，赛季没有开始。", at)
    locked.save(update_fields=["formed_at", "closed_at"])
    _save_teams(locked, mixed, members)
    return len(mixed)


def _save_teams(
    season: Season, mixed: Sequence[Sequence[str]], members: dict[str, SeasonMember]
) -> None:
    teams = [Team(season=season, number=n) for n in range(1, len(mixed) + 1)]
    Team.objects.bulk_create(teams, batch_size=ROWS)
    by_number = {one.number: one for one in season.teams.all()}
    for number, people in enumerate(mixed, start=1):
        for one in people:
            members[one].team = by_number[number]
    placed = [one for one in members.values() if one.team]
    SeasonMember.objects.bulk_update(placed, ["team"], batch_size=ROWS)


def settle_season(*, season: Season, at: datetime) -> int:
    """Settle every team once, some at a time, and close the season; how many teams."""
    settled = 0
    while teams := _settle_batch(season, at):
        settled += teams
    closing = Season.objects.filter(pk=season.pk, closed_at=None)
    closing.update(closed_at=at)
    return settled


@transaction.atomic
def _settle_batch(season: Season, at: datetime) -> int:
    locked = lock_season(season)
    if locked is None or locked.closed_at:
        return 0
    teams = list(locked.teams.filter(settled_at=None).order_by("number")[:BATCH])
    members: dict[int, list[SeasonMember]] = defaultdict(list)
    staying = SeasonMember.objects.staying().filter(team__in=teams)
    for one in staying.select_related("person").order_by("pk"):
        members[one.team_id or 0].append(one)
    shares = shares_of([one for rows in members.values() for one in rows], locked)
    for team in teams:
        own = members[team.pk]
        progress = progress_of([shares[one.pk] for one in own], locked.rules)
        _settle(team, progress, at)
        least = locked.rules.active_days
        active = [one for one in own if shares[one.pk].days >= least]
        if team.is_reached:
            _reward(team, active, at)
        _tell(own, words(team), at)
    return len(teams)


def _settle(team: Team, progress: Progress, at: datetime) -> None:
    team.settled_at, team.is_reached = at, progress.is_reached
    team.active = progress.active
    team.recalls, team.recalls_aim = progress.recalls, progress.recalls_aim
    team.full, team.full_aim = progress.full, progress.full_aim
    team.save()


def _reward(team: Team, members: Sequence[SeasonMember], at: datetime) -> None:
    """For whoever took part, where they have points on; the medal follows by rule."""
    for one in sorted(members, key=lambda member: member.person_id):
        award(person=one.person, act=Act.TEAM, source=f"team:{team.pk}", at=at)


def words(team: Team) -> str:
    """The result in words, for its own members."""
    done = [f"{team.active} 位队员在练"]
    if team.recalls_aim:
        done.append(f"一起答对 {team.recalls} 题（目标 {team.recalls_aim} 题）")
    if team.full_aim:
        done.append(f"{team.full} 位练满了天数（目标 {team.full_aim} 位）")
    end = (
        "一起达到了合作目标，大家辛苦了！"
        if team.is_reached
        else "离合作目标还差一点。学到的都是自己的，歇一歇，下次再来。"
    )
    return f"班组赛季结束了：{'，'.join(done)}。{end}"


@transaction.atomic
def abandon(season: Season, at: datetime) -> None:
    """End a season that the rules in force no longer know, without a result."""
    locked = lock_season(season)
    if locked is None or locked.closed_at:
        return
    locked.closed_at = at
    locked.save(update_fields=["closed_at"])
    _tell(list(locked.members.staying()), "规则有变，班组赛季提前结束，没有结果。", at)


def _tell(members: Sequence[SeasonMember], text: str, at: datetime) -> None:
    Notice.objects.bulk_create(
        Notice(
            person_id=one.person_id,
            kind=Notice.Kind.SYSTEM,
            text=text,
            path=PATH,
            sent_on=timezone.localdate(at),
            created_at=at,
        )
        for one in members
    )
