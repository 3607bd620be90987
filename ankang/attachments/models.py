"""Files that people upload, stored once by content."""

from typing import Self, assert_never

from django.conf import settings
from django.db import models
from django.db.models import Q

from ankang.organizations.models import Membership


def storage_name(attachment: "Attachment", name: str) -> str:
    """Files are filed by hash, so a name from outside never reaches the disk."""
    digest, suffix = attachment.sha256, name.rsplit(".", 1)[-1].lower()
    return f"{attachment.kind}/{digest[:2]}/{digest}.{suffix}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Who may open which files."""

    def for_lessons(self) -> Self:
        """What lessons are made of: open to everybody who is signed in."""
        return self.filter(kind__in=LESSON_KINDS)

    def visible_to(self, membership: Membership) -> Self:
        """Rosters and exports carry personal data: the uploader's, or the employer's."""
        own = Q(uploaded_by=membership.user_id)
        match Membership.Scope(membership.scope):
            case Membership.Scope.EMPLOYER:
                colleagues = Membership.objects.filter(
                    employer=membership.employer_id, ended_at=None
                )
                return self.filter(own | Q(uploaded_by__in=colleagues.values("user")))
            case (
                Membership.Scope.CITY
                | Membership.Scope.DISTRICT
                | Membership.Scope.PROVIDER
                | Membership.Scope.EVALUATOR
                | Membership.Scope.AUDITOR
            ):
                return self.filter(own)
            case other:
                assert_never(other)


class Attachment(models.Model):
    """One file (附件) with its hash, size and type as found in its content."""

    class Kind(models.TextChoices):
        VIDEO = "video", "视频"
        CAPTIONS = "captions", "字幕"
        IMAGE = "image", "图片"
        DRAWING = "drawing", "图画"
        PICTURE = "picture", "题目图片"
        ROSTER = "roster", "名册"
        EXPORT = "export", "导出"

    kind = models.CharField("类别", max_length=10, choices=Kind)
    file = models.FileField("文件", upload_to=storage_name, max_length=200)
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("大小")
    content_type = models.CharField("类型", max_length=100)
    # height by width; empty for what is no picture, and for files from before it was kept
    proportion = models.FloatField("高宽比", null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    uploaded_at = models.DateTimeField("上传时间")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        indexes = [
            # is this very file stored already
            models.Index(fields=["sha256"], name="attachment_by_content"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

    def is_for_lessons(self) -> bool:
        return self.kind in LESSON_KINDS


LESSON_KINDS = [
    Attachment.Kind.VIDEO,
    Attachment.Kind.CAPTIONS,
    Attachment.Kind.IMAGE,
    Attachment.Kind.DRAWING,
    Attachment.Kind.PICTURE,
]
