"""A question's way into use: written, submitted, returned or approved."""

from datetime import datetime
from typing import Any

from django.db import transaction

from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.organizations.models import Membership
from ankang.quizzes.models import (
    Question,
    QuestionReview,
    QuestionVersion,
    may_write_questions,
)
from ankang.quizzes.queries import proportion_of
from ankang.quizzes.services.bank import NotAQuestionAuthor, QuestionRetired
from ankang.quizzes.wording import Wording

State = QuestionVersion.State
Decision = QuestionReview.Decision


class NotForReview(Refusal):
    def __init__(self) -> None:
        super().__init__("课后小题随课件一起修改和审核，请打开它的课件。")


class WaitsForReview(Refusal):
    def __init__(self) -> None:
        super().__init__("这道题正在审核，等审核有了结果再改。")


class NotADraft(Refusal):
    def __init__(self) -> None:
        super().__init__("这一版已经提交或者审定，不用再提交。请刷新页面。")


class NotInReview(Refusal):
    def __init__(self) -> None:
        super().__init__("这一版现在不在审核中，可能别人已经处理。请刷新页面。")


class NotTheReviewer(Refusal):
    def __init__(self, question: Question) -> None:
        strand = question.strand
        super().__init__(f"{strand.name}类试题由{strand.reviewer.name}审核。")


class OwnQuestion(Refusal):
    def __init__(self) -> None:
        super().__init__("不能审核自己写的或自己提交的题，请另一位同事审核。")


class CommentMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("退回时请写明要改什么，写题的人才知道怎么改。")


@transaction.atomic
def draft_question(
    *, question: Question, membership: Membership, wording: Wording, at: datetime
) -> QuestionVersion:
    """Write the next version of a question as a draft, or change the draft.

    What is asked now stays asked, and stays where it is in the bank, until the draft is
    approved; a question that was never approved is saved with its place.

    :raises NotForReview: it goes with a lesson, and is reviewed with it.
    :raises NotAQuestionAuthor: another office answers for this strand.
    :raises QuestionRetired: it is not asked any more.
    :raises WaitsForReview: the draft was submitted.
    :raises BadWording: the options and the answer do not make a question.
    """
    if question.purpose == Question.Purpose.CHECK:
        raise NotForReview
    if not may_write_questions(membership, question.strand):
        raise NotAQuestionAuthor
    if question.is_retired:
        raise QuestionRetired
    wording = wording.checked()
    place = question.place
    if question.pk:
        question = Question.objects.select_for_update().get(pk=question.pk)
        if not may_write_questions(membership, question.strand):
            raise NotAQuestionAuthor
    is_asked = question.pk and question.versions.filter(is_current=True).exists()
    if not is_asked:
        _move(question, place)
    draft = _draft_of(question, at)
    draft.place = None if place == question.place else place
    for name in ("kind", "stem", "explanation", "source", "hint", "picture"):
        setattr(draft, name, getattr(wording, name))
    draft.proportion = proportion_of(wording.picture)
    draft.options, draft.answer = list(wording.options), list(wording.answer)
    draft.state = State.DRAFT
    draft.save()
    _step(draft, membership, Decision.WRITTEN, "", at)
    return draft


@transaction.atomic
def submit_question(
    *, version: QuestionVersion, membership: Membership, at: datetime
) -> QuestionReview:
    """Hand a draft to the office that reviews its strand.

    :raises NotAQuestionAuthor: another office answers for this strand.
    :raises NotADraft: it was submitted or approved already.
    """
    locked = _locked(version)
    if not may_write_questions(membership, locked.question.strand):
        raise NotAQuestionAuthor
    if locked.state not in {State.DRAFT, State.RETURNED}:
        raise NotADraft
    return _moved(locked, membership, Decision.SUBMITTED, State.SUBMITTED, "", at)


@transaction.atomic
def return_question(
    *, version: QuestionVersion, membership: Membership, comment: str, at: datetime
) -> QuestionReview:
    """Send a version back and say why.

    :raises CommentMissing: it does not say why.
    :raises NotTheReviewer: another office reviews this strand.
    :raises OwnQuestion: the reviewer wrote or submitted it.
    :raises NotInReview: it is not in review, or somebody was faster.
    """
    locked = _in_review(version, membership)
    if not comment.strip():
        raise CommentMissing
    return _moved(
        locked, membership, Decision.RETURNED, State.RETURNED, comment.strip(), at
    )


@transaction.atomic
def approve_question(
    *, version: QuestionVersion, membership: Membership, comment: str, at: datetime
) -> QuestionReview:
    """Ask these words from now on; the words before are kept.

    :raises NotTheReviewer: another office reviews this strand.
    :raises OwnQuestion: the reviewer wrote or submitted it.
    :raises NotInReview: it is not in review, or somebody was faster.
    """
    locked = _in_review(version, membership)
    locked.question.versions.filter(is_current=True).update(is_current=False)
    locked.is_current = True
    if locked.place:
        _move(locked.question, locked.place)
    return _moved(
        locked, membership, Decision.APPROVED, State.APPROVED, comment.strip(), at
    )


def _move(question: Question, place: dict[str, Any]) -> None:
    """Give a question its place in the bank."""
    for name, value in place.items():
        setattr(question, name, value)
    question.save()


def _draft_of(question: Question, at: datetime) -> QuestionVersion:
    last = question.versions.order_by("-number").first()
    draft = question.versions.exclude(state=State.APPROVED).first()
    if draft is None:
        number = last.number + 1 if last else 1
        return QuestionVersion(
            question=question, number=number, is_current=False, created_at=at
        )
    if draft.state == State.SUBMITTED:
        raise WaitsForReview
    return draft


def _locked(version: QuestionVersion) -> QuestionVersion:
    Question.objects.select_for_update().get(pk=version.question_id)
    rows = QuestionVersion.objects.select_related("question__strand__reviewer")
    return rows.get(pk=version.pk)


def _in_review(version: QuestionVersion, membership: Membership) -> QuestionVersion:
    locked = _locked(version)
    if membership.department_id != locked.question.strand.reviewer_id:
        raise NotTheReviewer(locked.question)
    if locked.state != State.SUBMITTED:
        raise NotInReview
    if locked.reviews.filter(
        actor=membership.user, decision__in=[Decision.WRITTEN, Decision.SUBMITTED]
    ).exists():
        raise OwnQuestion
    return locked


def _moved(
    version: QuestionVersion,
    membership: Membership,
    decision: Decision,
    state: State,
    comment: str,
    at: datetime,
) -> QuestionReview:
    version.state = state
    version.save(update_fields=["state", "is_current"])
    return _step(version, membership, decision, comment, at)


def _step(
    version: QuestionVersion,
    membership: Membership,
    decision: Decision,
    comment: str,
    at: datetime,
) -> QuestionReview:
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act="写试题草稿" if decision == Decision.WRITTEN else f"试题{decision.label}",
        target=f"question:{version.question_id}",
        detail={"version": version.number, "comment": comment},
        at=at,
    )
    return QuestionReview.objects.create(
        version=version,
        actor=membership.user,
        department=membership.department,
        decision=decision,
        comment=comment,
        at=at,
    )
