"""Asking, accepting, taking back: each by the person alone, at any time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.core.errors import Refusal
from ankang.core.limits import is_within_limit
from ankang.notices.models import Notice
from ankang.policies.models import NoEdition
from ankang.policies.teams import FriendRules
from ankang.teams.models import FriendBlock, FriendCard, Friendship
from ankang.teams.models.friends import new_friend_code
from ankang.teams.terms import terms_at

DAY_SECONDS = 86_400


class NoFriendsNow(Refusal):
    def __init__(self) -> None:
        super().__init__("现行规则没有好友，不用开启。")


class CodeUnknown(Refusal):
    """Also for whoever is blocked: they cannot tell the difference."""

    def __init__(self) -> None:
        super().__init__("这个好友码不能用。请对一对，或者请同事打开手机给你看新的码。")


class OwnCode(Refusal):
    def __init__(self) -> None:
        super().__init__("这是你自己的好友码，给同事扫就行。")


class TooManyFriends(Refusal):
    def __init__(self, most: int) -> None:
        super().__init__(
            f"你们当中有人的好友和请求已经满 {most} 位，要先解除或撤回几位再加。"
        )


class TooManyRequests(Refusal):
    def __init__(self, most: int) -> None:
        super().__init__(f"一天最多发出 {most} 次请求，请明天再加。")


class RequestGone(Refusal):
    def __init__(self) -> None:
        super().__init__("这个请求已经撤回或者过期，请对方再发一次。")


def friend_rules_at(at: datetime) -> FriendRules:
    """How friends work now.

    :raises NoFriendsNow: the edition in force has none.
    """
    rules = terms_at(at).rules
    if not rules.has_friends:
        raise NoFriendsNow
    return rules.teams.friends


@transaction.atomic
def open_card(*, person: Person, at: datetime) -> FriendCard:
    """Take part: from now on there is a code to give away.

    :raises NoFriendsNow: the edition in force has no friends.
    """
    friend_rules_at(at)
    card, _ = FriendCard.objects.get_or_create(
        person=person, defaults={"opened_at": at}
    )
    return card


@transaction.atomic
def renew_code(*, person: Person, at: datetime) -> FriendCard:
    """A new code; whoever has the old one can ask no more. Friends stay."""
    card = open_card(person=person, at=at)
    card.code = new_friend_code()
    card.save(update_fields=["code"])
    return card


@transaction.atomic
def leave_friends(*, person: Person) -> None:
    """Take no part any more: code, friendships and requests are deleted at once.

    Whom the person blocked stays blocked.
    """
    FriendCard.objects.filter(person=person).delete()
    Friendship.objects.of(person).delete()


def card_of_code(*, person: Person, code: str, at: datetime) -> FriendCard:
    """Whose code it is, if this person may use it.

    :raises CodeUnknown: nobody's, or somebody's who is blocked or has blocked them.
    :raises OwnCode: their own.
    """
    friend_rules_at(at)
    card = FriendCard.objects.select_related("person").filter(code=code).first()
    if card is None:
        raise CodeUnknown
    if card.person_id == person.pk:
        raise OwnCode
    pair = [card.person_id, person.pk]
    if FriendBlock.objects.filter(person__in=pair, blocked__in=pair).exists():
        raise CodeUnknown
    return card


@transaction.atomic
def ask_friend(*, person: Person, code: str, at: datetime) -> Friendship:
    """Ask the owner of a code; if they have asked already, both have consented.

    :raises CodeUnknown: nobody's code, or one is blocked by the other.
    :raises OwnCode: one's own.
    :raises TooManyFriends: either has as many as the edition allows.
    :raises TooManyRequests: enough for one day.
    """
    rules = friend_rules_at(at)
    owner = card_of_code(person=person, code=code, at=at).person
    open_card(person=person, at=at)
    lock_cards(person, owner)
    # again, because the owner may have blocked, left or changed the code meanwhile
    card_of_code(person=person, code=code, at=at)
    forget_old_requests(at=at, people=[person, owner])
    found = Friendship.objects.between(person.pk, owner.pk).first()
    if found is None:
        return _ask(person, owner, rules, at)
    if found.accepted_at is None and found.asker_id != person.pk:
        return _accept(found, person, rules, at)
    return found


def _ask(person: Person, owner: Person, rules: FriendRules, at: datetime) -> Friendship:
    for one in (person, owner):
        _check_room(one, rules, more=1)
    key = f"ask-friend:{person.pk}"
    if not is_within_limit(key, most=rules.asks_per_day, seconds=DAY_SECONDS):
        raise TooManyRequests(rules.asks_per_day)
    low, high = sorted((person, owner), key=lambda one: one.pk)
    made = Friendship.objects.create(low=low, high=high, asker=person, asked_at=at)
    _tell(owner, f"{person.name}请你做好友，互相看练习的天数。同意不同意都由你。", at)
    return made


@transaction.atomic
def accept_friend(
    *, person: Person, friendship: Friendship, at: datetime
) -> Friendship:
    """Accept what another asked for; twice does no harm.

    :raises RequestGone: it was taken back or has run out.
    :raises TooManyFriends: either has as many as the edition allows.
    """
    rules = friend_rules_at(at)
    lock_cards(friendship.low, friendship.high)
    forget_old_requests(at=at, people=[person])
    found = Friendship.objects.filter(pk=friendship.pk).first()
    if found is None or (found.accepted_at is None and found.asker_id == person.pk):
        raise RequestGone
    if found.accepted_at:
        return found
    return _accept(found, person, rules, at)


def _accept(
    found: Friendship, person: Person, rules: FriendRules, at: datetime
) -> Friendship:
    _check_room(found.asker, rules, more=0)
    _check_room(person, rules, more=1)
    found.accepted_at = at
    found.save(update_fields=["accepted_at"])
    _tell(found.other(person), f"{person.name}同意和你做好友。", at)
    return found


@transaction.atomic
def end_friendship(*, person: Person, friendship: Friendship) -> None:
    """Decline, take a request back, or be friends no more: nothing is left to show.

    The other is not told.
    """
    Friendship.objects.of(person).filter(pk=friendship.pk).delete()


@transaction.atomic
def block_person(
    *, person: Person, friendship: Friendship, at: datetime
) -> FriendBlock:
    """End it, and hear no more from the other; they are not told."""
    other = friendship.other(person)
    lock_cards(person, other)
    Friendship.objects.between(person.pk, other.pk).delete()
    block, _ = FriendBlock.objects.get_or_create(
        person=person, blocked=other, defaults={"at": at}
    )
    return block


@transaction.atomic
def unblock(*, person: Person, block: FriendBlock) -> None:
    """Let the other ask again; they are still no friends."""
    FriendBlock.objects.filter(person=person, pk=block.pk).delete()


def forget_old_requests(*, at: datetime, people: Iterable[Person] | None = None) -> int:
    """Delete requests that nobody answered in the edition's time; how many."""
    try:
        days = terms_at(at).rules.teams.friends.asking_days
    except NoEdition:
        return 0
    rows = Friendship.objects.filter(
        accepted_at=None, asked_at__lte=at - timedelta(days=days)
    )
    if people is not None:
        found = [one.pk for one in people]
        rows = rows.filter(low__in=found) | rows.filter(high__in=found)
    return rows.delete()[0]


def lock_cards(*people: Person) -> None:
    """Hold everybody's card until the transaction ends, always in the same order."""
    rows = FriendCard.objects.filter(person__in=people).order_by("person")
    list(rows.select_for_update(of=("self",)))


def _check_room(person: Person, rules: FriendRules, *, more: int) -> None:
    """Friends and own requests count; requests of others cannot fill up anybody."""
    rows = Friendship.objects.of(person).filter(
        Q(accepted_at__isnull=False) | Q(asker=person)
    )
    if rows.count() + more > rules.most:
        raise TooManyFriends(rules.most)


def _tell(person: Person, text: str, at: datetime) -> None:
    Notice.objects.create(
        person=person,
        kind=Notice.Kind.SYSTEM,
        text=text,
        path="/mine/friends/",
        sent_on=timezone.localdate(at),
        created_at=at,
    )
