"""A clerk compares two records, sees what a merge will change, merges, takes it back."""

from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ankang.accounts.models import Person
from ankang.audit.models import AuditEntry
from ankang.counting.likeness import find_likely_duplicates
from ankang.counting.merging import merge_people, undo_merge
from ankang.counting.models import LikelyDuplicate, PersonMerge, Standing
from ankang.counting.previewing import changes_by_merging, changes_by_undoing
from ankang.counting.services import recount_year
from ankang.learning.models import Course
from ankang.policies.models import RuleEdition
from tests import make, mixed

MERGES = "/console/merges/"
PAIRS = "/console/merges/pairs/"


@pytest.fixture
def course() -> Course:
    make.edition(required_credit_hours="0.1")
    RuleEdition.objects.update(created_at=make.MORNING)
    return make.course()


def client_of(scope: str = "city", **fields: Any) -> Client:
    client = Client()
    client.force_login(make.staff(scope, **fields))
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def compare(one: Person, other: Person) -> str:
    return f"{MERGES}compare/{one.pk}/{other.pk}/"


def counted_people(client: Client) -> tuple[int, int]:
    """Counted and begun, as the overview shows them."""
    figures = client.get("/console/").context["figures"]
    return figures.counted, figures.began


def test_two_records_count_once_after_the_merge_and_twice_after_its_undoing(
    course: Course,
) -> None:
    clerk = client_of()
    kept, duplicate = make.counted(course), make.counted(course)
    recount_year(year=2020)
    find_likely_duplicates(at=make.MORNING)
    before = counted_people(clerk)
    assert before == (2, 2)
    assert "核对疑似重复档案 1 对" in page(clerk, "/console/todo/")
    assert compare(kept, duplicate) in page(clerk, PAIRS)
    shown = page(clerk, compare(kept, duplicate))
    assert "少 1 人" in shown

    done = clerk.post(
        compare(kept, duplicate),
        {"keep": kept.pk, "reason": "本人带两份证件到窗口核对"},
        follow=True,
    )

    merge = PersonMerge.objects.get()
    assert done.redirect_chain == [(f"{MERGES}{merge.pk}/", 302)]
    assert (merge.into, merge.duplicate) == (kept, duplicate)
    assert counted_people(clerk) == (1, 2)
    assert "没有等人核对的" in page(clerk, PAIRS)
    assert "本人带两份证件到窗口核对" in page(clerk, MERGES)
    assert "多 1 人" in page(clerk, f"{MERGES}{merge.pk}/")

    undoing = f"{MERGES}{merge.pk}/undoing/"
    empty = clerk.post(undoing, {"reason": " "})
    assert empty.status_code == 422
    assert "请写明原因。" in empty.content.decode()
    assert clerk.post(undoing, {"reason": "是同名的两个人"}).status_code == 302

    assert counted_people(clerk) == before
    assert "是同名的两个人" in page(clerk, f"{MERGES}{merge.pk}/")
    again = clerk.post(undoing, {"reason": "再撤一次"})
    assert again.status_code == 422
    assert "已经撤回" in again.content.decode()


def test_the_clerk_chooses_which_record_is_kept(course: Course) -> None:
    clerk = client_of()
    empty, full = make.employment().person, make.counted(course)
    recount_year(year=2020)

    assert clerk.get(compare(empty, full)).context["kept"] == full
    chosen = clerk.get(f"{compare(empty, full)}?keep={empty.pk}")
    assert chosen.context["kept"] == empty
    assert clerk.get(f"{compare(empty, full)}?keep=99999").context["kept"] == full
    clerk.post(compare(empty, full), {"keep": empty.pk, "reason": "同一人"})

    assert PersonMerge.objects.get().into == empty


def test_the_two_records_stand_beside_each_other(course: Course) -> None:
    shop = make.employer(name="示例机械厂")
    one, other = (
        make.counted(course, employer=shop),
        make.counted(course, employer=shop),
    )
    recount_year(year=2020)

    both = client_of().get(compare(one, other)).context["both"]

    lines = {line.label: line for line in both.lines}
    assert lines["姓名"].is_same
    assert lines["出生日期"].left == ["两份相同"]
    assert not lines["手机号"].is_same
    assert "示例机械厂" in lines["用工经历"].left[0]
    assert lines["用工经历"].is_same
    assert lines["学过"].left == ["1 课，已认定 150 秒"]
    assert "90 分，合格" in lines["考试"].right[0]
    assert lines["学时"].left == ["0.5 学时"]
    assert lines["合格证明"].left == [one.certificates.get().serial]
    assert lines["设备"].is_same
    assert lines["计入情况"].left == ["2020年9月1日计入"]


def test_no_full_number_is_on_any_page(course: Course) -> None:
    clerk = client_of()
    one, other = make.counted(course), make.counted(course)
    find_likely_duplicates(at=make.MORNING)

    for path in (PAIRS, compare(one, other), f"/console/people/{one.pk}/duplicates/"):
        text = page(clerk, path)
        for person in (one, other):
            assert person.id_number() not in text
            assert person.mobile() not in text
            assert person.id_number()[6:14] not in text


@pytest.mark.parametrize("seed", range(6))
def test_what_is_shown_before_is_what_happens(seed: int) -> None:
    """Over made-up people of all kinds, with earlier merges and findings."""
    make.edition(required_credit_hours="0.1")
    RuleEdition.objects.update(created_at=make.MORNING)
    mixed.people([make.course(), make.course()], seed, count=24)
    people = list(Person.objects.order_by("pk"))
    recount_year(year=2020)
    clerk = make.membership()
    aside = set(PersonMerge.objects.holding().values_list("duplicate", flat=True))
    keeping = set(PersonMerge.objects.holding().values_list("into", flat=True))
    free = [one for one in people if one.pk not in aside]
    tried = 0
    for kept, duplicate in pairwise(free):
        if duplicate.pk in keeping:
            continue
        tried += 1
        foreseen = changes_by_merging(duplicate=duplicate, into=kept)
        made = merge_people(
            duplicate=duplicate,
            into=kept,
            membership=clerk,
            reason="同一人",
            at=make.MORNING,
        )
        assert_came_true(foreseen, kept, duplicate)
        foreseen = changes_by_undoing(made)
        undo_merge(merge=made, membership=clerk, reason="两个人", at=make.MORNING)
        assert_came_true(foreseen, kept, duplicate)
    assert tried > 3


def assert_came_true(foreseen: list[Any], kept: Person, duplicate: Person) -> None:
    for change in foreseen:
        for person, place in (
            (kept, change.kept[1]),
            (duplicate, change.duplicate[1]),
        ):
            found = Standing.objects.filter(person=person, year=change.year).first()
            assert place.reason == (found.reason if found else None), person
            if found:
                assert place.learned_seconds == found.learned_seconds


def test_the_dossier_says_that_it_is_merged_and_links_both_ways(
    course: Course,
) -> None:
    clerk = client_of()
    kept, duplicate = make.counted(course), make.counted(course)
    recount_year(year=2020)
    clerk.post(compare(kept, duplicate), {"keep": kept.pk, "reason": "同一人"})
    merge = PersonMerge.objects.get()

    aside = page(clerk, f"/console/people/{duplicate.pk}/")
    assert "这份档案已并入" in aside
    assert f'href="/console/people/{kept.pk}/' in aside
    assert f'href="{MERGES}{merge.pk}/"' in aside
    whole = page(clerk, f"/console/people/{kept.pk}/")
    assert "并入这一份" in whole
    assert f'href="/console/people/{duplicate.pk}/' in whole
    assert f'href="{MERGES}{merge.pk}/"' in whole


def test_an_employer_gets_no_link_to_a_record_it_may_not_see(course: Course) -> None:
    shop = make.employer()
    own, elsewhere = make.counted(course, employer=shop), make.counted(course)
    mixed.merge(own, elsewhere)
    recount_year(year=2020)

    text = page(client_of("employer", employer=shop), f"/console/people/{own.pk}/")

    assert "这份档案已并入" in text
    assert f"/console/people/{elsewhere.pk}/" not in text
    assert MERGES not in text


def test_merged_records_are_not_merged_again_but_shown(course: Course) -> None:
    clerk = client_of()
    first, second, third = (make.counted(course) for _ in range(3))
    clerk.post(compare(first, second), {"keep": first.pk, "reason": "同一人"})

    text = page(clerk, compare(second, third))
    assert "已并入" in text
    assert "预先算的" not in text
    refused = clerk.post(compare(second, third), {"keep": third.pk, "reason": "同一人"})
    assert refused.status_code == 422
    assert "已经合并到另一份" in refused.content.decode()
    itself = clerk.get(f"{MERGES}compare/{first.pk}/{first.pk}/")
    assert itself.status_code == 422
    assert "同一份档案" in itself.content.decode()
    joined = clerk.get(f"{compare(first, third)}?keep={third.pk}")
    assert joined.context["kept"] == first
    missing = clerk.post(compare(first, third), {"keep": first.pk, "reason": ""})
    assert missing.status_code == 422
    assert "请写明原因。" in missing.content.decode()


def test_two_people_of_one_name_are_told_apart_and_can_be_looked_at_again(
    course: Course,
) -> None:
    clerk = client_of()
    one, other = make.counted(course), make.counted(course)
    find_likely_duplicates(at=make.MORNING)
    pair = LikelyDuplicate.objects.get()

    assert clerk.post(f"{PAIRS}{pair.pk}/apart/", {"reason": ""}).status_code == 422
    clerk.post(f"{PAIRS}{pair.pk}/apart/", {"reason": "打电话问过，是两个人"})

    assert "没有等人核对的" in page(clerk, PAIRS)
    assert "打电话问过，是两个人" in page(clerk, f"{PAIRS}?state=apart")
    assert "已认定不是同一人" in page(clerk, compare(one, other))
    assert AuditEntry.objects.filter(act="认定不是同一人").count() == 1
    clerk.post(f"{PAIRS}{pair.pk}/again/")
    assert compare(one, other) in page(clerk, PAIRS)


def test_a_record_is_looked_up_by_name_document_mobile_and_number(
    course: Course,
) -> None:
    clerk = client_of()
    someone, other = make.person(), make.person(name="李四")
    path = f"/console/people/{someone.pk}/duplicates/"

    assert "没有同名的档案" in page(clerk, path)
    for text in ("李四", other.id_number(), other.mobile(), other.number):
        assert compare(someone, other) in page(clerk, f"{path}?q={text}"), text
    assert "没有找到这样的档案" in page(clerk, f"{path}?q=赵无此人")
    assert f'href="{path}"' in page(clerk, f"/console/people/{someone.pk}/")


def test_a_district_merges_its_own_and_sees_no_others(course: Course) -> None:
    own = [make.counted(course) for _ in range(2)]
    away = make.employer(district=make.district("990103"))
    others = [make.counted(course, employer=away) for _ in range(2)]
    recount_year(year=2020)
    mixed.merge(others[1], others[0])
    LikelyDuplicate.objects.create(
        first=own[0], second=others[0], found_at=make.MORNING, seen_at=make.MORNING
    )
    clerk = client_of("district")

    assert clerk.get(compare(own[0], others[0])).status_code == 404
    foreign = PersonMerge.objects.get()
    assert clerk.get(f"{MERGES}{foreign.pk}/").status_code == 404
    undoing = clerk.post(f"{MERGES}{foreign.pk}/undoing/", {"reason": "试试"})
    assert undoing.status_code == 404
    assert "没有合并过档案" in page(clerk, MERGES)
    assert "没有等人核对的" in page(clerk, PAIRS)
    made = clerk.post(compare(*own), {"keep": own[0].pk, "reason": "同一人"})
    assert made.status_code == 302
    assert f'href="{MERGES}{PersonMerge.objects.latest("pk").pk}/"' in page(
        clerk, MERGES
    )


def test_offices_other_than_labor_look_and_do_not_merge(course: Course) -> None:
    one, other = make.counted(course), make.counted(course)
    for client in (
        client_of("auditor"),
        client_of("city", department=make.department("finance")),
    ):
        text = page(client, compare(one, other))
        assert "这里只能查看" in text
        assert 'name="reason"' not in text
    refused = client.post(compare(one, other), {"keep": one.pk, "reason": "同一人"})
    assert refused.status_code == 422
    assert "不能合并" in refused.content.decode()


def test_the_search_is_started_from_the_page(course: Course) -> None:
    clerk = client_of()

    started = clerk.post(f"{PAIRS}search/", follow=True)

    assert "查找疑似重复档案" in started.content.decode()
    again = clerk.post(f"{PAIRS}search/")
    assert again.status_code == 422
    assert "正在查找" in again.content.decode()


def test_merges_are_exported_without_full_numbers(course: Course) -> None:
    one, other = make.counted(course), make.counted(course)
    mixed.merge(other, one)

    answer = client_of().get(f"{MERGES}export/?state=holding")

    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) > 1000


def test_pages_take_the_same_queries_however_much_there_is(course: Course) -> None:
    clerk = client_of()
    one, other = make.counted(course), make.counted(course)
    mixed.merge(make.counted(course), make.counted(course))
    find_likely_duplicates(at=make.MORNING)
    paths = (
        MERGES,
        PAIRS,
        compare(one, other),
        f"/console/people/{one.pk}/duplicates/",
    )

    def queries() -> list[int]:
        taken = []
        for path in paths:
            page(clerk, path)
            with CaptureQueriesContext(connection) as captured:
                page(clerk, path)
            taken.append(len(captured))
        return taken

    few = queries()
    for _ in range(3):
        mixed.merge(make.counted(course), make.counted(course))
    for person in (one, other):
        for _ in range(3):
            make.employment(person=person)
            make.credit(person)
            make.certificate(person)
    find_likely_duplicates(at=make.MORNING)

    assert queries() == few
