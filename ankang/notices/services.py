"""Reading messages."""

from datetime import datetime

from django.db import transaction

from ankang.accounts.models import Person
from ankang.notices.models import Notice


@transaction.atomic
def mark_read(*, notice: Notice, at: datetime) -> Notice:
    """Note when a message was first read."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)
    return notice


@transaction.atomic
def mark_all_read(*, person: Person, at: datetime) -> int:
    """Note that a person has seen every message; how many were new."""
    return person.notices.filter(read_at=None).update(read_at=at)
