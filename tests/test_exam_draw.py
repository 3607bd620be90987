"""Drawing the questions of a paper."""

from collections import Counter
from random import Random

import pytest

from ankang.learning.drawing import BankTooSmall, Candidate, draw, shuffled_options

CHANCE = Random(20201120)


def test_a_paper_takes_so_many_of_each_strand_with_the_difficulties_mixed() -> None:
    bank = [
        Candidate(version=number, strand=strand, difficulty=number % 3 + 1)
        for number, strand in enumerate(["policy"] * 30 + ["safety"] * 30)
    ]

    for _ in range(50):
        drawn = draw(
            bank, {"policy": 6, "safety": 3}, seen={}, earlier=[], chance=CHANCE
        )
        assert len(set(drawn)) == 9
        assert Counter(bank[n].strand for n in drawn) == {"policy": 6, "safety": 3}
        assert Counter(bank[n].difficulty for n in drawn) == {1: 3, 2: 3, 3: 3}


def test_every_question_of_the_bank_is_drawn_about_equally_often() -> None:
    bank = [Candidate(n, "safety", n % 3 + 1) for n in range(12)]
    times: Counter[int] = Counter()

    for _ in range(2000):
        times.update(draw(bank, {"safety": 3}, seen={}, earlier=[], chance=CHANCE))

    assert set(times) == set(range(12))
    assert max(times.values()) < 1.4 * min(times.values())


def test_a_second_paper_takes_questions_not_seen_before() -> None:
    bank = [Candidate(n, "safety", 1) for n in range(6)]

    drawn = draw(
        bank,
        {"safety": 3},
        seen={0: 1, 1: 1, 2: 1},
        earlier=[frozenset({0, 1, 2})],
        chance=CHANCE,
    )

    assert set(drawn) == {3, 4, 5}


def test_the_same_set_is_not_drawn_twice_if_the_bank_allows_another() -> None:
    bank = [Candidate(0, "safety", 1), Candidate(1, "safety", 2)] + [
        Candidate(n, "safety", 3) for n in (2, 3)
    ]
    earlier: list[frozenset[int]] = []

    for _ in range(4):
        seen = Counter(n for one in earlier for n in one)
        drawn = draw(bank, {"safety": 3}, seen=seen, earlier=earlier, chance=CHANCE)
        earlier.append(frozenset(drawn))

    assert len(set(earlier)) >= 3


def test_a_bank_that_is_too_small_says_which_strand() -> None:
    with pytest.raises(BankTooSmall, match="safety"):
        draw([], {"safety": 1}, seen={}, earlier=[], chance=CHANCE)


def test_options_are_shuffled() -> None:
    orders = {tuple(shuffled_options(3, CHANCE)) for _ in range(100)}

    assert len(orders) == 6
