"""Who lets whom see how they practice: nothing without both, nothing after either left.

Ended friendships are deleted, because nobody needs to know of them.
"""

import secrets
from typing import Self

from django.db import models
from django.db.models import F, Q

from ankang.accounts.models import Person

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


def new_friend_code() -> str:
    """Short enough to be typed, too long to be guessed: 31 to the power of 8."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


class FriendCard(models.Model):
    """Somebody takes part in friends (好友码), and the row that their changes lock.

    Whoever holds the code may ask. A new code makes the old one worthless.
    """

    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, related_name="friend_card"
    )
    code = models.CharField(
        "好友码", max_length=CODE_LENGTH, unique=True, default=new_friend_code
    )
    opened_at = models.DateTimeField("开启时间")

    class Meta:
        verbose_name = "好友码"
        verbose_name_plural = "好友码"

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id}"

    @property
    def spaced(self) -> str:
        """The code in two halves, to be read out."""
        return f"{self.code[: CODE_LENGTH // 2]} {self.code[CODE_LENGTH // 2 :]}"


class FriendshipQuerySet(models.QuerySet["Friendship"]):
    """Friendships of a person, and of both people."""

    def of(self, person: Person) -> Self:
        return self.filter(Q(low=person) | Q(high=person))

    def between(self, one: int, other: int) -> Self:
        low, high = sorted((one, other))
        return self.filter(low=low, high=high)

    def accepted(self) -> Self:
        return self.filter(accepted_at__isnull=False)


class Friendship(models.Model):
    """Two people, one row (好友): asked for by one, accepted by the other."""

    low = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    high = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("请求时间")
    accepted_at = models.DateTimeField("同意时间", null=True, blank=True)

    objects = FriendshipQuerySet.as_manager()

    class Meta:
        verbose_name = "好友"
        verbose_name_plural = "好友"
        constraints = [
            models.UniqueConstraint(
                name="friendship_once_per_pair",
                fields=["low", "high"],
                violation_error_message="你们已经是好友，或者请求已经发出。",
            ),
            models.CheckConstraint(
                name="friendship_of_two",
                condition=Q(low__lt=F("high")),
                violation_error_message="不能加自己为好友。",
            ),
            models.CheckConstraint(
                name="friendship_asked_by_one_of_them",
                condition=Q(asker=F("low")) | Q(asker=F("high")),
            ),
        ]
        indexes = [
            # requests that nobody answered
            models.Index(
                fields=["asked_at"],
                name="friendship_waiting",
                condition=Q(accepted_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.low_id}-{self.high_id}"

    def other(self, person: Person) -> Person:
        """The friend, as this one of them sees it."""
        return self.high if self.low_id == person.pk else self.low


class FriendBlock(models.Model):
    """Somebody wants no more requests from another (拉黑). The other is not told."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="friend_blocks"
    )
    blocked = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "拉黑"
        verbose_name_plural = "拉黑"
        constraints = [
            models.UniqueConstraint(
                name="friend_block_once", fields=["person", "blocked"]
            ),
            models.CheckConstraint(
                name="friend_block_of_another", condition=~Q(person=F("blocked"))
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.person_id}"
