"""Background work on courseware."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.urls import reverse
from django.utils import timezone

from ankang.attachments.models import Attachment
from ankang.attachments.services import store_file
from ankang.content.models import CoursewareVersion
from ankang.content.services.media import Transcoded, keep_transcoded
from ankang.content.video import (
    UnreadableVideo,
    can_transcode,
    probe_duration,
    still,
    transcode,
)
from ankang.core.errors import Refusal
from ankang.jobs.registry import Progress, handler

POSTER_SECOND = 2.0


class NoTranscoder(Refusal):
    def __init__(self) -> None:
        super().__init__("这台机器没有 ffmpeg，不能转码；视频按原样播放。")


@handler("transcode")
def transcode_video(progress: Progress) -> dict[str, Any]:
    """Make the video of a draft playable everywhere. A second run begins anew."""
    job = progress.job
    version = (
        CoursewareVersion.objects.select_related("video", "courseware")
        .filter(pk=job.arguments["version"], video=job.arguments["video"])
        .first()
    )
    if version is None or version.video is None:
        return {"message": "视频已经换过，不用再转码。"}
    if not can_transcode():
        raise NoTranscoder
    folder = _clean_folder(job.pk, job.attempts)
    try:
        result = _transcoded(version, version.video, folder, progress)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    kept = keep_transcoded(version_id=version.pk, result=result)
    url = reverse("console:courseware-detail", args=[version.courseware_id])
    message = "转码完成。" if kept else "视频已经换过，这次的结果没有采用。"
    return {"message": message, "url": url}


def _transcoded(
    version: CoursewareVersion, video: Attachment, folder: Path, progress: Progress
) -> Transcoded:
    source, target = _local_copy(video, folder), folder / "video.mp4"
    total = max(1, int(probe_duration(source)))
    progress.report(0, total, "转码")
    transcode(
        source, target, lambda second: progress.report(int(second), total + 1, "转码")
    )
    now = timezone.now()
    seconds = max(1, int(probe_duration(target)))
    poster = None
    if version.poster_id is None:
        poster = _poster(version, target, min(POSTER_SECOND, seconds / 2), now)
    with target.open("rb") as content:
        made = store_file(
            kind=Attachment.Kind.VIDEO,
            file=File(content, name=str(target)),
            name=f"{Path(video.name).stem}-480p.mp4",
            uploaded_by=video.uploaded_by,
            at=now,
        )
    return Transcoded(source_id=video.pk, video=made, poster=poster, seconds=seconds)


def _poster(
    version: CoursewareVersion, video: Path, at_second: float, now: datetime
) -> Attachment | None:
    picture = video.with_name("poster.jpg")
    try:
        still(video, picture, at_second)
    except UnreadableVideo:
        return None
    with picture.open("rb") as content:
        return store_file(
            kind=Attachment.Kind.IMAGE,
            file=File(content, name=str(picture)),
            name=f"{version.courseware.slug}.jpg",
            uploaded_by=None,
            at=now,
        )


def _local_copy(video: Attachment, folder: Path) -> Path:
    """The file itself where the storage is this disk, else a copy beside the result."""
    try:
        return Path(video.file.path)
    except NotImplementedError:
        copy = folder / "source"
        with video.file.open("rb") as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target)
        return copy


def _clean_folder(job_id: int, attempt: int) -> Path:
    """An empty folder of this attempt; what a killed one left is removed."""
    parent = Path(settings.DATA) / "transcoding"
    for left in parent.glob(f"{job_id}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = parent / f"{job_id}-{attempt}"
    folder.mkdir(parents=True)
    return folder
