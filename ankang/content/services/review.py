"""The review chain: submit, return with a comment, approve and publish."""

from datetime import datetime

from django.db import transaction

from ankang.audit.services import record_act
from ankang.content.bodies import has_text
from ankang.content.captions import check_captions
from ankang.content.models import Courseware, CoursewareVersion, ReviewStep
from ankang.content.services.drafts import locked_version, open_draft
from ankang.content.services.media import StillTranscoding, text_of
from ankang.core.errors import Refusal
from ankang.organizations.models import Membership

State = CoursewareVersion.State
Decision = ReviewStep.Decision


class NotReady(Refusal):
    """Something is missing before a professional should spend time on it."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"还不能提交审核：{missing}。")


class NotTheReviewer(Refusal):
    def __init__(self, version: CoursewareVersion) -> None:
        strand = version.courseware.strand
        super().__init__(f"{strand.name}类课件由{strand.reviewer.name}审核。")


class OwnSubmission(Refusal):
    def __init__(self) -> None:
        super().__init__("不能审核自己提交的课件，请同部门的另一位同事审核。")


class CommentMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("退回时请写明要改什么，作者才知道怎么改。")


class AlreadyDecided(Refusal):
    def __init__(self, step: ReviewStep | None) -> None:
        who = step.actor.name if step and step.actor else "别人"
        what = step.get_decision_display() if step else "处理"
        super().__init__(f"这一版已由{who}{what}，不用再审。请刷新页面。")


@transaction.atomic
def submit_version(
    *, version: CoursewareVersion, membership: Membership, at: datetime
) -> ReviewStep:
    """Hand a draft to the office that reviews its strand.

    :raises NotReady: a video, its captions, the text or a check question is missing.
    :raises StillTranscoding: the video is not what it will be.
    :raises BadCaptions: they do not fit the video.
    """
    draft = open_draft(version, membership)
    _check_ready(draft)
    return _step(draft, membership, Decision.SUBMITTED, State.IN_REVIEW, "", at)


@transaction.atomic
def return_version(
    *, version: CoursewareVersion, membership: Membership, comment: str, at: datetime
) -> ReviewStep:
    """Send a version back to its author and say why.

    :raises CommentMissing: it does not say why.
    :raises NotTheReviewer: another office reviews this strand.
    :raises OwnSubmission: the reviewer submitted it.
    :raises AlreadyDecided: it is not in review, or somebody was faster.
    """
    locked = _in_review(version, membership)
    if not comment.strip():
        raise CommentMissing
    return _step(locked, membership, Decision.RETURNED, State.RETURNED, comment, at)


@transaction.atomic
def approve_version(
    *, version: CoursewareVersion, membership: Membership, comment: str, at: datetime
) -> ReviewStep:
    """Publish a version; the one published before is kept as replaced.

    :raises NotTheReviewer: another office reviews this strand.
    :raises OwnSubmission: the reviewer submitted it.
    :raises AlreadyDecided: it is not in review, or somebody was faster.
    """
    locked = _in_review(version, membership)
    courseware = Courseware.objects.select_for_update().get(pk=locked.courseware_id)
    CoursewareVersion.objects.filter(pk=courseware.published_id or 0).update(
        state=State.REPLACED
    )
    locked.published_at = at
    step = _step(locked, membership, Decision.APPROVED, State.PUBLISHED, comment, at)
    courseware.published, courseware.title = locked, locked.title
    courseware.save()
    return step


def _check_ready(draft: CoursewareVersion) -> None:
    if draft.courseware.kind == Courseware.Kind.VIDEO:
        _check_video(draft)
    elif not has_text(draft.body_html):
        raise NotReady("正文还是空的")
    if not draft.duration_seconds:
        raise NotReady("时长还不知道")
    if not draft.check_questions:
        raise NotReady("至少要有一道课后小题")
    if any(
        question["at_second"] > draft.duration_seconds
        for question in draft.check_questions
    ):
        raise NotReady("有课后小题的对应时间超过了时长")


def _check_video(draft: CoursewareVersion) -> None:
    if draft.video is None:
        raise NotReady("先上传视频")
    if draft.is_transcoding():
        raise StillTranscoding
    if draft.captions is None:
        raise NotReady("每个视频都要有字幕，请上传字幕文件")
    check_captions(text_of(draft.captions), draft.duration_seconds)


def _in_review(version: CoursewareVersion, membership: Membership) -> CoursewareVersion:
    locked = locked_version(version)
    if not locked.courseware.may_be_reviewed_by(membership):
        raise NotTheReviewer(locked)
    last = locked.review_steps.select_related("actor").order_by("pk").last()
    if locked.state != State.IN_REVIEW or last is None:
        raise AlreadyDecided(last)
    if (
        last.actor_id == membership.user_id
        and last.department_id == membership.department_id
    ):
        raise OwnSubmission
    return locked


def _step(
    version: CoursewareVersion,
    membership: Membership,
    decision: Decision,
    state: State,
    comment: str,
    at: datetime,
) -> ReviewStep:
    version.state = state
    version.save()
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act=f"课件{decision.label}",
        target=f"courseware:{version.courseware_id}",
        detail={"version": version.number, "comment": comment.strip()},
        at=at,
    )
    return ReviewStep.objects.create(
        version=version,
        actor=membership.user,
        department=membership.department,
        decision=decision,
        comment=comment.strip(),
        at=at,
    )
