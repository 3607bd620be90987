"""Points for what was verifiably learned: a lesson done, minutes watched.

From answers and beats only, so that opening a page never earns anything. What each act
is worth, if anything, is the edition's matter.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.content.models import Courseware
from ankang.learning.models import CheckAnswer, WatchSession
from ankang.learning.queries import SECONDS_PER_MINUTE
from ankang.points.models import Act, PointAccount
from ankang.points.services import Gain, award_all
from ankang.points.terms import terms_at
from ankang.policies.points import PointsRules

READ: dict[str, Act] = {
    Courseware.Kind.ARTICLE: Act.ARTICLE,
    Courseware.Kind.VIDEO: Act.VIDEO,
}
SPENT: dict[str, Act] = {
    Courseware.Kind.ARTICLE: Act.ARTICLE_MINUTE,
    Courseware.Kind.VIDEO: Act.VIDEO_MINUTE,
}
Minutes = dict[tuple[int, date, str], int]


def reward_lesson(answer: CheckAnswer) -> None:
    """The lesson is done with this right answer: once, however often it is answered."""
    courseware = answer.lesson.courseware
    acts = [Act.LESSON, READ.get(courseware.kind)]
    source, about = f"lesson:{answer.lesson_id}", f"《{courseware.title}》"
    gains = [Gain(act, source, about=about) for act in acts if act]
    award_all(answer.person, gains, at=answer.at)


def reward_watching(*, since: datetime, at: datetime) -> int:
    """Each full minute of a day, for whoever watched since then; how many people.

    The timer's work. A minute has a number, so that it is booked once.
    """
    rules = terms_at(at).rules
    rewarded = [act for act in SPENT.values() if rules.rule_of(act)]
    if not rewarded:
        return 0
    seconds = _seconds_by_day(WatchSession.objects.filter(last_beat_at__gte=since))
    gains: dict[int, list[Gain]] = defaultdict(list)
    for (person, day, act), spent in seconds.items():
        gains[person] += _minutes(act, day, spent // SECONDS_PER_MINUTE, rules)
    people = Person.objects.in_bulk(_taking_part(gains, rules))
    for pk, someone in people.items():
        award_all(someone, gains[pk], at=at)
    return len(people)


def _seconds_by_day(active: QuerySet[WatchSession]) -> Minutes:
    """What the people of these sessions spent on each of their days, by act."""
    opened: dict[int, datetime] = {}
    for person, at in active.values_list("person", "opened_at"):
        opened[person] = min(at, opened.get(person, at))
    if not opened:
        return {}
    first = timezone.localtime(min(opened.values()))
    sessions = WatchSession.objects.filter(
        person__in=sorted(opened),
        opened_at__gte=first.replace(hour=0, minute=0, second=0, microsecond=0),
    )
    seconds: Minutes = defaultdict(int)
    for person, at, spent, kind in sessions.values_list(
        "person", "opened_at", "spent", "version__courseware__kind"
    ):
        if act := SPENT.get(kind):
            seconds[person, timezone.localdate(at), act] += spent
    return seconds


def _minutes(act: str, day: date, full: int, rules: PointsRules) -> Iterable[Gain]:
    """One gain per minute, no more of them than the day's cap can hold."""
    rule = rules.rule_of(act)
    if rule is None:
        return
    most = (rule.day_cap or rules.day_cap) // rule.points
    for number in range(1, min(full, most) + 1):
        yield Gain(act, f"{day.isoformat()}:{number}", about=f"第 {number} 分钟")


def _taking_part(people: Iterable[int], rules: PointsRules) -> list[int]:
    accounts = PointAccount.objects.filter(person__in=sorted(people))
    said = dict(accounts.values_list("person", "choice"))
    return [
        person
        for person in people
        if (rules.is_default if said.get(person) is None else said[person])
    ]
