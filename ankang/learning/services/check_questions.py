"""Check questions of courseware: drafted and reviewed with it, live once published."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from ankang.content.models import Courseware, CoursewareVersion, ReviewStep
from ankang.content.services.drafts import open_draft, start_version
from ankang.content.services.review import approve_version
from ankang.core.errors import Refusal
from ankang.learning.drafted import item_of, live_items, wording_of_item
from ankang.learning.models import CheckQuestion
from ankang.organizations.models import Membership
from ankang.quizzes.models import Question
from ankang.quizzes.services.bank import add_question, reword
from ankang.quizzes.wording import Wording


class PastTheEnd(Refusal):
    def __init__(self, seconds: int) -> None:
        super().__init__(f"对应时间超过了视频的结尾（{seconds} 秒）。")


class NoSuchQuestion(Refusal):
    def __init__(self) -> None:
        super().__init__("这道小题已经不在草稿里，请刷新页面。")


@transaction.atomic
def save_check_question(
    *,
    version: CoursewareVersion,
    membership: Membership,
    wording: Wording,
    at_second: int,
    code: str = "",
) -> CoursewareVersion:
    """Add a check question to a draft, or change the one with this code.

    :raises BadWording: the options and the answer do not make a question.
    :raises PastTheEnd: the video is shorter.
    :raises NoSuchQuestion: somebody took it away meanwhile.
    """
    draft = open_draft(version, membership)
    if draft.duration_seconds and at_second > draft.duration_seconds:
        raise PastTheEnd(draft.duration_seconds)
    item = item_of(
        code or f"{draft.courseware.slug}-{secrets.token_hex(3)}", wording, at_second
    )
    questions = list(draft.check_questions)
    places = [place for place, one in enumerate(questions) if one["code"] == code]
    if code and not places:
        raise NoSuchQuestion
    if places:
        questions[places[0]] = item
    else:
        questions.append(item)
    draft.check_questions = sorted(questions, key=lambda one: one["at_second"])
    draft.save(update_fields=["check_questions"])
    return draft


@transaction.atomic
def drop_check_question(
    *, version: CoursewareVersion, membership: Membership, code: str
) -> CoursewareVersion:
    """Take a check question out of a draft; a second time changes nothing."""
    draft = open_draft(version, membership)
    draft.check_questions = [
        one for one in draft.check_questions if one["code"] != code
    ]
    draft.save(update_fields=["check_questions"])
    return draft


@transaction.atomic
def start_next_version(
    *, courseware: Courseware, membership: Membership, at: datetime
) -> CoursewareVersion:
    """Begin the next version as a copy of the published one, its questions included."""
    return start_version(
        courseware=courseware,
        membership=membership,
        check_questions=live_items(courseware),
        at=at,
    )


@transaction.atomic
def publish_version(
    *, version: CoursewareVersion, membership: Membership, comment: str, at: datetime
) -> ReviewStep:
    """Approve a version and make its check questions the ones that learners get.

    Questions that are gone are retired; answers given to them are kept.
    """
    step = approve_version(
        version=version, membership=membership, comment=comment, at=at
    )
    courseware = Courseware.objects.get(pk=version.courseware_id)
    version = step.version
    kept: list[str] = []
    for item in version.check_questions:
        question = _put(courseware, item, at)
        kept.append(question.code)
        CheckQuestion.objects.update_or_create(
            question=question,
            defaults={"courseware": courseware, "at_second": item["at_second"]},
        )
    gone = CheckQuestion.objects.filter(courseware=courseware).exclude(
        question__code__in=kept
    )
    Question.objects.filter(checkquestion__in=gone).update(is_retired=True)
    gone.delete()
    return step


def _put(courseware: Courseware, item: dict[str, Any], at: datetime) -> Question:
    wording = wording_of_item(item)
    question = Question.objects.filter(
        code=item["code"], purpose=Question.Purpose.CHECK
    ).first()
    if question is None:
        return add_question(
            code=item["code"],
            strand=courseware.strand,
            purpose=Question.Purpose.CHECK,
            wording=wording,
            at=at,
        )
    Question.objects.filter(pk=question.pk).update(is_retired=False)
    reword(question=question, wording=wording, at=at)
    return question
