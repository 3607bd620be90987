"""Practice questions of a city folder: each kind is checked, loaded once, and asked."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from ankang.attachments.drawings import is_plain_drawing
from ankang.attachments.models import Attachment
from ankang.commands.load_city import load
from ankang.quizzes.grading import grade
from ankang.quizzes.models import Question, QuestionVersion
from tests import practicing
from tests.cities import SHILI, shili
from tests.test_load_city import QINGDAO, change

FILE = "practice/all-kinds.toml"
RIGHT = {
    "p-single": [0],
    "p-true": [1],
    "p-blank": ["三十"],
    "p-order": [1, 0, 2],
    "p-hazard": [[21, 41]],
}


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    return shili(tmp_path)


def test_every_kind_is_loaded_for_practice_and_graded(folder: Path) -> None:
    assert load(folder, "") == 0

    for code, response in RIGHT.items():
        version = QuestionVersion.objects.get(question__code=code, is_current=True)
        graded = grade(kind=version.kind, answer=version.answer, response=response)
        assert graded.is_right, code
    single = Question.objects.for_practice().get(code="p-single")
    assert (single.industries, single.posts) == (["33"], ["磨工"])
    assert not Question.objects.in_the_bank().filter(code="p-single").exists()
    assert single.versions.get().hint == "想想碎片往哪里飞。"


@pytest.mark.parametrize("city", [QINGDAO, SHILI], ids=lambda path: path.name)
def test_no_hint_says_the_answer(city: Path) -> None:
    telling = []
    for path in city.glob("practice/*.toml"):
        for one in tomllib.loads(path.read_text())["question"]:
            if any(words in one.get("hint", "") for words in right_words(one)):
                telling.append(one["code"])
    assert telling == ["p-safety-087"] * (city == QINGDAO)  # 一 hour, 一 meal: no clue


@pytest.mark.parametrize("city", [QINGDAO, SHILI], ids=lambda path: path.name)
def test_no_stem_says_what_belongs_into_its_blank(city: Path) -> None:
    telling = []
    for path in city.glob("practice/*.toml"):
        for one in tomllib.loads(path.read_text())["question"]:
            blanks = one.get("blanks", [])
            if any(is_said(words, one["stem"]) for blank in blanks for words in blank):
                telling.append(one["code"])
    assert telling == []


def is_said(words: str, stem: str) -> bool:
    """Do the words stand in the stem, a number not as part of a longer one?"""
    return bool(re.search(rf"(?<!\d){re.escape(words)}(?!\d)", stem))


def right_words(one: dict[str, Any]) -> list[str]:
    """What is right, in words that a hint could give away."""
    if one["kind"] == "fill_in":
        return [words for blank in one["blanks"] for words in blank]
    if one["kind"] == "hazard":
        return [
            words for found in one["hazards"] for words in (found["name"], found["why"])
        ]
    if one["kind"] in {"single", "multiple"}:
        return [one["options"]["ABCDEFGH".index(letter)] for letter in one["answer"]]
    return []


def test_the_drawing_of_a_hazard_question_is_kept_as_an_attachment(
    folder: Path,
) -> None:
    load(folder, "")

    version = QuestionVersion.objects.get(question__code="p-hazard")
    drawing = Attachment.objects.for_lessons().get(pk=version.picture)
    assert (drawing.kind, drawing.content_type) == ("drawing", "image/svg+xml")


def test_only_changed_practice_questions_get_a_version(folder: Path) -> None:
    load(folder, "")
    change(folder, FILE, '"BAC"', '"ABC"')
    change(folder, FILE, "y = 40.5", "y = 41.5")

    assert load(folder, "") == 0

    changed = QuestionVersion.objects.filter(number=2)
    assert set(changed.values_list("question__code", flat=True)) == {
        "p-order",
        "p-hazard",
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('answer = "A"', 'answer = "C"', 9, "只能用 AB"),
        ('answer = "BAC"', 'answer = "BA"', 36, "每一步的字母各写一次"),
        ("在____日", "在几日", 28, "四个下划线"),
        ('[["30", "三十"]]', '[["30"], ["三十"]]', 28, "答案却有 2 个"),
        ('[["30", "三十"]]', '["30"]', 29, "另一种填法"),
        ('"hazard-yard"', '"hazard-field"', 46, "没有这幅图画"),
        ('"hazard-yard"', '"../hazard"', 46, "没有这幅图画"),
        ("r = 6", "r = 60", 47, "0 到 50 的数"),
        ("r = 6", "r = 0", 45, "大于零的半径"),
        ('kind = "fill_in"', 'kind = "essay"', 27, "kind 只能是"),
        ('["33"]', '["99"]', 13, "没有这个行业"),
        ('code = "p-true"', 'code = "p-single"', 17, "重复"),
    ],
)
def test_a_mistake_in_a_practice_question_is_named_with_its_line(
    folder: Path,
    old: str,
    new: str,
    line: int,
    reason: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change(folder, FILE, old, new)

    assert load(folder, "") == 1
    told = capsys.readouterr().err
    assert f"{FILE}:{line}: " in told
    assert reason in told
    assert not Question.objects.exists()


def test_an_exam_question_of_a_kind_for_practice_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder, "questions/safety.toml", 'kind = "single"', 'kind = "ordering"')

    assert load(folder, "") == 1
    assert "kind 只能是 single、multiple、true_false" in capsys.readouterr().err


HEAD = (
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:l="http://www.w3.org/1999/xlink">'
)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html></html>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + HEAD + b"</svg>",
        HEAD + b"<script>1</script></svg>",
        HEAD + b'<rect onclick="1"/></svg>',
        HEAD + b'<foreignObject width="1"/></svg>',
        HEAD + b'<image href="https://example.com/a.png"/></svg>',
        HEAD + b'<use l:href="https://example.com/a.svg#b"/></svg>',
        HEAD + b'<rect style="fill:url(https://example.com/a)"/></svg>',
        HEAD + b"<style>*{}</style></svg>",
    ],
)
def test_a_drawing_that_runs_or_fetches_something_is_refused(content: bytes) -> None:
    assert not is_plain_drawing(content)


def test_a_drawing_of_shapes_is_taken() -> None:
    inside = (
        b'<defs><circle id="a" r="1"/></defs><use l:href="#a" fill="url(#b)"/></svg>'
    )
    assert is_plain_drawing(HEAD + inside)


def test_the_practice_questions_of_qingdao_are_right_in_form(folder: Path) -> None:
    assert load(QINGDAO, "") == 0

    asked = Question.objects.for_practice()
    assert asked.count() >= 320
    assert asked.filter(versions__kind="hazard").count() >= 10
    assert set(asked.values_list("strand__code", flat=True)) == {
        "policy",
        "safety",
        "health",
    }


def test_a_misspelled_topic_of_a_special_set_is_refused_with_the_nearest(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edition = "editions/2021.toml"
    change(
        folder,
        edition,
        'name = "工伤保险政策", strand = "policy" }',
        'name = "机械", topics = ["机戒伤害"] }',
    )

    assert load(folder, "") == 1

    said = capsys.readouterr().err
    assert "专项“机械”的主题“机戒伤害”在练习题里没有，最接近的是“机械伤害”" in said
    assert edition in said


def test_a_topic_that_was_written_here_is_as_good_as_one_of_the_folder(
    folder: Path,
) -> None:
    load(folder, "")
    practicing.question("single", topic="高温作业")
    change(
        folder,
        "editions/2021.toml",
        'name = "工伤保险政策", strand = "policy" }',
        'name = "高温", topics = ["高温作业"] }',
    )

    assert load(folder, "") == 0
