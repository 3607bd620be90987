"""The question bank: versions, retirement, and its pages."""

import pytest
from django.test import Client
from django.urls import reverse

from ankang.organizations.models import Membership
from ankang.quizzes.models import Question
from ankang.quizzes.services.bank import (
    NotAQuestionAuthor,
    QuestionRetired,
    restore_question,
    retire_question,
    reword,
)
from ankang.quizzes.services.review import draft_question
from ankang.quizzes.wording import BadWording, Wording
from tests import make
from tests.writing import Sent, options, sent

WORDS = Wording("single", "先做什么？", ("通风", "进入"), (0,), "先通风。")


def test_a_change_is_the_next_version_and_the_old_one_is_kept() -> None:
    asked = make.question()

    changed = reword(question=asked.question, wording=WORDS, at=make.MORNING)
    again = reword(question=asked.question, wording=WORDS, at=make.MORNING)

    asked.refresh_from_db()
    assert again == changed
    assert (changed.number, changed.is_current) == (2, True)
    assert (asked.is_current, asked.stem) == (False, "下罐之前先做什么？")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"stem": " "}, "题干和解析"),
        ({"explanation": ""}, "题干和解析"),
        ({"options": ("通风",)}, "2 到 8 个"),
        ({"options": ("通风", "通风 ")}, "两个选项一样"),
        ({"answer": ()}, "选出正确答案"),
        ({"answer": (2,)}, "选出正确答案"),
        ({"answer": (0, 1)}, "只有一个正确答案"),
        ({"kind": "multiple"}, "至少有两个正确答案"),
    ],
)
def test_words_that_make_no_question_are_refused(
    fields: dict[str, object], reason: str
) -> None:
    words: dict[str, object] = {
        "kind": "single",
        "stem": "先做什么？",
        "options": ("通风", "进入"),
        "answer": (0,),
        "explanation": "先通风。",
    }
    with pytest.raises(BadWording, match=reason):
        reword(
            question=make.question().question,
            wording=Wording(**{**words, **fields}),  # type: ignore[arg-type]
            at=make.MORNING,
        )


def test_the_strands_office_and_the_labor_office_write_exam_questions() -> None:
    question = make.question().question
    for scope, office, may in [
        ("city", "labor", True),
        ("city", "emergency", True),
        ("city", "health", False),
        ("provider", "", False),
        ("auditor", "", False),
    ]:
        membership = make.membership(scope, office)
        assert question.may_be_written_by(membership) is may
        if not may:
            with pytest.raises(NotAQuestionAuthor):
                draft_question(
                    question=question,
                    membership=membership,
                    wording=WORDS,
                    at=make.MORNING,
                )
            with pytest.raises(NotAQuestionAuthor):
                retire_question(
                    question=question, membership=membership, at=make.MORNING
                )


def test_a_retired_question_leaves_the_bank_until_it_is_restored() -> None:
    question, editor = make.question().question, make.membership()

    retire_question(question=question, membership=editor, at=make.MORNING)
    assert not Question.objects.in_the_bank().exists()
    with pytest.raises(QuestionRetired):
        draft_question(
            question=question, membership=editor, wording=WORDS, at=make.MORNING
        )

    restore_question(question=question, membership=editor, at=make.MORNING)
    assert Question.objects.in_the_bank().get() == question


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        ("city", {"exam", "check"}),
        ("auditor", {"exam", "check"}),
        ("evaluator", {"exam", "check"}),
        ("provider", {"check"}),
        ("district", set()),
        ("employer", set()),
    ],
)
def test_exam_answers_stay_with_the_city(scope: str, seen: set[str]) -> None:
    make.question()
    make.question(purpose="check")
    membership: Membership = make.membership(scope)

    visible = Question.objects.visible_to(membership)

    assert set(visible.values_list("purpose", flat=True)) == seen


def test_the_pages_write_a_question_and_its_next_version(client: Client) -> None:
    make.city()
    client.force_login(make.staff())
    strand = make.strand()
    url = reverse("console:question-create")

    exam: Sent = {"purpose": "exam", "strand": str(strand.pk)}
    rows = options("通风", "进入", right="0")
    for wrong, reason in [
        (sent("single", rows, exam, right=["0", "1"]), "只有一个正确答案"),
        (sent("single", rows, exam, stem=""), "请写题干"),
        (sent("ordering", rows, exam), "选择一个有效的选项"),
    ]:
        refused = client.post(url, wrong)
        assert refused.status_code == 422
        assert reason in refused.content.decode()
    client.post(url, sent("single", rows, exam, stem="先做什么？", topic="有限空间"))
    question = Question.objects.get()
    assert not Question.objects.in_the_bank().exists()
    approved(client, question)
    assert Question.objects.in_the_bank().get() == question

    edit = reverse("console:question-edit", args=[question.pk])
    assert 'value="通风"' in client.get(edit).content.decode()
    client.post(edit, sent("true_false", truth="1", difficulty="3"))
    question.refresh_from_db()
    assert (question.topic, question.difficulty) == ("有限空间", 2)
    assert question.versions.get(is_current=True).options == ["通风", "进入"]
    detail = reverse("console:question-detail", args=[question.pk])
    assert "审定以后：主题 未填，难度 3" in client.get(detail).content.decode()
    assert '<option value="3" selected>' in client.get(edit).content.decode()
    approved(client, question)
    question.refresh_from_db()
    assert (question.topic, question.difficulty) == ("", 3)
    current = question.versions.get(is_current=True)
    assert (current.options, current.answer) == (["对", "错"], [1])

    page = client.get(reverse("console:question-detail", args=[question.pk]))
    assert "以前的版本" in page.content.decode()
    client.post(reverse("console:question-retire", args=[question.pk]))
    listed = client.get(reverse("console:question-list") + "?state=retired&q=先做")
    assert question.code in listed.content.decode()
    client.post(reverse("console:question-restore", args=[question.pk]))
    question.refresh_from_db()
    assert not question.is_retired


def approved(client: Client, question: Question) -> None:
    """Hand the draft in, and approve it as the office that reviews the strand."""
    client.post(reverse("console:question-submit", args=[question.pk]))
    reviewer = Client()
    reviewer.force_login(make.membership("city", "emergency").user)
    reviewer.post(reverse("console:question-approve", args=[question.pk]))


def test_the_list_takes_the_same_number_of_queries_for_any_number_of_rows(
    client: Client, django_assert_max_num_queries: object
) -> None:
    make.city()
    client.force_login(make.staff())
    for _ in range(30):
        make.question()

    with django_assert_max_num_queries(14):  # type: ignore[operator]
        client.get(reverse("console:question-list"))


def test_employers_do_not_open_the_bank(client: Client) -> None:
    question = make.question().question
    client.force_login(make.staff("employer"))

    assert client.get(reverse("console:question-list")).status_code == 403
    page = reverse("console:question-detail", args=[question.pk])
    assert client.get(page).status_code == 403
    client.force_login(make.staff("provider"))
    assert client.get(page).status_code == 404
