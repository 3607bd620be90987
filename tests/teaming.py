"""People who practice together: an edition with teams, a season, days of practice."""

from datetime import date, datetime, timedelta
from typing import Any

from ankang.accounts.models import Person
from ankang.policies.models import RuleEdition
from ankang.practice.models import Mode, PracticeAnswer, PracticeGroup
from ankang.quizzes.models import QuestionVersion
from ankang.teams.models import FriendCard, Friendship, Season
from ankang.teams.services.friends import accept_friend, ask_friend, open_card
from ankang.teams.services.joining import join_season
from ankang.teams.services.seasons import keep_seasons
from tests import make, points_rules

MONDAY = datetime(2020, 9, 7, 8, 0, tzinfo=make.SHANGHAI)
SEASONS = {
    "days": 14,
    "rest_days": 7,
    "late_days": 3,
    "settle_days": 2,
    "team_size": 5,
    "least_size": 3,
    "active_days": 2,
    "least_active": 2,
    "spare": 1,
    "recalls_each": 3,
    "recalls_per_day": 2,
    "days_each": 3,
}
FRIENDS = {
    "most": 3,
    "asking_days": 14,
    "asks_per_day": 20,
    "shows": ["days", "streak"],
}
MEDAL = {
    "code": "team-1",
    "name": "同心协力",
    "condition": "times",
    "act": "team",
    "number": 1,
    "icon": "users-group",
}


def table(**changed: Any) -> dict[str, Any]:
    """The `teams` table; keyword names of either part replace its values."""
    friends = {name: changed.get(name, old) for name, old in FRIENDS.items()}
    seasons = {name: changed.get(name, old) for name, old in SEASONS.items()}
    return {"friends": friends, "seasons": seasons}


def edition(year: int = 2020, **changed: Any) -> RuleEdition:
    """In force from `year`: points as shipped for 2026, teams small enough for tests."""
    points = {**points_rules.shipped(2026), **changed.pop("points", {})}
    return make.edition(year, points=points, teams=table(**changed))


def friends(one: Person, other: Person, at: datetime = make.MORNING) -> Friendship:
    """Two people who both consented."""
    code = card(other, at).code
    asked = ask_friend(person=one, code=code, at=at)
    return accept_friend(person=other, friendship=asked, at=at)


def card(person: Person, at: datetime = make.MORNING) -> FriendCard:
    return open_card(person=person, at=at)


def coming(at: datetime = make.MORNING) -> Season:
    """The season that is open for signing up."""
    keep_seasons(at=at)
    return Season.objects.unclosed().select_related("edition").get()


def running(
    people: int = 4, at: datetime = make.MORNING
) -> tuple[Season, list[Person]]:
    """A season that has begun with one team or more, and who signed up, in order."""
    season = coming(at)
    signed_up = [make.employment().person for _ in range(people)]
    for number, person in enumerate(signed_up):
        moment = at + timedelta(minutes=number)
        join_season(person=person, season=season, at=moment)
    keep_seasons(at=on(season.starts_on))
    season.refresh_from_db()
    return season, signed_up


def on(day: date, hour: int = 8) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=make.SHANGHAI)


def practice(
    person: Person, day: date, versions: list[QuestionVersion], **fields: Any
) -> None:
    """The person answered these questions that day, right unless it says otherwise."""
    at = on(day, 12)
    group = PracticeGroup.objects.create(
        person=person,
        edition=RuleEdition.objects.latest("pk"),
        mode=Mode.DAILY,
        topic=f"made {make.numbers.__next__()}",
        seed=1,
        opened_at=at,
        due_at=at + timedelta(hours=1),
    )
    defaults = {"is_right": True, "share": 1, "seconds": 9, "response": [0]}
    for version in versions:
        PracticeAnswer.objects.create(
            group=group,
            version=version,
            person=person,
            day=day,
            answered_at=at,
            received_at=at,
            **{**defaults, **fields},
        )
