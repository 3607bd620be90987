"""What the members of a team see of it: what they do together, for themselves only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from ankang.accounts.models import Person
from ankang.policies.teams import SeasonRules
from ankang.practice.queries import recalls_by_day
from ankang.teams.cooperation import Progress, Share, progress_of
from ankang.teams.models import Season, SeasonMember, Team
from ankang.teams.terms import terms_at


@dataclass(frozen=True)
class Teammate:
    """A member as the others see them: the family name, and on how many days."""

    name: str
    share: Share
    is_me: bool


@dataclass(frozen=True)
class TeamView:
    """A person's team while its season runs."""

    team: Team
    progress: Progress
    members: list[Teammate]
    mine: Share
    days_left: int


@dataclass(frozen=True)
class SeasonPage:
    """A person's page of team seasons. `coming` is open for signing up.

    `running` has begun and is not closed; `last` is the person's team that was settled.
    """

    has_seasons: bool
    rules: SeasonRules
    coming: Season | None
    is_signed_up: bool
    running: Season | None
    member: SeasonMember | None
    view: TeamView | None
    last: Team | None
    day: date

    @property
    def is_over(self) -> bool:
        """Has the running season ended, and waits for late answers?"""
        return self.running is not None and self.day > self.running.ends_on

    @property
    def may_join_late(self) -> bool:
        """May somebody outside still ask for a place that is free?"""
        return (
            self.running is not None
            and self.view is None
            and (
                self.day <= self.running.last_late_day
                or (self.member is not None and self.member.team_id is not None)
            )
            and not self.is_over
        )


def season_page(*, person: Person, at: datetime) -> SeasonPage:
    """Seven queries at most, however many people take part."""
    terms = terms_at(at)
    rules = terms.rules.teams.seasons
    if not terms.rules.has_seasons:
        return SeasonPage(False, rules, None, False, None, None, None, None, terms.day)
    seasons = list(Season.objects.unclosed().select_related("edition"))
    coming = next((one for one in seasons if one.formed_at is None), None)
    running = next((one for one in seasons if one.formed_at), None)
    members = {
        one.season_id: one
        for one in SeasonMember.objects.filter(
            person=person, season__in=seasons
        ).select_related("team")
    }
    member = members.get(running.pk) if running else None
    return SeasonPage(
        has_seasons=True,
        rules=rules,
        coming=coming,
        is_signed_up=coming is not None and coming.pk in members,
        running=running,
        member=member,
        view=team_view(member, running, terms.day) if running and member else None,
        last=last_team(person),
        day=terms.day,
    )


def team_view(member: SeasonMember, season: Season, day: date) -> TeamView | None:
    """The team of a member who has not left; two queries."""
    if member.team is None or member.left_at:
        return None
    rows = list(
        member.team.members.staying().select_related("person").order_by("joined_at")
    )
    shares = shares_of(rows, season)
    return TeamView(
        team=member.team,
        progress=progress_of(list(shares.values()), season.rules),
        members=[
            Teammate(
                name=one.person.name if one.pk == member.pk else masked(one.person),
                share=shares[one.pk],
                is_me=one.pk == member.pk,
            )
            for one in rows
        ],
        mine=shares[member.pk],
        days_left=max(0, (season.ends_on - day).days + 1),
    )


def masked(person: Person) -> str:
    """The family name alone."""
    return f"{person.name[:1]}**"


def shares_of(members: Sequence[SeasonMember], season: Season) -> dict[int, Share]:
    """What each did since joining, by member: one query however many there are."""
    rules = season.rules
    rows: dict[int, list[tuple[date, int]]] = defaultdict(list)
    people = [one.person_id for one in members]
    for person, day, right in recalls_by_day(people, season.starts_on, season.ends_on):
        rows[person].append((day, right))
    return {
        one.pk: _share(
            rows[one.person_id],
            timezone.localdate(one.joined_at),
            rules.recalls_per_day,
        )
        for one in members
    }


def _share(rows: Iterable[tuple[date, int]], since: date, per_day: int) -> Share:
    own = [right for day, right in rows if day >= since]
    return Share(days=len(own), recalls=sum(min(right, per_day) for right in own))


def last_team(person: Person) -> Team | None:
    """The team of the person's last settled season, unless they left it."""
    member = (
        SeasonMember.objects.staying()
        .filter(person=person, team__settled_at__isnull=False)
        .select_related("team__season__edition")
        .order_by("-season__starts_on")
        .first()
    )
    return member.team if member else None
