"""Files that people upload, stored once by content."""

from django.conf import settings
from django.db import models


def storage_name(attachment: "Attachment", name: str) -> str:
    """Files are filed by hash, so a name from outside never reaches the disk."""
    digest, suffix = attachment.sha256, name.rsplit(".", 1)[-1].lower()
    return f"{attachment.kind}/{digest[:2]}/{digest}.{suffix}"


class Attachment(models.Model):
    """One file (附件) with its hash, size and type as found in its content."""

    class Kind(models.TextChoices):
        VIDEO = "video", "视频"
        CAPTIONS = "captions", "字幕"
        IMAGE = "image", "图片"
        ROSTER = "roster", "名册"
        EXPORT = "export", "导出"

    kind = models.CharField("类别", max_length=10, choices=Kind)
    file = models.FileField("文件", upload_to=storage_name, max_length=200)
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField("大小")
    content_type = models.CharField("类型", max_length=100)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"
