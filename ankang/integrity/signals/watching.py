"""Signals in how one person watched."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, F, Q, Sum

from ankang.integrity.models import Signal
from ankang.integrity.signals.findings import (
    Finding,
    Scope,
    first_rows,
    of_person,
    shown,
)
from ankang.learning.accounting import Reason
from ankang.learning.models import PresenceCheck, RefusedClaim, WatchSession

HARD = (Reason.MALFORMED, Reason.TOO_LONG, Reason.CLOCK)
SOFT = (Reason.TOO_FAST, Reason.AHEAD)
WHOLE_SECONDS = 5
FLOOD_FLOOR = 100
PASSED_SHARE = 10
Span = tuple[int, datetime, datetime]


def sessions_of(scope: Scope) -> Any:
    """The watch sessions that were opened on the day."""
    return WatchSession.objects.filter(
        opened_at__gte=scope.since,
        opened_at__lt=scope.until,
        lesson__course__year=scope.year,
    )


def impossible_hours(scope: Scope) -> Iterator[Finding]:
    """Playing went on for longer than anybody can learn in one day."""
    limit = timedelta(hours=float(scope.thresholds.day_open_hours))
    for person, spans in _spans(scope, scope.since, scope.until):
        if _length(spans) > limit:
            yield _long(Signal.Code.IMPOSSIBLE_HOURS, person, spans, scope)


def night_session(scope: Scope) -> Iterator[Finding]:
    """Most of the night was spent learning. Weak: people work in shifts."""
    limits = scope.thresholds
    since = scope.since + timedelta(hours=limits.night_from_hour)
    until = scope.since + timedelta(hours=limits.night_until_hour)
    limit = timedelta(hours=float(limits.night_hours))
    for person, spans in _spans(scope, since, until):
        if _length(spans) >= limit:
            yield _long(Signal.Code.NIGHT_SESSION, person, spans, scope)


def two_devices(scope: Scope) -> Iterator[Finding]:
    """Two devices take the learning from each other, and the one that lost it claims on."""
    limits = scope.thresholds
    sessions = sessions_of(scope)
    often = (
        sessions.filter(closed_by=WatchSession.Closed.OTHER_SESSION)
        .values("person")
        .annotate(times=Count("pk"))
        .filter(times__gte=limits.device_switches)
    )
    rows = sessions.filter(person__in=often.values("person")).order_by("opened_at")
    late = RefusedClaim.objects.filter(
        session__in=rows.order_by().values("pk"),
        reason__in=[Reason.CLOCK, Reason.AHEAD],
        last_at__gt=F("session__closed_at"),
    )
    after = dict(
        late.values("session")
        .annotate(total=Sum("seconds"))
        .values_list("session", "total")
    )
    for person, found in _by_person(rows):
        switches: list[dict[str, Any]] = [
            {
                "session": one.pk,
                "device": one.device,
                "next_device": following.device,
                "until": shown(one.closed_at),
                "claimed_after": after.get(one.pk, 0),
            }
            for one, following in pairwise(found)
            if _is_taken_over(one, following)
        ]
        claimed = sum(row["claimed_after"] for row in switches)
        is_often = len(switches) >= limits.device_switches
        if is_often and claimed >= limits.device_refused_seconds:
            evidence = {**first_rows(switches), "claimed_after": claimed}
            yield of_person(
                Signal.Code.TWO_DEVICES,
                person,
                scope.day.isoformat(),
                found[-1].opened_at,
                evidence,
            )


def refused_beats(scope: Scope) -> Iterator[Finding]:
    """Beats as no player sends them: malformed, ahead of the clock, too fast, too many."""
    limits = scope.thresholds
    hard: dict[int, list[dict[str, Any]]] = defaultdict(list)
    soft: dict[int, list[dict[str, Any]]] = defaultdict(list)
    last: dict[int, datetime] = {}
    claims = RefusedClaim.objects.filter(
        session__in=sessions_of(scope).values("pk"), reason__in=HARD + SOFT
    ).order_by("last_at")
    rows = claims.values_list(
        "session__person", "session", "reason", "times", "seconds", "last_at"
    )
    for person, session, reason, times, seconds, last_at in rows:
        if reason == Reason.CLOCK and seconds < WHOLE_SECONDS * times:
            continue
        group = hard if reason in HARD else soft
        row = {"session": session, "reason": reason, "times": times}
        group[person].append({**row, "seconds": seconds, "last_at": shown(last_at)})
        last[person] = last_at
    floods = dict(_floods(scope))
    for person in sorted({*hard, *soft, *floods}):
        counts = {
            "refused_times": sum(row["times"] for row in hard[person]),
            "soft_refused_times": sum(row["times"] for row in soft[person]),
            "floods": len(floods.get(person, [])),
        }
        if (
            counts["refused_times"] >= limits.refused_times
            or counts["soft_refused_times"] >= limits.soft_refused_times
            or counts["floods"]
        ):
            shown_rows = [*floods.get(person, []), *hard[person], *soft[person]]
            evidence = {**first_rows(shown_rows), **counts}
            at = last.get(person, scope.since)
            key = scope.day.isoformat()
            yield of_person(Signal.Code.REFUSED_BEATS, person, key, at, evidence)


def absent(scope: Scope) -> Iterator[Finding]:
    """Presence checks go by unanswered, one after the other, and the video plays on."""
    least = scope.thresholds.missed_checks
    result = PresenceCheck.Result
    checks = PresenceCheck.objects.filter(session__in=sessions_of(scope).values("pk"))
    people = (
        checks.values("session__person")
        .annotate(
            missed=Count("pk", filter=Q(result=result.MISSED)),
            passed=Count("pk", filter=Q(result=result.PASSED)),
            lost=Sum("lost_seconds"),
        )
        .filter(missed__gte=least)
        .filter(missed__gte=F("passed") * PASSED_SHARE)
    )
    counts = {row["session__person"]: row for row in people}
    rows = defaultdict(list)
    missed = checks.filter(session__person__in=counts, result=result.MISSED)
    for check in missed.select_related("session").order_by("issued_at"):
        rows[check.session.person_id].append(check)
    for person, found in rows.items():
        shown_rows = [
            {
                "session": one.session_id,
                "position": one.position,
                "issued_at": shown(one.issued_at),
                "lost_seconds": one.lost_seconds,
            }
            for one in found
        ]
        evidence = {**first_rows(shown_rows), "passed": counts[person]["passed"]}
        key = scope.day.isoformat()
        yield of_person(Signal.Code.ABSENT, person, key, found[-1].issued_at, evidence)


def _spans(
    scope: Scope, since: datetime, until: datetime
) -> Iterable[tuple[int, list[Span]]]:
    """When each person's playing went on, cut to a part of the day.

    A span ends with its last beat, so a page left open alone is no learning.
    """
    rows = WatchSession.objects.filter(
        opened_at__gte=since - timedelta(days=1),
        opened_at__lt=until,
        last_beat_at__gt=since,
        lesson__course__year=scope.year,
    ).order_by("opened_at")
    found: dict[int, list[Span]] = defaultdict(list)
    for person, pk, opened_at, closed_at, last_at in rows.values_list(
        "person", "pk", "opened_at", "closed_at", "last_beat_at"
    ):
        begins = max(opened_at, since)
        ends = min(filter(None, [last_at, closed_at, until]))
        if begins < ends:
            found[person].append((pk, begins, ends))
    return found.items()


def _length(spans: list[Span]) -> timedelta:
    return sum((ends - begins for _, begins, ends in spans), timedelta())


def _long(code: Signal.Code, person: int, spans: list[Span], scope: Scope) -> Finding:
    rows = [
        {"session": pk, "from": shown(begins), "until": shown(ends)}
        for pk, begins, ends in spans
    ]
    evidence = {**first_rows(rows), "seconds": int(_length(spans).total_seconds())}
    return of_person(code, person, scope.day.isoformat(), spans[-1][2], evidence)


def _by_person(rows: Any) -> Iterable[tuple[int, list[WatchSession]]]:
    found = defaultdict(list)
    for session in rows:
        found[session.person_id].append(session)
    return found.items()


def _is_taken_over(one: WatchSession, following: WatchSession) -> bool:
    """Did another device end this session?"""
    return (
        one.closed_by == WatchSession.Closed.OTHER_SESSION
        and one.device != ""
        and following.device not in {"", one.device}
    )


def _floods(scope: Scope) -> Iterable[tuple[int, list[dict[str, Any]]]]:
    """Sessions with several times the beats that their time has room for."""
    factor, step = scope.thresholds.beat_flood, scope.rules.beat_seconds
    found = defaultdict(list)
    rows = sessions_of(scope).filter(beats__gte=FLOOD_FLOOR)
    for session in rows:
        last_at = session.last_beat_at or session.opened_at
        seconds = (last_at - session.opened_at).total_seconds()
        if session.beats > factor * (seconds / step) + FLOOD_FLOOR:
            row = {"session": session.pk, "beats": session.beats}
            found[session.person_id].append({**row, "seconds": int(seconds)})
    return found.items()
