"""The files of a video lesson: video, captions, poster, and transcoding."""

from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.core.files import File
from django.db import transaction

from ankang.attachments.models import Attachment
from ankang.attachments.services import store_file
from ankang.audit.services import record_act
from ankang.content.captions import check_captions
from ankang.content.models import Courseware, CoursewareVersion
from ankang.content.mp4 import duration_seconds
from ankang.content.services.drafts import open_draft
from ankang.content.video import UnreadableVideo, can_transcode
from ankang.core.errors import Refusal
from ankang.jobs.services import start_job
from ankang.organizations.models import Membership

AS_IT_CAME = "服务器没有转码程序，视频按原样播放"
WAITS = "等待转码"
DONE = "已转为 480p（H.264 和 AAC）"
Upload = IO[bytes] | File  # type: ignore[type-arg]


class NotAVideoLesson(Refusal):
    def __init__(self) -> None:
        super().__init__("图文课件没有视频、字幕和封面。")


class OnlyMp4(Refusal):
    def __init__(self) -> None:
        super().__init__("服务器没有转码程序，只能收 MP4 视频。请转成 MP4 后再上传。")


class NoVideoYet(Refusal):
    def __init__(self) -> None:
        super().__init__("先上传视频。")


class StillTranscoding(Refusal):
    def __init__(self) -> None:
        super().__init__("视频正在转码，请等它完成，或先取消转码。")


@dataclass(frozen=True)
class Transcoded:
    """What came out of transcoding."""

    source_id: int
    video: Attachment
    poster: Attachment | None
    seconds: int


def put_video(
    *,
    version: CoursewareVersion,
    membership: Membership,
    file: Upload,
    name: str,
    at: datetime,
) -> CoursewareVersion:
    """Store the video of a draft and queue its transcoding where there is ffmpeg.

    :raises WrongType: it is no video; TooLarge, DiskFull: it cannot be kept.
    :raises OnlyMp4: it is WebM, and nothing here can transcode it.
    :raises UnreadableVideo: its length cannot be read, and nothing here can repair it.
    """
    _check_open(version, membership)
    video = store_file(
        kind=Attachment.Kind.VIDEO,
        file=file,
        name=name,
        uploaded_by=membership.user,
        at=at,
    )
    seconds = 0
    if video.content_type == "video/mp4":
        with video.file.open("rb") as content:
            seconds = duration_seconds(content)
    if not can_transcode():
        if video.content_type != "video/mp4":
            raise OnlyMp4
        if not seconds:
            raise UnreadableVideo
    return _keep_video(version, membership, video, seconds, at)


@transaction.atomic
def _keep_video(
    version: CoursewareVersion,
    membership: Membership,
    video: Attachment,
    seconds: int,
    at: datetime,
) -> CoursewareVersion:
    draft = open_draft(version, membership)
    draft.video = video
    draft.duration_seconds = seconds
    draft.transcoding = AS_IT_CAME
    draft.transcode_job = None
    if can_transcode():
        _queue(draft, membership, at)
    draft.save()
    _record(membership, "上传视频", draft, video, at)
    return draft


@transaction.atomic
def transcode_again(
    *, version: CoursewareVersion, membership: Membership, at: datetime
) -> CoursewareVersion:
    """Queue the video once more, after a failure or a cancel.

    :raises NoVideoYet: there is nothing to transcode.
    :raises StillTranscoding: it is being done.
    """
    draft = open_draft(version, membership)
    if draft.video is None:
        raise NoVideoYet
    if draft.is_transcoding():
        raise StillTranscoding
    _queue(draft, membership, at)
    draft.save()
    return draft


def _queue(draft: CoursewareVersion, membership: Membership, at: datetime) -> None:
    draft.transcoding = WAITS
    draft.transcode_job = start_job(
        kind="transcode",
        title=f"视频转码：{draft.title}",
        arguments={"version": draft.pk, "video": draft.video_id},
        started_by=membership.user,
        at=at,
    )


@transaction.atomic
def keep_transcoded(*, version_id: int, result: Transcoded) -> bool:
    """Put the new video in the place of the one it was made from.

    Nothing is changed and False returned if the draft has another video by now or is
    no longer a draft: then this work is out of date, or was done by an earlier run.
    """
    draft = (
        CoursewareVersion.objects.select_for_update(of=("self",))
        .filter(pk=version_id, video=result.source_id)
        .first()
    )
    if draft is None or not draft.is_editable():
        return False
    draft.video = result.video
    draft.poster = draft.poster or result.poster
    draft.duration_seconds = result.seconds
    draft.transcoding = DONE
    draft.save()
    return True


def put_captions(
    *,
    version: CoursewareVersion,
    membership: Membership,
    file: Upload,
    name: str,
    at: datetime,
) -> CoursewareVersion:
    """Store the captions of a draft.

    :raises WrongType: it is no WebVTT file.
    :raises BadCaptions: a cue is wrong or past the end; the sentence names the line.
    """
    _check_open(version, membership)
    captions = store_file(
        kind=Attachment.Kind.CAPTIONS,
        file=file,
        name=name,
        uploaded_by=membership.user,
        at=at,
    )
    check_captions(text_of(captions), version.duration_seconds)
    return _keep(version, membership, {"captions": captions}, at)


def put_poster(
    *,
    version: CoursewareVersion,
    membership: Membership,
    file: Upload,
    name: str,
    at: datetime,
) -> CoursewareVersion:
    """Store the picture that is shown before the video starts.

    :raises WrongType: it is no picture.
    """
    _check_open(version, membership)
    poster = store_file(
        kind=Attachment.Kind.IMAGE,
        file=file,
        name=name,
        uploaded_by=membership.user,
        at=at,
    )
    return _keep(version, membership, {"poster": poster}, at)


def text_of(captions: Attachment) -> str:
    """The text of a captions file; its bytes were checked when it was stored."""
    with captions.file.open("rb") as content:
        return bytes(content.read()).decode("utf-8-sig")


@transaction.atomic
def _keep(
    version: CoursewareVersion,
    membership: Membership,
    files: dict[str, Attachment],
    at: datetime,
) -> CoursewareVersion:
    draft = open_draft(version, membership)
    for field, attachment in files.items():
        setattr(draft, field, attachment)
        label: Any = draft._meta.get_field(field)
        _record(membership, f"上传{label.verbose_name}", draft, attachment, at)
    draft.save()
    return draft


@transaction.atomic
def _check_open(version: CoursewareVersion, membership: Membership) -> None:
    """Refuse before anything is stored."""
    if open_draft(version, membership).courseware.kind != Courseware.Kind.VIDEO:
        raise NotAVideoLesson


def _record(
    membership: Membership,
    act: str,
    draft: CoursewareVersion,
    file: Attachment,
    at: datetime,
) -> None:
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act=act,
        target=f"courseware:{draft.courseware_id}",
        detail={"version": draft.number, "file": file.name, "sha256": file.sha256},
        at=at,
    )
