"""The bench of spaced review, small: what it compares, and that it compares fairly."""

import pytest

from ankang.practice.memory import calibrated, calibration_error
from bench import recall
from bench.recall import ORDERS, SLOW_TO_GAIN, USUAL, Trace, lines, person, simulate

SMALL = {"people": 12, "questions": 120, "days": 90}


def test_what_is_not_met_again_fades_and_meeting_it_late_strengthens_more() -> None:
    trace = Trace(strength=8, gain=4, effort_power=0.5)
    assert trace.recall(0) == pytest.approx(1)
    assert trace.recall(10) > trace.recall(30) > trace.recall(90) > 0
    early, late = (Trace(8, 4, 0.5) for _ in range(2))
    early.meet(1, knew=True)
    late.meet(8, knew=True)

    assert 8 < early.strength < late.strength


def test_the_same_person_has_the_same_nature_under_every_order() -> None:
    natures = {
        order: [trace.strength for trace in person(order, 3, 20, USUAL, seed=11).traces]
        for order in ORDERS
    }

    assert natures["fsrs"] == natures["saving"] == natures["fixed"] == natures["random"]


def test_the_order_of_risk_wins_against_fixed_days_and_chance_in_the_same_minutes() -> (
    None
):
    outcomes = {order: simulate(order, **SMALL) for order in ORDERS}

    minutes = [one.minutes for one in outcomes.values()]
    assert max(minutes) - min(minutes) < 0.03 * max(minutes)
    assert outcomes["fsrs"].recall > outcomes["fixed"].recall + 0.03
    assert outcomes["fsrs"].recall > outcomes["random"].recall + 0.08
    assert calibration_error(calibrated(outcomes["fsrs"].predictions)) < 0.08
    held = [one.met for one in lines(USUAL, {k: [v] for k, v in outcomes.items()})]
    assert held == [True, None, None, None]


def test_with_more_due_than_the_minutes_carry_the_order_of_risk_loses() -> None:
    """What the documents say against our own order, held to be true."""
    few = {**SMALL, "kind": SLOW_TO_GAIN}
    risk, saving, fixed = (
        simulate(order, **few).recall for order in ("fsrs", "saving", "fixed")
    )

    assert risk < fixed
    assert risk < saving


def test_a_target_that_is_missed_is_said() -> None:
    bad = recall.Outcome(0.5, 0.4, 180, [(0.9, True)])
    good = recall.Outcome(0.6, 0.5, 180, [(0.9, True)])

    [first, *_] = lines(USUAL, {"fsrs": [bad], "fixed": [good], "random": [bad]})

    assert first.met is False
