"""The log (存证): records, the hashes over them, and what was signed about them.

Triggers of the database refuse every change of these rows (guards.py), whoever asks.
"""

from django.db import models
from django.db.models import F, Q

from ankang.evidence.merkle import leaf_hash


class Record(models.Model):
    """One fact. `body` is the whole record as it is hashed; the rest finds it."""

    kind = models.CharField("事实", max_length=40)
    subject = models.CharField("对象", max_length=80)
    source = models.CharField("来源", max_length=120)
    body = models.TextField("存证内容")
    at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("登记时间")
    position = models.BigIntegerField("序号", null=True, unique=True)

    class Meta:
        verbose_name = "存证记录"
        verbose_name_plural = "存证记录"
        constraints = [
            models.UniqueConstraint(
                name="evidence_record_once_per_source", fields=["kind", "source"]
            ),
            models.CheckConstraint(
                name="evidence_record_position_counts_from_0",
                condition=Q(position__isnull=True) | Q(position__gte=0),
            ),
        ]
        indexes = [
            # the dossier of one person
            models.Index(fields=["subject", "position"], name="evidence_by_subject"),
            # what the sealer has still to do
            models.Index(
                fields=["recorded_at", "id"],
                condition=Q(position__isnull=True),
                name="evidence_unsealed",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} {self.subject}"

    def leaf_hash(self) -> bytes:
        return leaf_hash(self.body.encode())


class LogKey(models.Model):
    """A key that signs checkpoints (签名密钥); it signs until it retires."""

    name = models.CharField("名称", max_length=200)
    public_key = models.BinaryField("公钥", max_length=32)
    private_key = models.BinaryField("私钥（已加密）")
    created_at = models.DateTimeField("生成时间")
    retires_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "签名密钥"
        verbose_name_plural = "签名密钥"
        constraints = [
            models.UniqueConstraint(
                name="evidence_key_once_per_public_key", fields=["public_key"]
            ),
            models.CheckConstraint(
                name="evidence_key_retires_after_it_is_made",
                condition=Q(retires_at__isnull=True)
                | Q(retires_at__gte=F("created_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Checkpoint(models.Model):
    """How long the log was and what it hashed to at a moment, signed (检查点)."""

    size = models.BigIntegerField("记录数")
    root = models.BinaryField("根哈希", max_length=32)
    at = models.DateTimeField("签发时间")
    note = models.TextField("签名文本")

    class Meta:
        verbose_name = "检查点"
        verbose_name_plural = "检查点"
        constraints = [
            # a quiet log is signed again each day
            models.UniqueConstraint(
                name="evidence_checkpoint_once_per_moment", fields=["size", "at"]
            ),
            models.CheckConstraint(
                name="evidence_checkpoint_size_not_negative", condition=Q(size__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.size}"

    def root_hex(self) -> str:
        return bytes(self.root).hex()


class Tile(models.Model):
    """256 neighboring hashes of one level of the tree (哈希块), and their root."""

    level = models.PositiveSmallIntegerField("层")
    index = models.BigIntegerField("块号")
    hashes = models.BinaryField("哈希", max_length=256 * 32)
    root = models.BinaryField("块的根哈希", max_length=32)

    class Meta:
        verbose_name = "哈希块"
        verbose_name_plural = "哈希块"
        constraints = [
            models.UniqueConstraint(
                name="evidence_tile_once_per_place", fields=["level", "index"]
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.level}/{self.index}"
