"""Giving medals: whoever gained points since the last look is looked at."""

from collections import Counter, defaultdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count

from ankang.points.models import Medal, PointAccount, PointDay, PointEntry
from ankang.points.streaks import streak_of
from ankang.points.terms import Terms, terms_at
from ankang.policies.points import Condition, MedalRule

BATCH = 500


def settle_medals(*, at: datetime) -> int:
    """Give what was earned since the last time; how many medals. Safe to run twice."""
    terms = terms_at(at)
    given = 0
    while True:
        settled, medals = _settle_batch(terms)
        given += medals
        if not settled:
            return given


@transaction.atomic
def _settle_batch(terms: Terms) -> tuple[int, int]:
    """Lock some accounts, so that nothing is gained meanwhile, and look at them."""
    waiting = PointAccount.objects.filter(is_settled=False).order_by("pk")
    accounts = list(waiting.select_for_update()[:BATCH])
    people = [account.person_id for account in accounts]
    days: dict[int, set[date]] = defaultdict(set)
    learned = PointDay.objects.filter(person__in=people, has_learned=True)
    for person, day in learned.values_list("person", "day"):
        days[person].add(day)
    acts = [rule.act for rule in terms.rules.medals if rule.act]
    awards = PointEntry.objects.filter(
        person__in=people, kind=PointEntry.Kind.AWARD, act__in=acts
    )
    times: Counter[tuple[int, str]] = Counter(
        {
            (person, act): number
            for person, act, number in awards.values_list("person", "act").annotate(
                Count("pk")
            )
        }
    )
    held = set(Medal.objects.filter(person__in=people).values_list("person_id", "code"))
    earned = [
        _medal(account, rule, terms)
        for account in accounts
        for rule in terms.rules.medals
        if (account.person_id, rule.code) not in held
        and _reached(rule, account, days[account.person_id], times, terms)
    ]
    Medal.objects.bulk_create(earned)
    settled = PointAccount.objects.filter(pk__in=[one.pk for one in accounts])
    settled.update(is_settled=True)
    return len(accounts), len(earned)


def _reached(
    rule: MedalRule,
    account: PointAccount,
    days: set[date],
    times: Counter[tuple[int, str]],
    terms: Terms,
) -> bool:
    if not account.is_on(terms.rules.is_default):
        return False
    match rule.condition:
        case Condition.TOTAL:
            return account.total >= rule.number
        case Condition.STREAK:
            streak = streak_of(
                days, max(days, default=terms.day), terms.rules.rest_days
            )
            return streak >= rule.number
        case Condition.TIMES:
            return times[account.person_id, rule.act] >= rule.number


def _medal(account: PointAccount, rule: MedalRule, terms: Terms) -> Medal:
    return Medal(
        person_id=account.person_id,
        code=rule.code,
        name=rule.name,
        reason=rule.text,
        icon=rule.icon,
        edition_id=terms.edition_id,
        at=terms.at,
    )
