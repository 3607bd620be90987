"""What a person and their friends show each other: days of practice, never points."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ankang.accounts.models import Person
from ankang.points.streaks import streak_of
from ankang.policies.teams import FriendFact, FriendRules
from ankang.practice.queries import days_by_person
from ankang.teams.models import FriendBlock, FriendCard, Friendship
from ankang.teams.terms import Terms, terms_at

LOOK_BACK = timedelta(days=60)


@dataclass(frozen=True)
class Days:
    """On how many days of this week somebody practiced, and how many in a row.

    `is_longer` if the streak is older than what was looked at.
    """

    this_week: int
    streak: int
    is_longer: bool


@dataclass(frozen=True)
class Friend:
    """A friend with what they show."""

    friendship: Friendship
    person: Person
    days: Days


@dataclass(frozen=True)
class FriendsPage:
    """Everything on a person's page of friends, in the order of becoming friends."""

    has_friends: bool
    rules: FriendRules
    card: FriendCard | None
    own: Days | None
    friends: list[Friend]
    asked_me: list[Friendship]
    asked_by_me: list[Friendship]
    blocks: list[FriendBlock]

    @property
    def shows_days(self) -> bool:
        return FriendFact.DAYS in self.rules.shows

    @property
    def shows_streak(self) -> bool:
        return FriendFact.STREAK in self.rules.shows


def friends_page(*, person: Person, at: datetime) -> FriendsPage:
    """Five queries, however many friends."""
    terms = terms_at(at)
    rules = terms.rules.teams.friends
    card = FriendCard.objects.filter(person=person).first()
    if not terms.rules.has_friends or card is None:
        return FriendsPage(
            terms.rules.has_friends, rules, None, None, [], [], [], _blocks(person)
        )
    rows = list(
        Friendship.objects.of(person)
        .select_related("low", "high")
        .order_by("accepted_at", "asked_at", "pk")
    )
    accepted = [one for one in rows if one.accepted_at]
    fresh = at - timedelta(days=rules.asking_days)
    waiting = [one for one in rows if not one.accepted_at and one.asked_at > fresh]
    people = [person, *(one.other(person) for one in accepted)]
    days = days_by_person([one.pk for one in people], terms.day - LOOK_BACK)
    shown = {one.pk: days_of(days.get(one.pk, set()), terms) for one in people}
    return FriendsPage(
        has_friends=True,
        rules=rules,
        card=card,
        own=shown[person.pk],
        friends=[
            Friend(one, one.other(person), shown[one.other(person).pk])
            for one in accepted
        ],
        asked_me=[one for one in waiting if one.asker_id != person.pk],
        asked_by_me=[one for one in waiting if one.asker_id == person.pk],
        blocks=_blocks(person),
    )


def days_of(days: Collection[date], terms: Terms) -> Days:
    """This week's days and the streak, which rests as the edition's streaks do."""
    monday = terms.day - timedelta(days=terms.day.weekday())
    streak = streak_of(days, terms.day, terms.rules.points.rest_days)
    return Days(
        this_week=sum(monday <= one <= terms.day for one in days),
        streak=streak,
        is_longer=terms.day - LOOK_BACK in days and streak == len(days),
    )


def _blocks(person: Person) -> list[FriendBlock]:
    return list(person.friend_blocks.select_related("blocked").order_by("-at"))
