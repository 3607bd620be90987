"""Who has two records reads it in their own messages when a clerk joins or parts them."""

from datetime import timedelta

from django.test import Client

from ankang.accounts.models import Person
from ankang.accounts.services import account_of
from ankang.counting.merging import merge_people, undo_merge
from ankang.counting.models import PersonMerge
from ankang.notices.models import Notice
from ankang.organizations.models import Membership
from tests import make

LATER = make.MORNING + timedelta(hours=1)


def merged(clerk: Membership) -> PersonMerge:
    make.edition()
    return merge_people(
        duplicate=make.person(name="甲一"),
        into=make.person(name="乙二"),
        membership=clerk,
        reason="身份证号登记错一位",
        at=LATER,
    )


def told(person: Person) -> list[str]:
    return list(
        Notice.objects.filter(person=person)
        .order_by("pk")
        .values_list("text", flat=True)
    )


def test_both_records_are_told_of_a_merge_and_what_to_do_if_it_is_wrong() -> None:
    merge = merged(make.membership())

    [kept], [duplicate] = told(merge.into), told(merge.duplicate)

    assert "已经合并到这一份" in kept
    assert "已经合并到那一份" in duplicate
    assert all("如果弄错了，请拨打 12333" in text for text in (kept, duplicate))


def test_both_records_are_told_when_the_merge_is_taken_back() -> None:
    clerk = make.membership()
    merge = merged(clerk)

    undo_merge(merge=merge, membership=clerk, reason="是两个人", at=LATER)

    for person in (merge.into, merge.duplicate):
        assert len(told(person)) == 2
        assert "撤回了之前的档案合并" in told(person)[-1]
        assert "12333" in told(person)[-1]


def test_nothing_of_the_other_record_and_no_reason_of_the_clerk_is_told() -> None:
    merge = merged(make.membership())

    for person, other in ((merge.into, merge.duplicate), (merge.duplicate, merge.into)):
        [text] = told(person)
        assert other.name not in text
        assert str(other.number) not in text
        assert merge.reason not in text


def test_the_notice_stands_on_their_own_messages_page(client: Client) -> None:
    merge = merged(make.membership())
    client.force_login(account_of(person=merge.into, at=LATER))

    page = client.get("/mine/notices/", follow=True).content.decode()

    assert "已经合并到这一份，按一个人统计" in page
