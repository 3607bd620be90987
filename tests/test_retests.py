"""A retest: announced before its seed, drawn once by anybody's shell, taken once."""

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from ankang.core.errors import Refusal
from ankang.counting.drawing import draw, list_digest
from ankang.counting.merging import merge_people
from ankang.credits.models import CertificateRevocation
from ankang.evidence.models import Record
from ankang.notices.models import Notice
from ankang.policies.models import Rules
from ankang.policies.retests import RetestRules
from ankang.retests.drawing import holder_text, lines_to_repeat, shares
from ankang.retests.figures import Outcome, wilson
from ankang.retests.models import Retest, RetestInvitation
from ankang.retests.queries import holders, outcome_of, outcomes_by_stratum
from ankang.retests.services.running import (
    BankTooSmallToRetest,
    DrawnAlready,
    MayNotRun,
    NobodyHolds,
    NoRetestRules,
    RetestSizeOutOfRange,
    SeedKnownAlready,
    SeedNotOutYet,
    close_retests,
    draw_retest,
    list_text_of,
)
from ankang.retests.services.sitting import WindowOver, answer, begin, hand_in
from tests import make, retesting
from tests.params import PARAMS
from tests.retesting import ANNOUNCED, MINUTE, SEED, SEED_AT

AFTER = SEED_AT + timedelta(hours=1)


def numbers(retest: Retest) -> list[str]:
    rows = retest.invitations.order_by("place")
    return list(rows.values_list("person__number", flat=True))


def by_shell(retest: Retest, folder: Path) -> list[str]:
    """The numbers that the lines on the page draw from the downloaded list."""
    (folder / retest.file_name).write_text(list_text_of(retest))
    lines = lines_to_repeat(
        seed=retest.seed, file=retest.file_name, quotas=retest.sizes()
    )
    done = subprocess.run(
        ["/bin/sh", "-c", lines],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.split()[2] for line in done.stdout.splitlines()]


def test_anybody_draws_the_same_people_with_a_shell(tmp_path: Path) -> None:
    people = retesting.ready(8)

    retest = retesting.drawn()

    listed = sorted(person.number for person in people)
    assert numbers(retest) == [n for _, n in draw(listed, seed=SEED, size=3)]
    assert by_shell(retest, tmp_path) == numbers(retest)
    assert list_digest(list_text_of(retest)) == retest.digest


def test_strata_get_their_share_and_a_shell_draws_them_too(tmp_path: Path) -> None:
    retesting.ready(0)
    for code, count in (("990101", 12), ("990102", 6), ("990103", 2)):
        home = make.employer(district=make.district(code))
        retesting.holders(count, employer=home)

    retest = retesting.drawn(strata="district", size=10)

    assert retest.sizes() == {"990101": 6, "990102": 3, "990103": 1}
    assert by_shell(retest, tmp_path) == numbers(retest)
    lines = outcomes_by_stratum(retest)
    assert [(one.label, one.people, one.outcome.invited) for one in lines] == [
        ("示例01区", 12, 6),
        ("示例02区", 6, 3),
        ("示例03区", 2, 1),
    ]


@pytest.mark.parametrize(
    ("people", "size", "quota"),
    [
        ({"a": 1, "b": 1, "c": 1}, 2, {"a": 1, "b": 1, "c": 0}),
        ({"a": 50, "b": 30, "c": 20}, 10, {"a": 5, "b": 3, "c": 2}),
        ({"a": 10, "b": 1}, 11, {"a": 10, "b": 1}),
        ({"a": 7, "b": 5, "c": 3}, 4, {"a": 2, "b": 1, "c": 1}),
    ],
)
def test_shares_follow_the_largest_remainder(
    people: dict[str, int], size: int, quota: dict[str, int]
) -> None:
    assert shares(people, size) == quota


def test_only_valid_certificates_of_the_year_are_on_the_list_and_once() -> None:
    first, second, third, fourth = retesting.ready(4)
    make.certificate(first)
    revoked = third.certificates.get()
    CertificateRevocation.objects.create(
        certificate=revoked, actor=make.staff(), reason="代考", at=ANNOUNCED
    )
    merge_people(
        membership=make.membership(),
        duplicate=fourth,
        into=second,
        reason="同一个人两份档案",
        at=ANNOUNCED,
    )

    found = holders(year=2020, strata="none")

    assert found == sorted(("all", one.number) for one in (first, second))
    assert holders(year=2021, strata="none") == []
    assert holder_text(found).count("\n") == 2


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"size": 7}, RetestSizeOutOfRange),
        ({"size": 0}, RetestSizeOutOfRange),
        ({"seed_at": ANNOUNCED}, SeedKnownAlready),
        ({"year": 2021}, NobodyHolds),
    ],
)
def test_what_cannot_be_a_fair_draw_is_not_announced(
    fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    retesting.ready(6)

    with pytest.raises(refusal):
        retesting.announced(**fields)

    assert not Retest.objects.exists()
    assert not Record.objects.filter(kind="retest.announced").exists()


def test_a_bank_too_small_is_noticed_before_anybody_is_invited() -> None:
    make.edition()
    make.question()
    retesting.holders(3)

    with pytest.raises(BankTooSmallToRetest):
        retesting.announced(size=2)


def test_an_edition_without_the_table_has_no_retest() -> None:
    params = {name: value for name, value in PARAMS.items() if name != "retest"}
    assert Rules.from_params(params).retest.questions == 0
    edition = make.edition()
    edition.params = params
    type(edition).objects.filter(pk=edition.pk).update(params=params)
    retesting.holders(3)

    with pytest.raises(NoRetestRules):
        retesting.announced()


@pytest.mark.parametrize("scope", ["evaluator", "district", "employer", "provider"])
def test_only_the_labor_office_and_the_auditor_run_it(scope: str) -> None:
    retesting.ready()
    retest = retesting.announced(make.membership("auditor"))
    other = make.membership(scope)

    with pytest.raises(MayNotRun):
        retesting.announced(other)
    with pytest.raises(MayNotRun):
        draw_retest(membership=other, retest=retest, seed=SEED, at=AFTER)


def test_nobody_draws_before_the_seed_is_out_nor_twice() -> None:
    retesting.ready()
    by = make.membership()
    retest = retesting.announced(by)

    with pytest.raises(SeedNotOutYet):
        draw_retest(
            membership=by, retest=retest, seed=SEED, at=SEED_AT - timedelta(seconds=1)
        )
    draw_retest(membership=by, retest=retest, seed=SEED, at=SEED_AT)
    with pytest.raises(DrawnAlready):
        draw_retest(membership=by, retest=retest, seed="another 1", at=AFTER)

    assert RetestInvitation.objects.count() == 3


def test_the_database_keeps_the_seed_after_the_announcement() -> None:
    retesting.ready()
    retest = retesting.announced()

    with pytest.raises(IntegrityError):
        Retest.objects.filter(pk=retest.pk).update(seed_at=ANNOUNCED)


def test_whoever_is_drawn_is_told_until_when_and_that_the_certificate_stays() -> None:
    retesting.ready()
    retest = retesting.drawn()

    notices = Notice.objects.all()

    assert notices.count() == 3
    text = notices[0].text
    assert "3 道题，15 分钟，9月16日（含）以前" in text
    assert "不影响你的合格证明" in text
    found = {
        f"/retests/{pk}/" for pk in retest.invitations.values_list("pk", flat=True)
    }
    assert {notice.path for notice in notices} == found


def test_who_is_drawn_sits_it_once_and_is_graded_here() -> None:
    retesting.ready()
    one = retesting.drawn().invitations.earliest("place")

    done = retesting.taken(one, right=2, at=AFTER)

    assert (done.score, done.is_passed) == (66, False)
    again = begin(invitation=one, device="", at=AFTER + 9 * MINUTE)
    assert again.begun_at == AFTER
    assert hand_in(invitation=one, at=AFTER + 9 * MINUTE).score == 66
    assert one.questions.count() == 3
    assert one.person.certificates.valid().count() == 1


def test_what_is_not_finished_is_handed_in_when_the_time_is_up() -> None:
    retesting.ready()
    one = retesting.drawn().invitations.earliest("place")
    begin(invitation=one, device="", at=AFTER)
    for position in (1, 2, 3):
        places = retesting.right_places(one, position)
        answer(invitation=one, position=position, places=places, at=AFTER + MINUTE)

    close_retests(AFTER + 14 * MINUTE)
    one.refresh_from_db()
    assert one.handed_in_at is None
    close_retests(AFTER + 20 * MINUTE)

    one.refresh_from_db()
    assert (one.score, one.is_passed) == (100, True)
    assert one.handed_in_at == AFTER + 15 * MINUTE


def test_nobody_begins_after_the_window_and_a_late_start_ends_with_it() -> None:
    retesting.ready()
    retest = retesting.drawn()
    first, second, _ = retest.invitations.order_by("place")
    assert retest.closes_at

    late = begin(invitation=first, device="", at=retest.closes_at - MINUTE)
    assert late.due_at == retest.closes_at
    with pytest.raises(WindowOver):
        begin(invitation=second, device="", at=retest.closes_at)


def test_whoever_did_not_take_it_is_counted_as_such() -> None:
    retesting.ready()
    retest = retesting.drawn()
    first, second, _ = retest.invitations.order_by("place")
    retesting.taken(first, right=3, at=AFTER)
    retesting.taken(second, right=0, at=AFTER)
    assert retest.closes_at

    close_retests(retest.closes_at - MINUTE)
    assert not Record.objects.filter(kind="retest.result").exists()
    close_retests(retest.closes_at)
    close_retests(retest.closes_at + MINUTE)

    outcome = outcome_of(retest)
    assert outcome == Outcome(invited=3, taken=2, passed=1)
    assert outcome.share == 0.5
    assert (outcome.missing, outcome.least, outcome.most) == (1, 1 / 3, 2 / 3)
    assert Record.objects.filter(kind="retest.result").count() == 1


@pytest.mark.parametrize(
    ("passed", "taken", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)],
)
def test_the_interval_is_that_of_wilson(
    passed: int, taken: int, low: float, high: float
) -> None:
    assert wilson(passed, taken) == pytest.approx((low, high), abs=1e-4)


def test_without_anybody_there_is_no_share() -> None:
    nobody = Outcome(invited=3, taken=0, passed=0)

    assert nobody.share is None
    assert nobody.interval is None
    assert (nobody.least, nobody.most) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"window_days": 0}, "window_days"),
        ({"minutes": "15"}, "minutes"),
        ({"pass_mark": 101}, "pass_mark"),
        ({"draw": {}}, "draw"),
        ({"draw": {"safety": 0}}, "safety"),
        ({"draw": [3]}, "draw"),
    ],
)
def test_an_edition_that_cannot_be_sat_is_refused(
    change: dict[str, object], named: str
) -> None:
    table = PARAMS["retest"]
    assert isinstance(table, dict)
    with pytest.raises(ValueError, match=named):
        RetestRules.from_table({**table, **change})
