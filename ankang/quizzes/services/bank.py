"""Writing the question bank. What was asked stays; a change is the next version."""

from datetime import datetime

from django.db import transaction

from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.organizations.models import Membership, Strand
from ankang.quizzes.models import Question, QuestionVersion, may_write_questions
from ankang.quizzes.queries import proportion_of
from ankang.quizzes.wording import Wording, wording_of


class NotAQuestionAuthor(Refusal):
    def __init__(self) -> None:
        super().__init__("试题由市人社局或这一板块的审核部门修改。")


class QuestionRetired(Refusal):
    def __init__(self) -> None:
        super().__init__("这道题已经停用，请先启用再修改。")


@transaction.atomic
def add_question(
    *,
    code: str,
    strand: Strand,
    purpose: Question.Purpose,
    wording: Wording,
    at: datetime,
) -> Question:
    """Put a question into the bank with its first version.

    :raises BadWording: the options and the answer do not make a question.
    """
    question = Question.objects.create(code=code, strand=strand, purpose=purpose)
    reword(question=question, wording=wording, at=at)
    return question


@transaction.atomic
def reword(*, question: Question, wording: Wording, at: datetime) -> QuestionVersion:
    """Make these words the current version; the same words again change nothing.

    :raises BadWording: the options and the answer do not make a question.
    """
    wording = wording.checked()
    Question.objects.select_for_update().get(pk=question.pk)
    current = question.versions.filter(is_current=True).first()
    if current is not None and wording_of(current) == wording:
        return current
    last = question.versions.order_by("-number").first()
    question.versions.filter(is_current=True).update(is_current=False)
    return QuestionVersion.objects.create(
        question=question,
        number=last.number + 1 if last else 1,
        kind=wording.kind,
        stem=wording.stem,
        options=list(wording.options),
        answer=list(wording.answer),
        explanation=wording.explanation,
        source=wording.source,
        hint=wording.hint,
        picture=wording.picture,
        proportion=proportion_of(wording.picture),
        created_at=at,
    )


@transaction.atomic
def retire_question(
    *, question: Question, membership: Membership, at: datetime
) -> Question:
    """Stop asking a question. Papers that hold it keep it.

    :raises NotAQuestionAuthor: another office answers for this strand.
    """
    return _set_retired(question, membership, True, at)


@transaction.atomic
def restore_question(
    *, question: Question, membership: Membership, at: datetime
) -> Question:
    """Ask a retired question again.

    :raises NotAQuestionAuthor: another office answers for this strand.
    """
    return _set_retired(question, membership, False, at)


def _set_retired(
    question: Question, membership: Membership, is_retired: bool, at: datetime
) -> Question:
    if not may_write_questions(membership, question.strand):
        raise NotAQuestionAuthor
    question.is_retired = is_retired
    question.save(update_fields=["is_retired"])
    _record(membership, "停用试题" if is_retired else "启用试题", question, {}, at)
    return question


def _record(
    membership: Membership,
    act: str,
    question: Question,
    detail: dict[str, object],
    at: datetime,
) -> None:
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act=act,
        target=f"question:{question.pk}",
        detail={"code": question.code, **detail},
        at=at,
    )
