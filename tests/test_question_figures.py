"""Figures of a question: each reason to look at it is found, and none without answers."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankang.console.queries.items import item_figures
from ankang.learning.models import PaperQuestion
from ankang.policies.bank import BankRules
from ankang.quizzes.similar import Pair, alike, bigrams, likeness
from ankang.quizzes.statistics import Given, Item, item_of, reasons_to_look
from tests import make, practicing

LIMITS = BankRules.usual()


def item(**fields: Any) -> Item:
    usual = {
        "answers": 100,
        "easiness": 0.6,
        "discrimination": 0.4,
        "seconds": 12.0,
        "chosen": {0: 60, 1: 40},
    }
    return Item(**{**usual, **fields})


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"easiness": 0.97}, "太容易"),
        ({"easiness": 0.1}, "太难"),
        ({"discrimination": 0.05}, "分不出"),
        ({"chosen": {0: 100}}, "没有人选 B"),
        ({"seconds": 1.0}, "太快"),
    ],
)
def test_each_reason_to_look_is_told(fields: dict[str, Any], reason: str) -> None:
    (told,) = reasons_to_look(item(**fields), 2, LIMITS)
    assert reason in told


def test_a_good_question_and_one_with_few_answers_are_left_alone() -> None:
    assert reasons_to_look(item(), 2, LIMITS) == []
    assert reasons_to_look(item(answers=29, easiness=0.0), 2, LIMITS) == []


def answers(pairs: Sequence[tuple[bool, float]]) -> list[Given]:
    return [Given(is_right, rest) for is_right, rest in pairs]


def test_discrimination_is_the_correlation_with_the_rest() -> None:
    tells = item_of(answers([(True, 1.0), (True, 0.8), (False, 0.2), (False, 0.0)]))
    misleads = item_of(answers([(False, 1.0), (False, 0.8), (True, 0.2), (True, 0.0)]))

    assert tells.discrimination == pytest.approx(0.9701, abs=1e-4)
    assert misleads.discrimination == pytest.approx(-0.9701, abs=1e-4)
    assert item_of(answers([(True, 1.0), (True, 0.5)])).discrimination is None
    assert item_of(answers([(True, 0.5), (False, 0.5)])).discrimination is None


def test_no_answers_give_no_figures() -> None:
    assert item_of([]) == Item(0)


def test_figures_come_from_papers_handed_in_and_from_practice() -> None:
    make.edition()
    version = practicing.question("single")
    learner = make.person()
    group = practicing.group(learner)
    practicing.answer(group, 1, seconds=9.0)
    paper = make.paper(learner, make.course(), handed_in_at=None, score=None)
    PaperQuestion.objects.create(
        paper=paper, position=90, question=version, option_order=[0, 1, 2], chosen=[2]
    )

    before = item_figures(version)
    paper.handed_in_at, paper.score = make.MORNING, 0
    paper.save()
    after = item_figures(version)

    assert (before.answers, before.easiness, before.chosen) == (1, 1.0, {0: 1})
    assert (after.answers, after.easiness) == (2, 0.5)
    assert after.chosen == {0: 1, 2: 1}
    assert after.seconds == 9.0


def test_questions_with_nearly_the_same_words_are_paired() -> None:
    texts = {1: "进罐以前先做什么？", 2: "进罐之前先做什么", 3: "砂轮没有护罩怎么办？"}

    assert [(pair.one, pair.other) for pair in alike(texts, least=0.5)] == [(1, 2)]
    assert alike(texts, among=[3], least=0.5) == []
    assert alike({1: "甲乙丙", 2: "甲乙丙！"}, least=1) == [Pair(1.0, 1, 2)]


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_the_same_both_ways_and_whole_with_itself(a: str, b: str) -> None:
    one, other = bigrams(a), bigrams(b)

    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) == (1 if one else 0)


@pytest.mark.parametrize("wrong", [None, "95", True, -1])
def test_a_mistake_in_the_table_of_the_edition_is_named(wrong: object) -> None:
    table = {**vars(LIMITS), "easiest_percent": wrong}

    with pytest.raises(ValueError, match="easiest_percent"):
        BankRules.from_table(table)
