"""Two records of one person count once, by a clerk's word that can be taken back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from ankang.accounts.models import Person
from ankang.audit.models import AuditEntry
from ankang.core.errors import Refusal
from ankang.counting.merging import merge_people, undo_merge
from ankang.counting.models import PersonMerge, Standing
from ankang.counting.services import (
    recount_changed,
    recount_people,
    recount_year,
    wrong_standings,
)
from ankang.evidence.models import Record
from ankang.integrity.models import Decision
from ankang.learning.models import Course
from ankang.organizations.models import Membership
from ankang.policies.models import RuleEdition
from tests import make, mixed

LATER = make.MORNING + timedelta(hours=1)


@pytest.fixture
def course() -> Course:
    make.edition(required_credit_hours="0.1")
    RuleEdition.objects.update(created_at=make.MORNING)
    return make.course()


@pytest.fixture
def clerk() -> Membership:
    return make.membership()


def merge(duplicate: Person, into: Person, clerk: Membership) -> PersonMerge:
    return merge_people(
        duplicate=duplicate, into=into, membership=clerk, reason="同一人", at=LATER
    )


def reasons() -> dict[int, str]:
    return dict(Standing.objects.values_list("person", "reason"))


def test_two_records_that_both_did_everything_count_as_one_person(
    course: Course, clerk: Membership
) -> None:
    kept, duplicate = make.counted(course), make.counted(course)
    recount_year(year=2020)
    assert Standing.objects.counted().count() == 2

    merge(duplicate, kept, clerk)

    assert reasons() == {kept.pk: "counted", duplicate.pk: "merged"}
    assert wrong_standings(2020) == []


def test_what_each_record_lacks_the_other_may_have(
    course: Course, clerk: Membership
) -> None:
    kept = make.employment().person
    make.watching(kept, course, seconds=100)
    duplicate = make.person(verified_at=None)
    make.watching(duplicate, course, seconds=300)
    make.paper(duplicate, course)
    make.credit(duplicate)
    recount_year(year=2020)
    assert reasons() == {kept.pk: "hours_short", duplicate.pk: "unverified"}

    merge(duplicate, kept, clerk)

    found = Standing.objects.get(person=kept)
    assert (found.reason, found.learned_seconds) == ("counted", 300)


def test_one_source_of_hours_counts_once_for_both_records(clerk: Membership) -> None:
    make.edition(required_credit_hours="0.8")
    course = make.course()
    kept, duplicate = make.counted(course), make.person()
    for person in (kept, duplicate):
        make.credit(person, source=f"course:{course.pk}", hours="0.4")
    kept.credit_entries.exclude(source=f"course:{course.pk}").delete()
    recount_year(year=2020)

    merge(duplicate, kept, clerk)

    assert reasons()[kept.pk] == "hours_short"


def test_a_duplicate_who_never_began_leaves_no_standing(
    course: Course, clerk: Membership
) -> None:
    kept, duplicate = make.counted(course), make.employment().person
    recount_year(year=2020)

    merge(duplicate, kept, clerk)

    assert reasons() == {kept.pk: "counted"}


def test_a_kept_person_who_never_began_stands_by_the_duplicates_facts(
    course: Course, clerk: Membership
) -> None:
    kept, duplicate = make.employment().person, make.counted(course)
    recount_year(year=2020)

    merge(duplicate, kept, clerk)

    assert reasons() == {kept.pk: "counted", duplicate.pk: "merged"}


def test_a_finding_against_the_duplicate_is_one_against_the_person(
    course: Course, clerk: Membership
) -> None:
    kept, duplicate = make.counted(course), make.counted(course)
    mixed.exclusion(duplicate)
    recount_year(year=2020)
    assert reasons() == {kept.pk: "counted", duplicate.pk: "finding"}

    merge(duplicate, kept, clerk)

    assert reasons() == {kept.pk: "finding", duplicate.pk: "merged"}


def test_undoing_gives_both_their_own_standing_again(
    course: Course, clerk: Membership
) -> None:
    kept, duplicate = make.counted(course), make.counted(course)
    recount_year(year=2020)
    before = set(Standing.objects.values_list("person", "reason", "employer"))
    made = merge(duplicate, kept, clerk)

    undo_merge(merge=made, membership=clerk, reason="是同名的两个人", at=LATER)

    after = set(Standing.objects.values_list("person", "reason", "employer"))
    assert after == before
    assert merge(duplicate, kept, clerk).pk != made.pk


def test_later_facts_of_the_duplicate_reach_the_person(
    course: Course, clerk: Membership
) -> None:
    kept, duplicate = make.employment().person, make.employment().person
    make.watching(kept, course, seconds=100)
    make.watching(duplicate, course, seconds=100)
    merge(duplicate, kept, clerk)
    make.paper(duplicate, course)
    make.credit(duplicate)

    recount_people(people=[duplicate.pk], year=2020)

    assert reasons() == {kept.pk: "counted", duplicate.pk: "merged"}


def test_merging_and_undoing_are_in_the_log_and_in_the_audit(
    course: Course, clerk: Membership
) -> None:
    kept, duplicate = make.counted(course), make.counted(course)

    made = merge(duplicate, kept, clerk)
    undo_merge(merge=made, membership=clerk, reason="看错了", at=LATER)

    kinds = Record.objects.filter(subject=f"person:{duplicate.number}")
    assert list(kinds.order_by("pk").values_list("kind", "source")) == [
        ("person.merged", f"merge:{made.pk}"),
        ("person.unmerged", f"merge:{made.pk}:undone"),
    ]
    assert f'"into":"person:{kept.number}"' in kinds.earliest("pk").body
    acts = AuditEntry.objects.order_by("pk")
    assert [one.act for one in acts] == ["合并档案", "撤回档案合并"]
    assert acts[1].detail["reason"] == "看错了"


def test_chains_and_repeats_are_refused(course: Course, clerk: Membership) -> None:
    first, second, third = (make.person() for _ in range(3))
    merge(second, first, clerk)

    for duplicate, into, sentence in (
        (first, first, "同一份"),
        (second, third, "已经合并"),
        (second, first, "已经合并"),
        (third, second, "自己已经合并"),
        (first, third, "保留这一份"),
    ):
        with pytest.raises(Refusal, match=sentence):
            merge(duplicate, into, clerk)
    merge(third, first, clerk)
    assert PersonMerge.objects.holding().count() == 2


def test_a_merge_is_undone_once_and_needs_words(
    course: Course, clerk: Membership
) -> None:
    made = merge(make.person(), make.person(), clerk)

    with pytest.raises(Refusal, match="请写明原因"):
        undo_merge(merge=made, membership=clerk, reason=" ", at=LATER)
    undo_merge(merge=made, membership=clerk, reason="看错了", at=LATER)
    with pytest.raises(Refusal, match="已经撤回"):
        undo_merge(merge=made, membership=clerk, reason="看错了", at=LATER)


@pytest.mark.parametrize("scope", ["employer", "auditor", "evaluator", "provider"])
def test_only_clerks_merge(course: Course, scope: str) -> None:
    with pytest.raises(Refusal, match="不能合并"):
        merge(make.person(), make.person(), make.membership(scope))


def test_the_database_holds_what_the_service_promises(course: Course) -> None:
    one, other = make.person(), make.person()
    mixed.merge(one, other)
    for duplicate, into, undone in (
        (one, make.person(), {}),
        (other, other, {}),
        (make.person(), other, {"undone_at": LATER}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            mixed.merge(duplicate, into, **undone)


def test_the_timer_sees_merges_and_findings_made_meanwhile(course: Course) -> None:
    kept, duplicate, found, freed = (make.counted(course) for _ in range(4))
    excluded = mixed.exclusion(freed)
    recount_year(year=2020)
    mixed.merge(duplicate, kept, at=LATER)
    mixed.exclusion(found)
    mixed.readmission(excluded)
    Decision.objects.update(at=LATER)

    recount_changed(since=LATER)

    assert reasons() == {
        kept.pk: "counted",
        duplicate.pk: "merged",
        found.pk: "finding",
        freed.pk: "counted",
    }
    PersonMerge.objects.update(
        undone_at=LATER + timedelta(hours=1),
        undone_by=make.staff(),
        undone_reason="看错了",
    )
    recount_changed(since=LATER + timedelta(hours=1))
    assert reasons()[duplicate.pk] == "counted"
