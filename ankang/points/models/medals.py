"""Medals (勋章): given once by rule, and never taken away but by a deduction."""

from django.db import models

from ankang.accounts.models import Person
from ankang.points.models.ledger import PointEntry
from ankang.policies.models import RuleEdition


class Medal(models.Model):
    """A medal that somebody has earned. Its name and condition are of the edition."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="medals")
    code = models.CharField("代码", max_length=30)
    name = models.CharField("名称", max_length=30)
    reason = models.CharField("原因", max_length=100)
    icon = models.CharField("图标", max_length=30)
    edition = models.ForeignKey(RuleEdition, on_delete=models.PROTECT)
    at = models.DateTimeField("获得时间")

    class Meta:
        verbose_name = "勋章"
        verbose_name_plural = "勋章"
        constraints = [
            models.UniqueConstraint(
                name="medal_once_per_person_and_code", fields=["person", "code"]
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.code}"


class MedalLoss(models.Model):
    """A deduction took the medal away (勋章收回)."""

    medal = models.OneToOneField(Medal, on_delete=models.PROTECT, related_name="loss")
    entry = models.ForeignKey(PointEntry, on_delete=models.PROTECT)

    class Meta:
        verbose_name = "勋章收回"
        verbose_name_plural = "勋章收回"

    def __str__(self) -> str:
        return f"#{self.pk} {self.medal_id}"
