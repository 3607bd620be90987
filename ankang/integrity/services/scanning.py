"""Looking through a day's facts for signals, and merging them into cases."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain

from django.db import transaction
from django.utils import timezone

from ankang.core.days import after_working_days
from ankang.integrity.models import Case, Involvement, ScannedDay, Signal, Subject
from ankang.integrity.signals.catalog import ENTRIES
from ankang.integrity.signals.findings import Finding, scope_of
from ankang.jobs.models import Job
from ankang.jobs.services import start_job
from ankang.learning.models import Paper, WatchSession
from ankang.policies.models import RuleEdition, edition_for
from ankang.practice.models import PracticeAnswer

SCAN_KIND = "integrity-scan"
SCAN_FROM_HOUR = 2
TRY_AGAIN_AFTER = timedelta(hours=1)
BATCH = 200
DAY = timedelta(days=1)


def scan_day(*, day: date, at: datetime) -> int:
    """Find the day's signals, store the new ones in cases; how many are new.

    Doing it again finds nothing new, whatever was decided in between.
    """
    found = 0
    for year in sorted(_years_of(day)):
        edition = edition_for(year)
        scope = scope_of(year, day, edition)
        findings = chain.from_iterable(entry.find(scope) for entry in ENTRIES)
        found += _store(year, edition, list(findings), at)
    ScannedDay.objects.update_or_create(
        day=day, defaults={"signals": found, "scanned_at": at}
    )
    return found


def days_to_scan(at: datetime) -> list[date]:
    """The days that are over and not looked through yet, the oldest first."""
    local = timezone.localtime(at)
    over = local.date() - DAY * (1 if local.hour >= SCAN_FROM_HOUR else 2)
    last = ScannedDay.objects.order_by("-day").values_list("day", flat=True).first()
    first = last + DAY if last else _first_day()
    if first is None:
        return []
    return [first + DAY * n for n in range((over - first).days + 1)]


@transaction.atomic
def start_scan_if_due(at: datetime) -> Job | None:
    """Queue the look through the days that are over, unless that is being done."""
    scans = Job.objects.filter(kind=SCAN_KIND)
    busy = scans.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])
    lately = scans.filter(created_at__gt=at - TRY_AGAIN_AFTER)
    if not days_to_scan(at) or busy.exists() or lately.exists():
        return None
    return start_job(
        kind=SCAN_KIND, title="查找诚信信号", arguments={}, started_by=None, at=at
    )


def _store(
    year: int, edition: RuleEdition, findings: list[Finding], at: datetime
) -> int:
    stored = 0
    ordered = sorted(findings, key=lambda one: (one.subject, one.code, one.key))
    for batch in _batches(ordered):
        stored += _store_batch(year, edition, batch, at)
    return stored


@transaction.atomic
def _store_batch(
    year: int, edition: RuleEdition, findings: Sequence[Finding], at: datetime
) -> int:
    RuleEdition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    subjects = {one.subject for one in findings}
    known = set(
        Signal.objects.filter(subject__in=subjects).values_list(
            "code", "subject", "key"
        )
    )
    new = {(one.code.value, one.subject, one.key): one for one in findings}
    new = {key: one for key, one in new.items() if key not in known}
    cases = _open_cases(year, edition, list(new.values()), at)
    Signal.objects.bulk_create(
        Signal(
            case=cases[one.subject],
            edition=edition,
            code=one.code,
            year=year,
            subject=one.subject,
            key=one.key,
            evidence=one.evidence,
            at=one.at,
            found_at=at,
        )
        for one in new.values()
    )
    Involvement.objects.bulk_create(
        (
            Involvement(case=cases[one.subject], person_id=person)
            for one in new.values()
            for person in one.people
        ),
        ignore_conflicts=True,
    )
    return len(new)


def _open_cases(
    year: int, edition: RuleEdition, findings: list[Finding], at: datetime
) -> dict[str, Case]:
    """The open case of each subject, locked; a new one where none is open."""
    subjects = {one.subject: one for one in findings}
    open_cases = Case.objects.select_for_update().filter(
        year=year, subject__in=subjects, state=Case.State.OPEN
    )
    cases = {case.subject: case for case in open_cases}
    Case.objects.filter(pk__in=[case.pk for case in cases.values()]).update(
        changed_at=at
    )
    due_on = after_working_days(timezone.localdate(at), edition.rules().case_days)
    made = Case.objects.bulk_create(
        Case(
            year=year,
            kind=one.kind,
            person_id=one.about if one.kind == Subject.PERSON else None,
            employer_id=one.about if one.kind == Subject.EMPLOYER else None,
            device=str(one.about) if one.kind == Subject.DEVICE else "",
            subject=subject,
            opened_at=at,
            changed_at=at,
            due_on=due_on,
        )
        for subject, one in subjects.items()
        if subject not in cases
    )
    return cases | {case.subject: case for case in made}


def _years_of(day: date) -> set[int]:
    since = timezone.make_aware(datetime.combine(day, time()))
    until = since + DAY
    # What began the evening before may go on into the day.
    watched = WatchSession.objects.filter(
        opened_at__gte=since - DAY, opened_at__lt=until
    ).values_list("lesson__course__year", flat=True)
    examined = Paper.objects.filter(
        handed_in_at__gte=since, handed_in_at__lt=until
    ).values_list("course__year", flat=True)
    practiced = PracticeAnswer.objects.filter(received_at__gte=since)
    own = {day.year} if practiced.filter(received_at__lt=until).exists() else set()
    return {*watched.distinct(), *examined.distinct(), *own}


def _first_day() -> date | None:
    watched = WatchSession.objects.order_by("opened_at").first()
    practiced = PracticeAnswer.objects.order_by("received_at").first()
    days = [watched.opened_at] if watched else []
    days += [practiced.received_at] if practiced else []
    return timezone.localdate(min(days)) if days else None


def _batches(findings: list[Finding]) -> Iterator[list[Finding]]:
    for start in range(0, len(findings), BATCH):
        yield findings[start : start + BATCH]
