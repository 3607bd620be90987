"""The accounting core, by property."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ankang.learning.accounting import (
    BadBeat,
    Beat,
    Reason,
    State,
    Terms,
    account,
    bits_of,
    expire_check,
    is_complete,
    lowest,
    parse_beat,
    pass_check,
    ranges_of,
)

TERMS = Terms(duration=300, rate=1.0, slack=3, max_beat=20, window=60)
FRESH = State(
    covered=0,
    held=0,
    opened_at=0.0,
    closed_at=None,
    edge=0,
    debt=0,
    cap=8 * 3600,
    spent=0,
    check_at=None,
    check_issued_at=None,
)


def beat(*ranges: tuple[int, int], rate: float = 1.0, visible: bool = True) -> Beat:
    return Beat(sequence=1, ranges=ranges, rate=rate, is_visible=visible)


seconds = st.integers(min_value=0, max_value=299)
single_ranges = st.tuples(seconds, st.integers(1, 20)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], 300))
)
claims = st.tuples(single_ranges, st.floats(min_value=0, max_value=600))


@given(st.lists(claims, max_size=40), st.none() | st.integers(0, 299))
@settings(max_examples=300)
def test_credit_never_exceeds_elapsed_time_nor_counts_a_second_twice(
    sent: list[tuple[tuple[int, int], float]], check_at: int | None
) -> None:
    state = FRESH._replace(check_at=check_at)
    credited = 0
    latest = 0.0
    for claim, now in sent:
        latest = max(latest, now)
        outcome = account(state, beat(claim), now, TERMS)
        state = outcome.state
        credited += outcome.credited
        assert credited + state.held.bit_count() <= latest + TERMS.slack

    assert credited == state.covered.bit_count()
    assert state.covered & state.held == 0
    if check_at is not None:
        assert credited <= check_at


@given(st.lists(single_ranges, max_size=20), st.randoms(use_true_random=False))
def test_merging_commutes_and_is_idempotent(
    ranges: list[tuple[int, int]], shuffler: random.Random
) -> None:
    """With time enough for all, order and repetition change nothing."""
    late = 10_000.0

    def total(order: list[tuple[int, int]]) -> int:
        state = FRESH
        for claim in order:
            state = account(state, beat(claim), late, TERMS).state
        return state.covered

    shuffled = ranges + ranges
    shuffler.shuffle(shuffled)
    assert total(ranges) == total(shuffled) == bits_of(ranges)


@given(st.integers(min_value=0, max_value=2**300 - 1))
def test_ranges_and_bits_are_two_forms_of_one_thing(bits: int) -> None:
    assert bits_of(ranges_of(bits)) == bits


@given(st.integers(min_value=0, max_value=2**60), st.integers(-5, 70))
def test_the_lowest_bits_are_kept(bits: int, count: int) -> None:
    kept = lowest(bits, count)

    assert kept.bit_count() == min(bits.bit_count(), max(count, 0))
    assert kept & bits == kept


@given(st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_an_honest_replay_over_a_lossy_network_loses_under_half_a_percent(
    luck: random.Random,
) -> None:
    """Beats arrive late, twice and out of order; each arrives in the end."""
    sent = [(start, min(start + 15, 300)) for start in range(0, 300, 15)]
    arrivals = []
    for claim in sent:
        played_at = claim[1] + 0.2
        for _ in range(luck.choice([1, 1, 2])):
            arrivals.append((played_at + luck.uniform(0, 900), claim))
    state = FRESH
    for now, claim in sorted(arrivals):
        state = account(state, beat(claim), now, TERMS).state

    assert state.credited() >= 300 * 0.995


@pytest.mark.parametrize(
    "ranges",
    [
        [[-5, 10]],
        [[10, 5]],
        [[0, 301]],
        [[0.0, 10.0]],
        [[float("nan"), 10]],
        [[0, float("inf")]],
        [[0, 10], [5, 15]],
        [[20, 30], [0, 10]],
        [["0", "10"]],
        [[True, 10]],
        [[0, 10, 20]],
        "0-10",
        [None],
        [[0, 1]] * 21,
    ],
)
def test_ranges_that_no_player_sends_are_refused_whole(ranges: object) -> None:
    with pytest.raises(BadBeat) as refused:
        parse_beat(
            {"sequence": 1, "rate": 1.0, "visible": True, "ranges": ranges}, TERMS
        )

    assert refused.value.reason == Reason.MALFORMED


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists))
def test_any_other_shape_of_message_is_refused_not_a_crash(raw: object) -> None:
    with pytest.raises(BadBeat):
        parse_beat({"sequence": raw, "rate": raw, "ranges": raw, "visible": raw}, TERMS)


def test_one_message_claiming_everything_is_refused() -> None:
    with pytest.raises(BadBeat) as refused:
        parse_beat(
            {"sequence": 1, "rate": 1.0, "visible": True, "ranges": [[0, 300]]}, TERMS
        )

    assert refused.value.reason == Reason.TOO_LONG


def test_only_the_last_packet_earns_nothing() -> None:
    outcome = account(FRESH, beat((285, 300)), 5.0, TERMS)

    assert outcome.credited == 0
    assert outcome.refused == ((Reason.AHEAD, 15),)


def test_sixteen_times_speed_earns_nothing_when_told_and_time_only_when_hidden() -> (
    None
):
    told = account(FRESH, beat((0, 16), rate=16.0), 1.0, TERMS)
    hidden = account(FRESH, beat((0, 16)), 1.0, TERMS)

    assert told.credited == 0
    assert hidden.credited <= 1 + TERMS.slack


def test_nothing_past_a_due_check_is_credited_until_it_is_passed() -> None:
    state = FRESH._replace(check_at=10)
    first = account(state, beat((0, 15)), 15.0, TERMS)
    second = account(first.state, beat((15, 30)), 30.0, TERMS)

    assert (first.credited, first.held, first.issues_check) == (10, 5, True)
    assert (second.credited, second.held, second.issues_check) == (0, 15, False)

    passed = pass_check(second.state, None)
    assert passed.credited() == 30


def test_a_missed_check_costs_the_held_stretch_only_and_comes_again() -> None:
    first = account(FRESH._replace(check_at=10), beat((0, 15)), 15.0, TERMS)
    late = account(first.state, beat((15, 30)), 15.0 + 61, TERMS)

    assert expire_check(first.state, 76.0, TERMS)[1] == 5
    assert late.state.credited() == 10
    assert late.issues_check


def test_the_window_of_a_check_is_sixty_seconds() -> None:
    state = account(FRESH._replace(check_at=10), beat((0, 15)), 15.0, TERMS).state

    assert expire_check(state, 75.0, TERMS) == (state, 0)
    assert expire_check(state, 75.1, TERMS)[1] == 5


def test_a_closed_session_gets_no_slack_and_no_time_after_its_end() -> None:
    closed = FRESH._replace(closed_at=10.0)

    assert account(closed, beat((0, 15)), 500.0, TERMS).credited == 10


def test_debt_of_earlier_sessions_is_taken_off() -> None:
    indebted = FRESH._replace(debt=3)

    assert account(indebted, beat((0, 10)), 5.0, TERMS).credited == 5


def test_the_daily_cap_bounds_credit() -> None:
    tired = FRESH._replace(cap=4)
    outcome = account(tired, beat((0, 10)), 60.0, TERMS)

    assert outcome.credited == 4
    assert outcome.refused == ((Reason.DAILY_CAP, 6),)


def test_a_lesson_is_complete_at_the_share_and_an_empty_one_never() -> None:
    assert is_complete(bits_of([(0, 285)]), 300, 0.95)
    assert not is_complete(bits_of([(0, 284)]), 300, 0.95)
    assert not is_complete(0, 0, 0.95)
