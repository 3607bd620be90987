"""Telling people something, without pestering them, and reading it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.accounts.sms import send_text
from ankang.core.errors import Refusal
from ankang.notices.models import Notice


@dataclass(frozen=True)
class Reminders:
    """Who was reminded; who was left out because the day's number is used up."""

    sent: list[Notice]
    capped: list[Person]

    @property
    def without_mobile(self) -> int:
        return sum(not notice.person.mobile_mask for notice in self.sent)


@transaction.atomic
def send_reminders(
    *, people: Sequence[Person], text: str, path: str, per_day: int, at: datetime
) -> Reminders:
    """Put a reminder into each person's messages, at most `per_day` on one day.

    The persons' rows are locked, so that two who press at once send one reminder.
    """
    today = timezone.localdate(at)
    keys = [person.pk for person in people]
    list(Person.objects.select_for_update().filter(pk__in=keys).values_list("pk"))
    had = dict(
        Notice.objects.filter(person__in=keys, kind=Notice.Kind.REMINDER, sent_on=today)
        .values_list("person")
        .annotate(times=Count("pk"))
    )
    capped = [person for person in people if had.get(person.pk, 0) >= per_day]
    notices = [
        Notice(
            person=person,
            kind=Notice.Kind.REMINDER,
            text=text,
            path=path,
            sent_on=today,
            created_at=at,
        )
        for person in people
        if had.get(person.pk, 0) < per_day
    ]
    return Reminders(sent=Notice.objects.bulk_create(notices), capped=capped)


def text_notice(*, notice: Notice, at: datetime) -> bool:
    """Send the notice as a text message too, once; did it go out now?

    The moment is stored first: a worker killed between the two leaves a text unsent
    rather than sent twice.
    """
    unsent = Notice.objects.filter(pk=notice.pk, texted_at=None)
    if not notice.person.mobile_mask or not unsent.update(texted_at=at):
        return False
    try:
        send_text(notice.person.mobile(), notice.text)
    except Refusal:
        Notice.objects.filter(pk=notice.pk).update(texted_at=None)
        return False
    return True


@transaction.atomic
def mark_read(*, notice: Notice, at: datetime) -> Notice:
    """Note when a message was first read."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)
    return notice


@transaction.atomic
def mark_all_read(*, person: Person, at: datetime) -> int:
    """Note that a person has seen every message; how many were new."""
    return person.notices.filter(read_at=None).update(read_at=at)
