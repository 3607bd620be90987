"""The review chain of practice questions: nothing unapproved is asked."""

import pytest
from django.db import IntegrityError

from ankang.console.queries.todo import todo_items
from ankang.organizations.models import Membership
from ankang.quizzes.models import Question, QuestionReview, QuestionVersion
from ankang.quizzes.services.bank import NotAQuestionAuthor
from ankang.quizzes.services.review import (
    CommentMissing,
    NotADraft,
    NotForReview,
    NotInReview,
    NotTheReviewer,
    OwnQuestion,
    WaitsForReview,
    approve_question,
    draft_question,
    return_question,
    submit_question,
)
from ankang.quizzes.wording import BadWording, Wording
from tests import make

WORDS = Wording("single", "先做什么？", ("通风", "进入"), (0,), "先通风。")


def drafted(writer: Membership, wording: Wording = WORDS) -> QuestionVersion:
    question = Question(code="p-1", purpose="practice", strand=make.strand())
    return draft_question(
        question=question, membership=writer, wording=wording, at=make.MORNING
    )


def asked() -> list[str]:
    versions = QuestionVersion.objects.filter(
        is_current=True, question__in=Question.objects.for_practice()
    )
    return [version.stem for version in versions]


def test_a_question_is_asked_only_once_it_is_approved() -> None:
    writer, reviewer = make.membership(), make.membership("city", "emergency")

    version = drafted(writer)
    assert asked() == []
    submit_question(version=version, membership=writer, at=make.MORNING)
    assert asked() == []
    approve_question(
        version=version, membership=reviewer, comment="好", at=make.MORNING
    )

    assert asked() == ["先做什么？"]
    steps = QuestionReview.objects.filter(version=version).order_by("pk")
    assert [step.decision for step in steps] == ["written", "submitted", "approved"]


def test_a_question_in_use_stays_in_its_place_until_the_new_one_is_approved() -> None:
    question = make.question(purpose="practice").question
    Question.objects.filter(pk=question.pk).update(topic="有限空间", difficulty=1)
    question.refresh_from_db()
    before = question.place
    writer, reviewer = make.membership(), make.membership("city", "emergency")

    question.topic, question.difficulty, question.posts = "焊接", 3, ["焊工"]
    after = question.place
    version = draft_question(
        question=question, membership=writer, wording=WORDS, at=make.MORNING
    )
    submit_question(version=version, membership=writer, at=make.MORNING)
    question.refresh_from_db()
    assert (question.place, version.place) == (before, after)

    approve_question(version=version, membership=reviewer, comment="", at=make.MORNING)
    question.refresh_from_db()
    assert question.place == after


def test_the_old_words_are_asked_until_the_new_ones_are_approved() -> None:
    old = make.question(purpose="practice")
    writer, reviewer = make.membership(), make.membership("city", "emergency")

    new = draft_question(
        question=old.question, membership=writer, wording=WORDS, at=make.MORNING
    )
    submit_question(version=new, membership=writer, at=make.MORNING)
    assert asked() == [old.stem]
    approve_question(version=new, membership=reviewer, comment="", at=make.MORNING)

    assert (new.number, asked()) == (2, [WORDS.stem])


def test_who_wrote_or_submitted_a_question_does_not_review_it() -> None:
    writer = make.membership("city", "emergency")
    version = drafted(writer)
    colleague = make.membership("city", "emergency")
    submit_question(version=version, membership=colleague, at=make.MORNING)

    for own in (writer, colleague):
        with pytest.raises(OwnQuestion):
            approve_question(
                version=version, membership=own, comment="", at=make.MORNING
            )
    third = make.membership("city", "emergency")
    approve_question(version=version, membership=third, comment="", at=make.MORNING)


def test_another_office_neither_writes_nor_reviews() -> None:
    health = make.membership("city", "health")
    with pytest.raises(NotAQuestionAuthor):
        drafted(health)
    writer = make.membership()
    version = drafted(writer)
    submit_question(version=version, membership=writer, at=make.MORNING)
    with pytest.raises(NotTheReviewer):
        return_question(
            version=version, membership=health, comment="改", at=make.MORNING
        )


def test_a_returned_question_says_why_and_is_changed_in_place() -> None:
    writer, reviewer = make.membership(), make.membership("city", "emergency")
    version = drafted(writer)
    submit_question(version=version, membership=writer, at=make.MORNING)

    with pytest.raises(WaitsForReview):
        draft_question(
            question=version.question,
            membership=writer,
            wording=WORDS,
            at=make.MORNING,
        )
    with pytest.raises(CommentMissing):
        return_question(
            version=version, membership=reviewer, comment=" ", at=make.MORNING
        )
    return_question(
        version=version, membership=reviewer, comment="写明浓度", at=make.MORNING
    )
    again = draft_question(
        question=version.question, membership=writer, wording=WORDS, at=make.MORNING
    )
    assert (again.pk, again.number, again.state) == (version.pk, 1, "draft")


def test_a_step_out_of_turn_is_refused() -> None:
    writer, reviewer = make.membership(), make.membership("city", "emergency")
    version = drafted(writer)

    with pytest.raises(NotInReview):
        approve_question(
            version=version, membership=reviewer, comment="", at=make.MORNING
        )
    submit_question(version=version, membership=writer, at=make.MORNING)
    with pytest.raises(NotADraft):
        submit_question(version=version, membership=writer, at=make.MORNING)


def test_the_database_asks_no_unapproved_words() -> None:
    with pytest.raises(IntegrityError):
        make.question(purpose="practice", state="draft")


def test_a_question_of_a_lesson_does_not_come_in_by_this_door() -> None:
    with pytest.raises(NotForReview):
        draft_question(
            question=make.question(purpose="check").question,
            membership=make.membership(),
            wording=WORDS,
            at=make.MORNING,
        )


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (Wording("fill_in", "几日？", (), (["30"],), "三十日。"), "四个下划线"),
        (Wording("fill_in", "____日", (), (["。"],), "三十日。"), "有字或数字"),
        (Wording("ordering", "步骤", ("甲", "乙"), (0,), "甲。"), "各写一次"),
        (Wording("hazard", "找", (), ({},), "图。"), "要有图片"),
        (Wording("hazard", "找", (), (), "图。", picture="1"), "至少一处"),
    ],
)
def test_each_kind_has_its_own_form(words: Wording, reason: str) -> None:
    with pytest.raises(BadWording, match=reason):
        drafted(make.membership(), words)


def titles(membership: Membership) -> list[tuple[str, bool]]:
    return [(one.title, one.is_mine) for one in todo_items(membership, make.MORNING)]


def test_who_has_to_act_on_a_question_finds_it_among_the_things_to_do() -> None:
    writer, reviewer = make.membership(), make.membership("city", "emergency")
    version = drafted(writer)
    assert titles(writer) == []

    submit_question(version=version, membership=writer, at=make.MORNING)
    waiting = "审核试题 1 道：safety"
    assert titles(reviewer) == [(waiting, True)]
    assert titles(writer) == [(waiting, False)]
    assert titles(make.membership("employer")) == []

    return_question(
        version=version, membership=reviewer, comment="写清楚", at=make.MORNING
    )
    assert titles(writer) == [("修改退回的试题 1 道", True)]
    assert titles(reviewer) == []
