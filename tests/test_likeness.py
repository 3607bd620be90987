"""Records that may be one person are found for a clerk; nobody else is."""

from datetime import datetime, timedelta

import pytest

from ankang.accounts.models import Person
from ankang.commands.tick import periodic_acts
from ankang.core.errors import Refusal
from ankang.counting.likeness import (
    LARGEST_GROUP,
    LIKENESS_KIND,
    find_likely_duplicates,
    start_likeness,
    start_likeness_if_due,
)
from ankang.counting.merging import look_again, merge_people, tell_apart
from ankang.counting.models import LikelyDuplicate
from ankang.jobs.models import Job
from ankang.jobs.services import run_job
from tests import make

LATER = make.MORNING + timedelta(days=1)


def find(at: datetime = make.MORNING) -> dict[tuple[int, int], list[str]]:
    """The pairs that wait, with their clues."""
    waiting = find_likely_duplicates(at=at)
    pairs = LikelyDuplicate.objects.waiting()
    assert pairs.count() == waiting
    return {(one.first_id, one.second_id): one.clues for one in pairs}


def born(day: str, name: str = "张三", **fields: object) -> Person:
    return make.person(number=make.id_number(born=day), name=name, **fields)


def test_one_name_and_one_birth_date_are_a_pair() -> None:
    one, other = born("19800101"), born("19800101")
    born("19800102")
    born("19800101", name="李四")

    found = find()

    assert list(found) == [(one.pk, other.pk)]
    assert "birth" in found[one.pk, other.pk]


def test_equal_ends_alone_are_chance_and_two_clues_are_a_pair() -> None:
    one = born("19800101", phone="13812345678")
    other = born("19850505", phone="13887655678")
    assert find() == {}

    Person.objects.update(id_mask="370***********1234")

    assert find(LATER) == {(one.pk, other.pk): ["id_ends", "mobile_ends"]}


def test_equal_ends_and_one_employer_are_a_pair() -> None:
    shop = make.employer()
    one = born("19800101", phone="13812345678")
    other = born("19850505", phone="13887655678")
    for person in (one, other):
        make.employment(employer=shop, person=person)

    assert find() == {(one.pk, other.pk): ["mobile_ends", "employer"]}


def test_people_without_a_mobile_are_not_alike_for_that() -> None:
    for day in ("19800101", "19850505"):
        born(day)
    Person.objects.update(mobile_mask="", mobile_index=None, mobile_sealed=None)

    assert find() == {}


def test_another_document_and_one_employer_are_clues_and_weigh() -> None:
    shop = make.employer()
    one = born("19800101", phone="13812345678")
    other = born("19800101", phone="13887655678")
    make.employment(employer=shop, person=one)
    make.employment(employer=shop, person=other)
    foreign = make.person(number="EA1234567", phone="13800005678", id_kind="other")

    found = find()

    assert set(found[one.pk, other.pk]) >= {"birth", "mobile_ends", "employer"}
    assert found[one.pk, foreign.pk] == ["mobile_ends", "other_id"]
    weights = LikelyDuplicate.objects.order_by("-weight")
    assert (weights[0].first_id, weights[0].second_id) == (one.pk, other.pk)


def test_numbers_that_differ_in_a_digit_or_two_are_the_heaviest_clue() -> None:
    one = make.person(number=make.id_number(number=11, born="19800101"))
    other = make.person(number=make.id_number(number=12, born="19800101"))

    assert find()[one.pk, other.pk][0] == "near_id"


def test_a_whole_file_of_one_name_and_birth_date_makes_no_flood_of_pairs() -> None:
    for _ in range(LARGEST_GROUP + 1):
        born("19800101")

    assert find() == {}


def test_finding_again_finds_the_same_and_forgets_what_is_no_longer_so() -> None:
    one, other = born("19800101"), born("19800101")
    born("19700101", name="王五")
    gone = born("19700101", name="王五")
    assert len(find()) == 2
    Person.objects.filter(pk=gone.pk).update(name="王小五")

    again = find(LATER)

    assert list(again) == [(one.pk, other.pk)]
    assert LikelyDuplicate.objects.get().found_at == make.MORNING


def test_who_was_told_apart_stays_so_until_a_clerk_looks_again() -> None:
    born("19800101")
    born("19800101")
    find()
    clerk = make.membership()
    pair = LikelyDuplicate.objects.get()

    tell_apart(pair=pair, membership=clerk, reason="打过电话", at=make.MORNING)

    assert find(LATER) == {}
    with pytest.raises(Refusal, match="已经认定"):
        tell_apart(pair=pair, membership=clerk, reason="打过电话", at=LATER)
    look_again(pair=pair, membership=clerk, at=LATER)
    assert len(find(LATER + timedelta(days=1))) == 1
    with pytest.raises(Refusal, match="不用撤回"):
        look_again(pair=pair, membership=clerk, at=LATER)


def test_telling_apart_takes_a_clerk_and_a_reason() -> None:
    born("19800101")
    born("19800101")
    find()
    pair = LikelyDuplicate.objects.get()

    with pytest.raises(Refusal, match="请写明原因"):
        tell_apart(pair=pair, membership=make.membership(), reason=" ", at=LATER)
    for act in (tell_apart, look_again):
        words = {"reason": "是两个人"} if act is tell_apart else {}
        with pytest.raises(Refusal, match="不能合并"):
            act(pair=pair, membership=make.membership("auditor"), at=LATER, **words)


def test_a_merged_pair_waits_no_more_and_comes_back_when_it_is_undone() -> None:
    make.edition()
    one, other = born("19800101"), born("19800101")
    find()
    merge_people(
        duplicate=other,
        into=one,
        membership=make.membership(),
        reason="同一人",
        at=make.MORNING,
    )

    assert not LikelyDuplicate.objects.waiting().exists()
    other.merges.update(undone_at=LATER, undone_by=make.staff(), undone_reason="看错了")
    assert LikelyDuplicate.objects.waiting().exists()


def test_the_timer_starts_it_once_a_night() -> None:
    night = make.MORNING.replace(hour=3)
    born("19800101")
    born("19800101")

    assert start_likeness_if_due(make.MORNING) is None
    job = start_likeness_if_due(night)
    assert job is not None
    assert start_likeness_if_due(night + timedelta(minutes=5)) is None
    assert start_likeness_if_due(night + timedelta(days=1)) is not None

    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    assert "1 对" in job.result["message"]
    assert "look_for_duplicates" in {act.__name__ for act in periodic_acts()}


def test_a_clerk_starts_it_unless_it_runs() -> None:
    clerk = make.membership()
    start_likeness(membership=clerk, url="/", at=make.MORNING)

    with pytest.raises(Refusal, match="正在查找"):
        start_likeness(membership=clerk, url="/", at=make.MORNING)
    with pytest.raises(Refusal, match="不能合并"):
        start_likeness(membership=make.membership("auditor"), url="/", at=make.MORNING)
    assert Job.objects.filter(kind=LIKENESS_KIND).count() == 1
