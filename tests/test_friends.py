"""Friends: nothing without both, only days of practice, nothing after either left."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ankang.accounts.models import Person
from ankang.notices.models import Notice
from ankang.teams.models import FriendBlock, Friendship
from ankang.teams.queries.friends import Days, friends_page
from ankang.teams.services.friends import (
    CodeUnknown,
    NoFriendsNow,
    OwnCode,
    RequestGone,
    TooManyFriends,
    TooManyRequests,
    accept_friend,
    ask_friend,
    block_person,
    end_friendship,
    forget_old_requests,
    leave_friends,
    open_card,
    renew_code,
    unblock,
)
from tests import make, practicing, teaming

pytestmark = pytest.mark.django_db
AT = make.MORNING
LATER = timedelta(days=15)


def two() -> tuple[Person, Person]:
    teaming.edition()
    return make.person(name="张三"), make.person(name="李四")


def names(person: Person, **fields: Any) -> list[str]:
    page = friends_page(person=person, at=fields.get("at", AT))
    return [one.person.name for one in page.friends]


def test_both_see_each_other_only_after_the_other_accepted() -> None:
    asker, owner = two()
    asked = ask_friend(person=asker, code=teaming.card(owner).code, at=AT)

    assert names(asker) == names(owner) == []
    assert friends_page(person=owner, at=AT).asked_me == [asked]
    assert friends_page(person=asker, at=AT).asked_by_me == [asked]
    notice = Notice.objects.get(person=owner)
    assert notice.path == "/mine/friends/"

    accept_friend(person=owner, friendship=asked, at=AT)
    assert names(asker) == ["李四"]
    assert names(owner) == ["张三"]


def test_nobody_accepts_their_own_request() -> None:
    asker, owner = two()
    asked = ask_friend(person=asker, code=teaming.card(owner).code, at=AT)

    with pytest.raises(RequestGone):
        accept_friend(person=asker, friendship=asked, at=AT)
    assert names(asker) == []


def test_asking_back_is_consent() -> None:
    asker, owner = two()
    ask_friend(person=asker, code=teaming.card(owner).code, at=AT)

    made = ask_friend(person=owner, code=teaming.card(asker).code, at=AT)

    assert made.accepted_at == AT
    assert Friendship.objects.count() == 1


def test_asking_twice_makes_one_request_and_one_notice() -> None:
    asker, owner = two()
    code = teaming.card(owner).code

    assert ask_friend(person=asker, code=code, at=AT) == ask_friend(
        person=asker, code=code, at=AT
    )
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("by", ["asker", "owner"])
def test_either_ends_it_and_nothing_is_left(by: str) -> None:
    asker, owner = two()
    made = teaming.friends(asker, owner)

    end_friendship(person=asker if by == "asker" else owner, friendship=made)

    assert names(asker) == names(owner) == []
    assert not Friendship.objects.exists()


def test_a_stranger_cannot_end_the_friendship_of_others() -> None:
    made = teaming.friends(*two())

    end_friendship(person=make.person(), friendship=made)

    assert Friendship.objects.count() == 1


def test_leaving_deletes_code_friends_and_requests_and_coming_back_starts_anew() -> (
    None
):
    asker, owner = two()
    teaming.friends(asker, owner)
    old = owner.friend_card.code

    leave_friends(person=owner)

    assert names(asker) == []
    assert not Friendship.objects.exists()
    with pytest.raises(CodeUnknown):
        ask_friend(person=asker, code=old, at=AT)
    assert open_card(person=owner, at=AT).code != old
    assert names(owner) == []


def test_a_blocked_person_is_told_the_same_as_with_a_wrong_code() -> None:
    asker, owner = two()
    asked = ask_friend(person=asker, code=teaming.card(owner).code, at=AT)
    block = block_person(person=owner, friendship=asked, at=AT)
    assert not Friendship.objects.exists()

    with pytest.raises(CodeUnknown) as blocked:
        ask_friend(person=asker, code=owner.friend_card.code, at=AT)
    with pytest.raises(CodeUnknown) as unknown:
        ask_friend(person=asker, code="ZZZZZZZZ", at=AT)
    assert str(blocked.value) == str(unknown.value)

    unblock(person=owner, block=block)
    assert ask_friend(person=asker, code=owner.friend_card.code, at=AT)


def test_whoever_blocks_cannot_ask_the_blocked_either() -> None:
    asker, owner = two()
    block_person(person=owner, friendship=teaming.friends(asker, owner), at=AT)

    with pytest.raises(CodeUnknown):
        ask_friend(person=owner, code=asker.friend_card.code, at=AT)


def test_a_new_code_makes_the_old_one_worthless_and_keeps_friends() -> None:
    asker, owner = two()
    teaming.friends(asker, owner)
    old = owner.friend_card.code

    assert renew_code(person=owner, at=AT).code != old

    with pytest.raises(CodeUnknown):
        ask_friend(person=make.person(), code=old, at=AT)
    assert names(asker) == ["李四"]


def test_ones_own_code_is_said_to_be_ones_own() -> None:
    person, _ = two()

    with pytest.raises(OwnCode):
        ask_friend(person=person, code=teaming.card(person).code, at=AT)


def test_a_request_runs_out() -> None:
    asker, owner = two()
    asked = ask_friend(person=asker, code=teaming.card(owner).code, at=AT)

    assert friends_page(person=owner, at=AT + LATER).asked_me == []
    with pytest.raises(RequestGone):
        accept_friend(person=owner, friendship=asked, at=AT + LATER)
    again = ask_friend(person=asker, code=owner.friend_card.code, at=AT + LATER)
    assert again.asked_at == AT + LATER


def test_the_timer_forgets_only_requests_that_have_run_out() -> None:
    asker, owner = two()
    teaming.friends(asker, owner)
    ask_friend(person=make.person(), code=owner.friend_card.code, at=AT)
    fresh = teaming.card(make.person()).code
    ask_friend(person=make.person(), code=fresh, at=AT + LATER)

    assert forget_old_requests(at=AT + LATER) == 1
    assert Friendship.objects.count() == 2


def test_nobody_has_more_friends_than_the_edition_says() -> None:
    _, owner = two()
    for _ in range(3):
        teaming.friends(make.person(), owner)

    with pytest.raises(TooManyFriends):
        ask_friend(person=make.person(), code=owner.friend_card.code, at=AT)


def test_requests_of_others_do_not_use_up_ones_own_room() -> None:
    asker, owner = two()
    code = teaming.card(owner).code
    for _ in range(4):
        ask_friend(person=make.person(), code=code, at=AT)

    assert ask_friend(person=owner, code=teaming.card(asker).code, at=AT)


def test_asking_and_taking_back_does_not_go_on_for_ever() -> None:
    teaming.edition(asks_per_day=2)
    asker, owner = make.person(), make.person()
    code = teaming.card(owner).code
    for _ in range(2):
        made = ask_friend(person=asker, code=code, at=AT)
        end_friendship(person=asker, friendship=made)

    with pytest.raises(TooManyRequests):
        ask_friend(person=asker, code=code, at=AT)


def test_an_edition_without_friends_refuses_and_shows_none() -> None:
    asker, owner = two()
    teaming.friends(asker, owner)
    teaming.edition(points={"shows_friends": False})

    with pytest.raises(NoFriendsNow):
        open_card(person=asker, at=AT)
    page = friends_page(person=asker, at=AT)
    assert not page.has_friends
    assert page.friends == []


def test_what_friends_see_are_days_and_a_streak_that_rests() -> None:
    """Monday and Wednesday of this week, Sunday before; answers too quick do not count."""
    asker, owner = two()
    teaming.friends(asker, owner)
    questions = practicing.questions(1)
    wednesday = teaming.MONDAY.date() + timedelta(days=2)
    for back in (0, 2, 3):
        teaming.practice(owner, wednesday - timedelta(days=back), questions)
    quick = wednesday - timedelta(days=1)
    teaming.practice(owner, quick, questions, is_quick=True)

    (friend,) = friends_page(person=asker, at=teaming.on(wednesday)).friends

    assert friend.days == Days(this_week=2, streak=3, is_longer=False)


def test_friends_are_in_the_order_of_becoming_friends_whatever_they_practice() -> None:
    asker, owner = two()
    teaming.friends(asker, owner, at=AT)
    second = make.person(name="王五")
    teaming.friends(asker, second, at=AT + timedelta(hours=1))

    assert names(asker) == ["李四", "王五"]
    teaming.practice(second, AT.date(), practicing.questions(1))
    assert names(asker) == ["李四", "王五"]


def test_the_database_holds_one_row_a_pair_and_nobody_befriends_themselves() -> None:
    asker, owner = sorted(two(), key=lambda one: one.pk)
    fields = {"low": asker, "high": owner, "asker": asker, "asked_at": AT}
    Friendship.objects.create(**fields)

    for wrong in (
        fields,
        {**fields, "low": owner, "high": asker},
        {**fields, "high": asker},
        {**fields, "high": make.person(), "asker": owner},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Friendship.objects.create(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        FriendBlock.objects.create(person=asker, blocked=asker, at=AT)
