"""Awarding points: under the lock on one person's row, in a few plain statements.

A group of answers of thousands of people may come in at the same time, so this path
speaks SQL as the watch beats do.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from ankang.accounts.models import Person
from ankang.points.reckoning import Award, Gain, Tally, reckon, with_sign_in
from ankang.points.terms import Terms, terms_at
from ankang.policies.points import PointsRules

REASON_LENGTH = 200
LOCK = """
SELECT choice FROM points_pointaccount WHERE person_id = %s
"""
OPEN_ACCOUNT = """
INSERT INTO points_pointaccount (person_id, shows_name, total, is_settled)
VALUES (%s, %s, 0, %s) ON CONFLICT DO NOTHING
"""
KNOWN = """
SELECT act, source, "full", points, reason FROM points_pointentry
WHERE person_id = %s AND act IN ({acts}) AND source IN ({sources})
"""
WEEK = """
SELECT day, earned, by_act FROM points_pointday
WHERE person_id = %s AND day BETWEEN %s AND %s
"""
ENTRY = """
INSERT INTO points_pointentry (person_id, kind, act, source, "full", points, reason,
    edition_id, day, at, comment)
VALUES {rows}
"""
ENTRY_ROW = "(%s, 'award', %s, %s, %s, %s, %s, %s, %s, %s, '')"
DAY = """
INSERT INTO points_pointday AS d
    (person_id, day, earned, total, by_act, has_learned, ranked, folded)
VALUES (%s, %s, %s, %s, %s, %s, %s, 0)
ON CONFLICT (person_id, day) DO UPDATE SET earned = excluded.earned,
    total = d.total + excluded.total, by_act = excluded.by_act,
    has_learned = d.has_learned OR excluded.has_learned,
    ranked = d.ranked + excluded.ranked
"""
ACCOUNT = """
UPDATE points_pointaccount SET total = total + %s, is_settled = %s WHERE person_id = %s
"""


def award(
    *,
    person: Person,
    act: str,
    source: str,
    at: datetime,
    times: int = 1,
    about: str = "",
) -> Award:
    """Award one act to one person, once per source.

    Never refuses: an act over a cap is booked short, with the reason in words; one that
    earns nothing in the edition, or for somebody who takes no part, does nothing.
    """
    gains = [Gain(act=act, source=source, times=times, about=about)]
    made = {(one.act, one.source): one for one in award_all(person, gains, at=at)}
    return made.get((act, source), Award(act=act, source=source))


@transaction.atomic
def award_all(person: Person, gains: Sequence[Gain], *, at: datetime) -> list[Award]:
    """Award several acts of one person in one transaction; see `award`."""
    terms = terms_at(at)
    worth = [gain for gain in gains if terms.rules.rule_of(gain.act)]
    if not worth or not lock_if_on(person.pk, terms.rules):
        return []
    known = known_awards(person.pk, worth)
    fresh = list(
        {
            (gain.act, gain.source): gain
            for gain in worth
            if (gain.act, gain.source) not in known
        }.values()
    )
    if not fresh:
        return list(known.values())
    tally = tally_of(person.pk, terms.day, since=_first_day(worth, terms))
    fresh = with_sign_in(fresh, tally, terms.rules, terms.day.isoformat())
    awards = reckon(fresh, tally, terms.rules)
    _book(person.pk, awards, tally, terms)
    return [*known.values(), *awards]


def lock_if_on(person: int, rules: PointsRules) -> bool:
    """Lock the person's account if they take part; everybody else is left alone."""
    found = lock_account(person)
    if found is None:
        if not rules.is_default:
            return False
        found = open_account(person)
    choice = found[0]
    return rules.is_default if choice is None else choice


def lock_account(person: int) -> tuple[bool | None] | None:
    """Lock the account until the transaction ends; what it says, None if there is none.

    SQLite's transaction holds the only write lock already.
    """
    with connection.cursor() as cursor:
        lock = "FOR UPDATE" if connection.features.has_select_for_update else ""
        cursor.execute(LOCK + lock, [person])
        found = cursor.fetchone()
    if found is None:
        return None
    return (None if found[0] is None else bool(found[0]),)


def open_account(person: int) -> tuple[bool | None]:
    """Make the account unless there is one, and lock it; what it says."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_ACCOUNT, [person, False, True])
    return lock_account(person) or (None,)


def known_awards(person: int, gains: Iterable[Gain]) -> dict[tuple[str, str], Award]:
    """What was booked before for the same acts and sources. Under the lock."""
    acts = sorted({gain.act for gain in gains})
    sources = sorted({gain.source for gain in gains})
    sql = KNOWN.format(acts=_marks(acts), sources=_marks(sources))
    with connection.cursor() as cursor:
        cursor.execute(sql, [person, *acts, *sources])
        rows = cursor.fetchall()
    wanted = {(gain.act, gain.source) for gain in gains}
    return {
        (act, source): Award(act, source, full, points, reason)
        for act, source, full, points, reason in rows
        if (act, source) in wanted
    }


def _first_day(gains: Sequence[Gain], terms: Terms) -> date:
    """Monday if a cap is about the week, else the day itself: fewer rows to read."""
    rules = [terms.rules.rule_of(gain.act) for gain in gains]
    is_weekly = any(rule and rule.week_cap for rule in rules)
    return terms.day - timedelta(days=terms.day.weekday() if is_weekly else 0)


def tally_of(person: int, day: date, *, since: date) -> Tally:
    """What the person earned that day, and by act from the day `since` for a week."""
    adapt = connection.ops.adapt_datefield_value
    until = since + timedelta(days=6)
    tally = Tally()
    with connection.cursor() as cursor:
        cursor.execute(WEEK, [person, adapt(since), adapt(until)])
        for on, earned, raw in cursor.fetchall():
            by_act = Counter(json.loads(raw))
            tally.week.update(by_act)
            if str(on) == day.isoformat():
                tally.earned, tally.today = earned, by_act
    return tally


def _book(person: int, awards: list[Award], tally: Tally, terms: Terms) -> None:
    points = sum(one.points for one in awards)
    rules = [terms.rules.rule_of(one.act) for one in awards]
    has_learned = any(rule and rule.is_learning for rule in rules)
    ranked = points if terms.rules.allows_ranking else 0
    day = connection.ops.adapt_datefield_value(terms.day)
    at = connection.ops.adapt_datetimefield_value(terms.at)
    values: list[Any] = []
    for one in awards:
        worth = [one.full, one.points, one.reason[:REASON_LENGTH]]
        values += [person, one.act, one.source, *worth, terms.edition_id, day, at]
    by_act = json.dumps(tally.today)
    with connection.cursor() as cursor:
        rows = ", ".join([ENTRY_ROW] * len(awards))
        cursor.execute(ENTRY.format(rows=rows), values)
        counted: list[Any] = [tally.earned, points, by_act, has_learned, ranked]
        cursor.execute(DAY, [person, day, *counted])
        cursor.execute(ACCOUNT, [points, False, person])


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
