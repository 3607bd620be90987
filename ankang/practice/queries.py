"""What the practice pages, the points and the knowledge index ask of practice."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Avg, Count, Q, Sum
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.points.models import PointEntry
from ankang.policies.practice import PracticeRules
from ankang.practice.memory import Calibration, calibrated, recall
from ankang.practice.models import (
    AnswerQuerySet,
    CardQuerySet,
    Mode,
    PracticeAnswer,
    PracticeGroup,
    ReviewCard,
)

SECONDS_PER_MINUTE = 60
PACE_ANSWERS = 20


def days_practised(person: Person, since: date) -> list[date]:
    """The days on which the person answered something that counts, the oldest first."""
    rows = PracticeAnswer.objects.real().filter(person=person, day__gte=since)
    return list(rows.order_by("day").values_list("day", flat=True).distinct())


def points_of(group: PracticeGroup) -> int:
    """What the group's answers brought in points; 0 for whoever takes no part."""
    answers = group.answers.values_list("pk", flat=True)
    sources = [f"practice-group:{group.pk}", *map("practice-answer:{}".format, answers)]
    entries = PointEntry.objects.filter(person=group.person_id, source__in=sources)
    return entries.aggregate(total=Sum("points"))["total"] or 0


def due_cards(*, person: Person, at: datetime) -> list[ReviewCard]:
    """What is due, the most at risk of being forgotten first."""
    cards = ReviewCard.objects.filter(person=person).due(at)
    return sorted(cards, key=lambda card: (card.memory.recall(at), card.pk))


def mendable_cards(
    *, person: Person, rules: PracticeRules, at: datetime
) -> list[ReviewCard]:
    """What in the notebook may be answered again today, the longest waiting first."""
    day = timezone.localdate(at)
    cards = ReviewCard.objects.filter(person=person).in_notebook()
    found = [one for one in cards if one.may_be_mended(day, rules.notebook_days_apart)]
    return sorted(found, key=lambda card: (card.last_at, card.pk))


def review_size(*, person: Person, rules: PracticeRules) -> int:
    """How many reviews fit into the minutes of a day, at the person's own pace."""
    lately = PracticeAnswer.objects.real().filter(
        person=person, group__mode=Mode.REVIEW
    )
    seconds = lately.order_by("-pk").values_list("seconds", flat=True)[:PACE_ANSWERS]
    paces = [float(one) for one in seconds] or [float(rules.review_seconds)]
    each = max(1.0, sum(paces) / len(paces))
    return max(1, int(rules.review_minutes * SECONDS_PER_MINUTE / each))


def recall_of(cards: Iterable[ReviewCard], day: date) -> list[float]:
    """The expected recall of each card on a day; 0 to 1, before its last answer 1."""
    number = day.toordinal()
    return [recall(card.stability, number - card.last_day) for card in cards]


def mean_recall(cards: CardQuerySet, day: date, *by: str) -> Any:
    """Expected recall on a day with the numbers of cards and people, by these columns.

    One pass inside the database; rows are dicts with `recall`, `cards`, `people`.
    """
    rows = cards.with_recall(day).order_by().values(*by)
    return rows.annotate(
        recall=Avg("recall_now"),
        cards=Count("pk"),
        people=Count("person", distinct=True),
    )


def calibration(answers: AnswerQuerySet) -> list[Calibration]:
    """Predicted recall against right answers, by tenths; first meetings, which predict
    nothing, are left out.
    """
    rows = answers.real().filter(recall__isnull=False)
    pairs = rows.values_list("recall", "is_right").iterator()
    return calibrated((float(recall or 0), is_right) for recall, is_right in pairs)


def days_by_person(people: Iterable[int], since: date) -> dict[int, set[date]]:
    """The days on which each of these people answered something that counts."""
    rows = PracticeAnswer.objects.real().filter(person__in=list(people), day__gte=since)
    days: dict[int, set[date]] = defaultdict(set)
    for person, day in rows.order_by().values_list("person", "day").distinct():
        days[person].add(day)
    return days


def recalls_by_day(
    people: Iterable[int], since: date, until: date
) -> list[tuple[int, date, int]]:
    """Person, day, and how many questions they recalled then, each question once.

    A day of practice without a right answer is there too, with 0.
    """
    rows = PracticeAnswer.objects.real().filter(
        person__in=list(people), day__range=(since, until)
    )
    grouped = rows.order_by().values("person", "day")
    right = Count("version__question", filter=Q(is_right=True), distinct=True)
    return list(grouped.annotate(right=right).values_list("person", "day", "right"))
