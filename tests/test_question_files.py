"""Questions out as a text or a workbook and in again: nothing is lost, nothing is guessed."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankang.organizations.models import Membership
from ankang.quizzes.check import Checked, check_rows
from ankang.quizzes.models import Question, QuestionVersion
from ankang.quizzes.plain_text import read_text, write_text
from ankang.quizzes.queries import known_to, latest_versions
from ankang.quizzes.services.importing import (
    BadRowsLeft,
    NothingToImport,
    difference_of,
    import_questions,
)
from ankang.quizzes.sheets import Row, blanks_of, joined, row_of, split
from ankang.quizzes.workbook import read_questions, write_questions
from tests import make, practicing

TYPED = """进罐以前先做什么？
A. 通风
B、直接下去
答案：A
解析：先通风，再检测。
板块：安全生产
主题：有限空间

戴手套操作钻床更安全。
答案：错
解析：手套会被缠住。
板块：安全生产

单位应当在____日内提出工伤认定申请。
答案：30/三十
解析：三十日内。
板块：安全生产
"""


def strand_name() -> str:
    return make.strand().name


def typed(text: str = TYPED) -> str:
    return text.replace("安全生产", strand_name())


def checked(text: str, membership: Membership) -> Checked:
    return check_rows(read_text(text), known_to(membership))


def bank() -> list[QuestionVersion]:
    """One question of each kind, with signs that the forms use themselves."""
    practicing.question(
        "single",
        stem="看图：\n答案：这一行是题干",
        options=["A. 像选项", "a/b；c|d\\e", "三\n> 行"],
        explanation="第一行。\n\n解析：也不是字段。\nB. 也不是选项。",
        topic="机械伤害",
        posts=["焊工", "车工"],
    )
    practicing.question("multiple")
    practicing.question("true_false")
    practicing.question("fill_in", answer=[["30日", "1/2", "甲；乙", "c\\d"]])
    practicing.question("ordering")
    picture = make.picture()
    hazards = [{"name": "油|水", "x": 20.5, "y": 40, "r": 6, "why": "滑。"}]
    practicing.question("hazard", picture=str(picture.pk), answer=hazards)
    return latest_versions(Question.objects.for_practice())


def through_text(rows: list[Row]) -> list[Row]:
    return read_text(write_text(rows))


def through_workbook(rows: list[Row]) -> list[Row]:
    with write_questions(rows, strands=[strand_name()]) as file:
        return read_questions(file.read())


@pytest.mark.parametrize("through", [through_text, through_workbook])
def test_what_is_exported_comes_back_unchanged(
    through: Callable[[list[Row]], list[Row]],
) -> None:
    versions = bank()
    rows = [row_of(one.question, one) for one in versions]

    back = check_rows(through(rows), known_to(make.membership()))

    assert back.faults == []
    difference = difference_of(back.entries)
    assert len(difference.unchanged) == len(versions) == 6
    assert (difference.new, difference.changed, difference.refused) == ([], [], [])
    with pytest.raises(NothingToImport):
        import_questions(
            checked=back,
            leaves_out=False,
            membership=make.membership(),
            at=make.MORNING,
        )


def test_what_a_teacher_types_becomes_drafts_of_the_right_kinds() -> None:
    writer = make.membership()

    saved = import_questions(
        checked=checked(typed(), writer),
        leaves_out=False,
        membership=writer,
        at=make.MORNING,
    )

    assert [one.kind for one in saved] == ["single", "true_false", "fill_in"]
    assert [one.answer for one in saved] == [[0], [1], [["30", "三十"]]]
    assert {(one.state, one.is_current) for one in saved} == {("draft", False)}
    assert saved[0].question.topic == "有限空间"


def test_the_same_words_again_are_no_new_questions() -> None:
    writer = make.membership()
    for _ in range(2):
        found = checked(typed(), writer)
        difference = difference_of(found.entries)
        if difference.new:
            import_questions(
                checked=found, leaves_out=False, membership=writer, at=make.MORNING
            )
    assert Question.objects.count() == 3
    assert len(difference.unchanged) == 3


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("答案：A\n", "答案：C\n", 1, "答案是“C”"),
        ("答案：错", "答案：也许", 9, "答案是“也许”"),
        ("____日", "几日", 14, "答案是“30/三十”"),
        ("主题：有限空间", "难度：9", 1, "难度是“9”"),
        ("主题：有限空间", "行业：ZZ", 1, "没有这个行业：ZZ"),
        ("主题：有限空间", "题型：问答题", 1, "没有这种题型"),
        ("B、直接下去", "C、直接下去", 1, "有选项 A、C"),
        ("解析：三十日内。", "提示：一个月", 14, "题干和解析都要写"),
        ("进罐以前先做什么？", "进" * 501, 1, "有 501 个字"),
        (
            "戴手套操作钻床更安全。",
            "单位应当在____日内提出工伤认定申请。",
            14,
            "和第 9 行重复",
        ),
    ],
)
def test_each_mistake_is_told_with_its_line(
    old: str, new: str, line: int, reason: str
) -> None:
    text = typed()
    assert old in text

    found = checked(text.replace(old, new, 1), make.membership())

    assert line in found.bad_rows()
    assert any(reason in fault.reason for fault in found.faults)
    assert all(fault.advice for fault in found.faults)


def test_a_file_with_a_mistake_is_saved_only_when_it_is_left_out() -> None:
    writer = make.membership()
    found = checked(typed().replace("答案：错", "答案：也许"), writer)

    with pytest.raises(BadRowsLeft):
        import_questions(
            checked=found, leaves_out=False, membership=writer, at=make.MORNING
        )
    assert not Question.objects.exists()
    import_questions(checked=found, leaves_out=True, membership=writer, at=make.MORNING)
    assert Question.objects.count() == 2


def test_an_office_imports_questions_of_its_own_strands_only() -> None:
    found = checked(typed(), make.membership("city", "health"))

    assert found.entries == []
    assert all("别的部门" in fault.reason for fault in found.faults)


def test_a_changed_question_becomes_a_draft_beside_the_words_in_use() -> None:
    old = practicing.question("single")
    text = write_text([row_of(old.question, old)]).replace("先通风", "先检测")
    writer = make.membership()

    (draft,) = import_questions(
        checked=checked(text, writer),
        leaves_out=False,
        membership=writer,
        at=make.MORNING,
    )

    old.refresh_from_db()
    assert (draft.question_id, draft.number) == (old.question_id, 2)
    assert (old.is_current, draft.is_current) == (True, False)


def test_an_exam_question_is_not_changed_by_a_file_of_practice_questions() -> None:
    exam = make.question()
    text = write_text([row_of(exam.question, exam)]).replace("先通风", "先检测")

    difference = difference_of(checked(text, make.membership()).entries)

    assert [reason for _, reason in difference.refused] == [
        f"{exam.question.code} 是考试题、课后小题，或者已停用、正在审核，不能在这里改。"
    ]


@given(st.lists(st.text(min_size=1), min_size=1))
def test_signs_inside_a_text_do_not_part_it(texts: list[str]) -> None:
    assert len(split(joined(texts, "/", "；"), "/")) == len(texts)


def test_a_blank_takes_several_texts_and_a_stem_several_blanks() -> None:
    assert blanks_of("30/三十；一年/1年") == [["30", "三十"], ["一年", "1年"]]
