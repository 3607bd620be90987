"""Writing courseware: begin, change, begin the next version, throw away."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from ankang.audit.services import record_act
from ankang.content.bodies import clean_body
from ankang.content.models import (
    Courseware,
    CoursewareVersion,
    may_write_courseware,
)
from ankang.core.errors import Refusal
from ankang.organizations.models import Membership, Strand


class NotAnAuthor(Refusal):
    def __init__(self) -> None:
        super().__init__("课件由市人社局或编写它的服务机构修改。")


class VersionClosed(Refusal):
    def __init__(self, version: CoursewareVersion) -> None:
        super().__init__(
            "这一版正在审核，审核结束前不能改动。"
            if version.state == CoursewareVersion.State.IN_REVIEW
            else "已发布的版本不再改动，请新建一版。"
        )


class VersionAlreadyOpen(Refusal):
    def __init__(self) -> None:
        super().__init__("已有一个未发布的版本，请先完成它。")


class NothingPublished(Refusal):
    def __init__(self) -> None:
        super().__init__("还没有发布过，请直接修改现有的草稿。")


class ReviewedDraft(Refusal):
    def __init__(self) -> None:
        super().__init__("这一版已经送审过，审核记录要保留，不能删除。")


@dataclass(frozen=True)
class Words:
    """What an author writes of one version."""

    title: str
    summary: str = ""
    topic: str = ""
    body_html: str = ""
    sources: tuple[str, ...] = ()
    reading_minutes: int = 0


@transaction.atomic
def create_courseware(
    *,
    membership: Membership,
    kind: Courseware.Kind,
    strand: Strand,
    words: Words,
    at: datetime,
) -> CoursewareVersion:
    """Begin a piece of courseware with the draft of its first version.

    :raises NotAnAuthor: this office does not write courseware.
    """
    if not may_write_courseware(membership):
        raise NotAnAuthor
    courseware = Courseware.objects.create(
        slug=f"courseware-{secrets.token_hex(5)}",
        kind=kind,
        strand=strand,
        topic=words.topic,
        title=words.title,
        created_by=membership.user,
        created_at=at,
    )
    version = CoursewareVersion(courseware=courseware, number=1, created_at=at)
    _write(version, words)
    version.save()
    _record(membership, "新建课件", version, at)
    return version


@transaction.atomic
def save_draft(
    *, version: CoursewareVersion, membership: Membership, words: Words, at: datetime
) -> CoursewareVersion:
    """Change the words of a draft.

    :raises NotAnAuthor: it is somebody else's.
    :raises VersionClosed: it is in review or published.
    """
    draft = open_draft(version, membership)
    _write(draft, words)
    draft.save()
    if draft.courseware.published_id is None:
        draft.courseware.title = words.title
    draft.courseware.topic = words.topic
    draft.courseware.save()
    _record(membership, "修改课件", draft, at)
    return draft


@transaction.atomic
def start_version(
    *,
    courseware: Courseware,
    membership: Membership,
    check_questions: list[dict[str, Any]],
    at: datetime,
) -> CoursewareVersion:
    """Begin the next version as a copy of the published one.

    :raises NotAnAuthor: it is somebody else's.
    :raises NothingPublished: the first version is not published yet.
    :raises VersionAlreadyOpen: a draft of the next one is there.
    """
    courseware = (
        Courseware.objects.select_for_update(of=("self",))
        .select_related("published", "strand")
        .get(pk=courseware.pk)
    )
    if not courseware.may_be_written_by(membership):
        raise NotAnAuthor
    if courseware.versions.filter(state__in=OPEN).exists():
        raise VersionAlreadyOpen
    if courseware.published is None:
        raise NothingPublished
    version = CoursewareVersion.objects.get(pk=courseware.published.pk)
    version.pk = None
    version._state.adding = True
    version.number = max(courseware.versions.values_list("number", flat=True)) + 1
    version.state = CoursewareVersion.State.DRAFT
    version.check_questions = check_questions
    version.created_at, version.published_at = at, None
    version.save()
    _record(membership, "新建课件版本", version, at)
    return version


@transaction.atomic
def discard_draft(
    *, version: CoursewareVersion, membership: Membership, at: datetime
) -> None:
    """Throw a draft away that nobody has reviewed, and its courseware if it is the first.

    :raises NotAnAuthor: it is somebody else's.
    :raises VersionClosed: it is in review or published.
    :raises ReviewedDraft: it was submitted before.
    """
    draft = open_draft(version, membership)
    if draft.review_steps.exists():
        raise ReviewedDraft
    _record(membership, "删除课件草稿", draft, at)
    courseware = draft.courseware
    draft.delete()
    if not courseware.versions.exists():
        courseware.delete()


OPEN = [
    CoursewareVersion.State.DRAFT,
    CoursewareVersion.State.RETURNED,
    CoursewareVersion.State.IN_REVIEW,
]


def locked_version(version: CoursewareVersion) -> CoursewareVersion:
    """The row as it is now, held until the end of the transaction."""
    return (
        CoursewareVersion.objects.select_for_update(of=("self",))
        .select_related(
            "courseware__strand__reviewer", "video", "captions", "transcode_job"
        )
        .get(pk=version.pk)
    )


def open_draft(version: CoursewareVersion, membership: Membership) -> CoursewareVersion:
    """The draft, locked, for one of its authors.

    :raises NotAnAuthor: it is somebody else's.
    :raises VersionClosed: it is in review or published.
    """
    draft = locked_version(version)
    if not draft.courseware.may_be_written_by(membership):
        raise NotAnAuthor
    if not draft.is_editable():
        raise VersionClosed(draft)
    return draft


def _write(version: CoursewareVersion, words: Words) -> None:
    version.title = words.title
    version.summary = words.summary
    version.body_html = clean_body(words.body_html)
    version.sources = list(words.sources)
    is_article = version.courseware.kind == Courseware.Kind.ARTICLE
    if is_article and words.reading_minutes != version.reading_minutes():
        version.duration_seconds = words.reading_minutes * 60


def _record(
    membership: Membership, act: str, version: CoursewareVersion, at: datetime
) -> None:
    record_act(
        actor=membership.user,
        acting_for=membership.label(),
        act=act,
        target=f"courseware:{version.courseware_id}",
        detail={"version": version.number, "title": version.title},
        at=at,
    )
