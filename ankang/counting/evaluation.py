"""The published rule in SQL: who began in a year, and what became of each of them.

One statement judges a whole city or one person, on SQLite and PostgreSQL alike. What it
means stands in `rules.judge`; a test holds the two together over made-up cities.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from sqlite3 import sqlite_version_info
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from ankang.counting.models import Standing
from ankang.integrity.queries import people_with_upheld_finding
from ankang.policies.models import CountingCondition, Rules

Reason = Standing.Reason


@dataclass(frozen=True)
class Span:
    """The people whose keys lie between two numbers, both included."""

    first: int
    last: int


Whom = Span | Sequence[int]

# `source` gives each person their own records, and those merged into theirs. Cross joins
# and materialized parts tell SQLite to start from the people, whoever they are.
FACTS = """
WITH holding_merge AS {once} (
    SELECT duplicate_id, into_id FROM counting_personmerge WHERE undone_at IS NULL
), source(person, record) AS {once} (
    SELECT id, id FROM accounts_person WHERE {whom:id}
    UNION ALL
    SELECT into_id, duplicate_id FROM holding_merge WHERE {whom:into_id}
), year_lesson AS {once} (
    SELECT lesson.id, lesson.courseware_id
    FROM learning_lesson lesson JOIN learning_course course ON course.id = lesson.course_id
    WHERE course.year = %(year)s
), watched AS {once} (
    SELECT source.person, MIN(session.opened_at) AS opened_at
    FROM source CROSS JOIN learning_watchsession session
    WHERE session.person_id = source.record
        AND session.lesson_id IN (SELECT id FROM year_lesson)
    GROUP BY source.person
), examined AS {once} (
    SELECT source.person, MIN(paper.drawn_at) AS drawn_at,
        COUNT(paper.handed_in_at) AS taken,
        MIN(paper.handed_in_at) FILTER (WHERE paper.is_passed) AS passed_at
    FROM source CROSS JOIN learning_paper paper
    WHERE paper.person_id = source.record
        AND paper.course_id IN (SELECT id FROM learning_course WHERE year = %(year)s)
    GROUP BY source.person
), began AS {once} (
    SELECT person, MIN(at) AS at FROM (
        SELECT person, opened_at AS at FROM watched
        UNION ALL SELECT person, drawn_at FROM examined
    ) beginning GROUP BY person
)"""

JUDGED = """, learned AS {once} (
    SELECT person, SUM(seconds) AS seconds FROM (
        SELECT source.person, version.courseware_id, MAX(coverage.credited_seconds) AS seconds
        FROM source CROSS JOIN learning_coverage coverage
            JOIN content_coursewareversion version ON version.id = coverage.version_id
        WHERE coverage.person_id = source.record
            AND version.courseware_id IN (SELECT courseware_id FROM year_lesson)
        GROUP BY source.person, version.courseware_id
    ) best GROUP BY person
), credited AS {once} (
    SELECT person, id, at, tenths FROM (
        SELECT source.person, entry.id, entry.at,
            CAST(ROUND(entry.hours * 10) AS integer) AS tenths,
            ROW_NUMBER() OVER (
                PARTITION BY source.person, entry.source ORDER BY entry.at, entry.id
            ) AS nth
        FROM source CROSS JOIN credits_creditentry entry
        WHERE entry.person_id = source.record AND entry.year = %(year)s
    ) entry WHERE nth = 1
), ledger AS {once} (
    SELECT person, at,
        ROW_NUMBER() OVER running AS nth,
        SUM(tenths) OVER running AS total
    FROM credited
    WINDOW running AS (
        PARTITION BY person ORDER BY at, tenths, id ROWS UNBOUNDED PRECEDING
    )
), full_hours AS {once} (
    SELECT person, MIN(at) AS at FROM (
        SELECT person, at, nth, MAX(CASE WHEN total < %(tenths)s THEN nth ELSE 0 END)
            OVER (PARTITION BY person) AS last_short
        FROM ledger
    ) entry WHERE nth > last_short GROUP BY person
), certified AS {once} (
    SELECT source.person, COUNT(*) AS issued, COUNT(revocation.id) AS revoked
    FROM source CROSS JOIN credits_certificate certificate
        LEFT JOIN credits_certificaterevocation revocation
            ON revocation.certificate_id = certificate.id
    WHERE certificate.person_id = source.record AND certificate.year = %(year)s
    GROUP BY source.person
), known AS {once} (
    SELECT source.person, MIN(record.verified_at) AS verified_at
    FROM source CROSS JOIN accounts_person record
    WHERE record.id = source.record
    GROUP BY source.person
), found AS {once} (
    SELECT DISTINCT source.person FROM source
    WHERE source.record IN ({findings})
), passed AS {once} (
    SELECT began.person, {day:examined.passed_at} AS day
    FROM began LEFT JOIN examined ON examined.person = began.person
), term AS {once} (
    SELECT source.person, employment.employer_id, employer.district_id,
        employment.from_date, employment.to_date
    FROM source CROSS JOIN organizations_employment employment
        JOIN organizations_employer employer ON employer.id = employment.employer_id
    WHERE employment.person_id = source.record
    UNION ALL
    SELECT source.person, NULL, registration.district_id,
        registration.from_date, registration.to_date
    FROM source CROSS JOIN rosters_flexibleregistration registration
    WHERE registration.person_id = source.record
), belonging AS {once} (
    SELECT person, employer_id, district_id FROM (
        SELECT term.person, term.employer_id, term.district_id,
            ROW_NUMBER() OVER (
                PARTITION BY term.person
                ORDER BY CASE WHEN term.employer_id IS NULL THEN 1 ELSE 0 END,
                    term.from_date DESC, term.employer_id DESC, term.district_id DESC
            ) AS nth
        FROM term JOIN passed ON passed.person = term.person
        WHERE CASE WHEN passed.day IS NULL THEN term.to_date IS NULL
            ELSE term.from_date <= passed.day
                AND (term.to_date IS NULL OR term.to_date >= passed.day) END
    ) choice WHERE nth = 1
), verdict AS {once} (
    SELECT began.person, belonging.employer_id, belonging.district_id,
        {day:began.at} AS began_on, COALESCE(learned.seconds, 0) AS learned_seconds,
        CASE WHEN holding_merge.duplicate_id IS NOT NULL THEN 'merged'
            {reasons} ELSE 'counted' END AS reason,
        {held_at} AS held_at
    FROM began
        LEFT JOIN holding_merge ON holding_merge.duplicate_id = began.person
        LEFT JOIN known ON known.person = began.person
        LEFT JOIN belonging ON belonging.person = began.person
        LEFT JOIN learned ON learned.person = began.person
        LEFT JOIN examined ON examined.person = began.person
        LEFT JOIN full_hours ON full_hours.person = began.person
        LEFT JOIN certified ON certified.person = began.person
        LEFT JOIN found ON found.person = began.person
), due AS (
    SELECT person, employer_id, district_id, began_on,
        CASE WHEN reason = 'counted' THEN {day:held_at} END AS counted_on,
        learned_seconds, reason
    FROM verdict
), wrong AS (
    SELECT due.* FROM due LEFT JOIN counting_standing standing
        ON standing.person_id = due.person AND standing.year = %(year)s
    WHERE standing.id IS NULL
        OR standing.employer_id {differs} due.employer_id
        OR standing.district_id {differs} due.district_id
        OR standing.began_on <> due.began_on
        OR standing.counted_on {differs} due.counted_on
        OR standing.learned_seconds <> due.learned_seconds
        OR standing.reason <> due.reason
)"""


SAVE_WRONG = """
INSERT INTO counting_standing (year, person_id, employer_id, district_id, began_on,
    counted_on, learned_seconds, reason)
{facts} {judged}
SELECT %(year)s, person, employer_id, district_id, began_on, counted_on, learned_seconds,
    reason
FROM wrong WHERE true
ON CONFLICT (year, person_id) DO UPDATE SET
    employer_id = excluded.employer_id, district_id = excluded.district_id,
    began_on = excluded.began_on, counted_on = excluded.counted_on,
    learned_seconds = excluded.learned_seconds, reason = excluded.reason
"""

DELETE_GONE = """
DELETE FROM counting_standing WHERE year = %(year)s AND {whom:person_id}
    AND person_id NOT IN ({facts} SELECT person FROM began)
"""

LIST_WRONG = """
{facts} {judged}
SELECT person FROM wrong
UNION
SELECT person_id FROM counting_standing WHERE year = %(year)s AND {whom:person_id}
    AND person_id NOT IN (SELECT person FROM began)
"""

# What each condition of an edition finds missing, as (when, reason).
MISSING = {
    CountingCondition.VERIFIED: [("known.verified_at IS NULL", Reason.UNVERIFIED)],
    CountingCondition.EMPLOYER: [("belonging.person IS NULL", Reason.NO_EMPLOYER)],
    CountingCondition.HOURS: [
        ("full_hours.at IS NULL AND NOT ({awaits_exam})", Reason.HOURS_SHORT),
        ("full_hours.at IS NULL AND examined.taken > 0", Reason.EXAM_FAILED),
        ("full_hours.at IS NULL", Reason.EXAM_PENDING),
    ],
    CountingCondition.EXAM: [
        ("examined.passed_at IS NULL AND examined.taken > 0", Reason.EXAM_FAILED),
        ("examined.passed_at IS NULL", Reason.EXAM_PENDING),
    ],
    CountingCondition.CERTIFICATE: [
        ("certified.issued = certified.revoked", Reason.REVOKED)
    ],
    CountingCondition.NO_FINDING: [("found.person IS NOT NULL", Reason.FINDING)],
}
HELD_AT = {
    CountingCondition.VERIFIED: "known.verified_at",
    CountingCondition.HOURS: "full_hours.at",
    CountingCondition.EXAM: "examined.passed_at",
}


def save_standings(whom: Whom, *, year: int, rules: Rules) -> int:
    """Write the standings of these people where they differ; how many did."""
    statement = _Statement(whom, year, rules)
    with connection.cursor() as cursor:
        return sum(statement.run(cursor, text) for text in (DELETE_GONE, SAVE_WRONG))


def wrong_standings(whom: Whom, *, year: int, rules: Rules) -> list[int]:
    """People whose stored standing is not what the facts say."""
    with connection.cursor() as cursor:
        _Statement(whom, year, rules).run(cursor, LIST_WRONG)
        return sorted(row[0] for row in cursor.fetchall())


class _Statement:
    """The parts in which people, editions and databases differ."""

    def __init__(self, whom: Whom, year: int, rules: Rules) -> None:
        is_postgres = connection.vendor == "postgresql"
        tenths = ceil(rules.required_credit_hours * 10)
        self.values: dict[str, Any] = {
            "year": year,
            "tenths": tenths,
            "seconds": tenths * rules.credit_hour_minutes * 60 // 10,
            "zone": timezone.get_default_timezone_name(),
        }
        self.parts: dict[str, object] = {
            "whom": self._whom(whom, is_postgres),
            "day": _Column(
                "({} AT TIME ZONE %(zone)s)::date" if is_postgres else _sqlite_day()
            ),
            "differs": "IS DISTINCT FROM" if is_postgres else "IS NOT",
            "once": _materialized(),
            "findings": self._findings(year),
            "reasons": _reasons(rules),
            "held_at": _held_at(rules, "GREATEST" if is_postgres else "MAX"),
        }
        self.parts["facts"] = FACTS.format(**self.parts)
        self.parts["judged"] = JUDGED.format(**self.parts)

    def run(self, cursor: CursorWrapper, text: str) -> int:
        cursor.execute(text.format(**self.parts), self.values)
        return int(cursor.rowcount)

    def _whom(self, whom: Whom, is_postgres: bool) -> "_Column":
        if isinstance(whom, Span):
            self.values |= {"first": whom.first, "last": whom.last}
            return _Column("{} BETWEEN %(first)s AND %(last)s")
        self.values["people"] = list(whom) if is_postgres else json.dumps(list(whom))
        if is_postgres:
            return _Column("{} = ANY(%(people)s)")
        return _Column("{} IN (SELECT value FROM json_each(%(people)s))")

    def _findings(self, year: int) -> str:
        text, values = people_with_upheld_finding(year).query.sql_with_params()
        names = [f"finding_{position}" for position in range(len(values))]
        self.values |= dict(zip(names, values, strict=True))
        return text % tuple(f"%({name})s" for name in names)


@dataclass(frozen=True)
class _Column:
    """Text around a column, which the statement names as `{part:column}`."""

    text: str

    def __format__(self, column: str) -> str:
        return self.text.format(column)


def _reasons(rules: Rules) -> str:
    """The edition's conditions, in its order, as the arms of a CASE."""
    awaits_exam = "false"
    if CountingCondition.EXAM in rules.counting_conditions:
        awaits_exam = (
            "examined.passed_at IS NULL AND COALESCE(learned.seconds, 0) >= %(seconds)s"
        )
    return "\n            ".join(
        f"WHEN {when.format(awaits_exam=awaits_exam)} THEN '{reason.value}'"
        for condition in rules.counting_conditions
        for when, reason in MISSING[CountingCondition(condition)]
    )


def _held_at(rules: Rules, greatest: str) -> str:
    """When the last of the conditions that have a time was met."""
    times = [
        HELD_AT[CountingCondition(condition)]
        for condition in rules.counting_conditions
        if condition in HELD_AT
    ]
    return f"{greatest}({', '.join(['began.at', *times])})" if times else "began.at"


def _sqlite_day() -> str:
    """SQLite knows no zones; China has had one offset, without summer time, since 1991."""
    offset = timezone.get_default_timezone().utcoffset(datetime(2020, 1, 1))  # noqa: DTZ001
    seconds = int(offset.total_seconds()) if offset else 0
    return f"date({{}}, '{seconds:+d} seconds')"


def _materialized() -> str:
    """Older SQLite does not know the word."""
    is_known = connection.vendor != "sqlite" or sqlite_version_info >= (3, 35)
    return "MATERIALIZED" if is_known else ""
