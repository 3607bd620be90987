"""How people practice is data of the edition: shipped editions hold, mistakes are named."""

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ankang.policies.models import Rules
from ankang.policies.practice import KINDS, MODES, PracticeRules
from ankang.practice.models import Mode
from ankang.quizzes.models import QuestionVersion
from tests.params import PARAMS, PRACTICE

ROOT = Path(__file__).resolve().parent.parent
EDITIONS = sorted(ROOT.glob("cities/*/editions/*.toml"))


def test_the_editions_table_has_each_mode_of_the_program() -> None:
    assert set(MODES) == set(Mode.values)
    assert set(KINDS) == set(QuestionVersion.Kind.values)


@pytest.mark.parametrize("path", EDITIONS, ids=lambda path: path.stem)
def test_shipped_editions_name_only_kinds_that_exist(path: Path) -> None:
    rules = Rules.from_params(tomllib.loads(path.read_text())["params"]).practice

    kinds = {kind for mode in rules.modes.values() for kind in mode.kinds}
    assert kinds <= set(QuestionVersion.Kind.values)
    assert rules.modes["daily"].questions == 5
    assert rules.modes["challenge"].lives == 1
    assert rules.modes["special"].minutes > 0


SET = {"code": "dust", "name": "粉尘", "topics": ["粉尘"]}
MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"open_hours": 0}, "open_hours"),
    ({"desired_retention": "1.2"}, "desired_retention"),
    ({"desired_retention": "much"}, "desired_retention"),
    ({"desired_retention": 0.9}, "desired_retention"),
    ({"review_minutes": True}, "review_minutes"),
    ({"sets": {}}, "sets"),
    ({"sets": [{"code": "x", "name": "空的"}]}, "practice.sets"),
    ({"daily": {**PRACTICE["daily"], "questions": 0}}, "daily"),
    ({"daily": {**PRACTICE["daily"], "kinds": {}}}, "kinds"),
    ({"daily": {**PRACTICE["daily"], "kinds": {"single": -1}}}, "kinds"),
    ({"daily": {**PRACTICE["daily"], "difficulties": [1, 1]}}, "difficulties"),
    ({"daily": {**PRACTICE["daily"], "questions": 51}}, "1 到 50"),
    ({"daily": {**PRACTICE["daily"], "kinds": {"singel": 1}}}, "没有 singel 这一项"),
    ({"daily": {**PRACTICE["daily"], "minuts": 5}}, "没有 minuts 这一项"),
    ({"daly": PRACTICE["daily"]}, "没有 daly 这一项"),
    ({"challenge": {**PRACTICE["challenge"], "lives": 0}}, "要有结束的时候"),
    ({"sets": [{**SET, "strands": "x"}]}, "没有 strands 这一项"),
    ({"sets": [{**SET, "topics": "粉尘"}]}, "一列主题"),
    ({"sets": [SET, SET]}, "dust 写了两次"),
    ({"weekly": None}, "weekly"),
]


@pytest.mark.parametrize(("change", "named"), MISTAKES)
def test_a_mistake_in_the_table_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        PracticeRules.from_table({**copy.deepcopy(PRACTICE), **change})


def test_an_edition_from_before_practice_asks_nothing_and_signals_nothing() -> None:
    signals = {k: v for k, v in PARAMS["signals"].items() if k != "practice_quick"}
    old = {k: v for k, v in PARAMS.items() if k != "practice"}

    rules = Rules.from_params({**old, "signals": signals})

    assert not any(mode.kinds for mode in rules.practice.modes.values())
    assert rules.signals.practice_quick == 0
