"""What the log says of who counts is what the pages say, recounted from records alone."""

import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.accounts.services import account_of
from ankang.commands.tick import tick
from ankang.counting.models import PersonMerge, Standing
from ankang.counting.recording import record_missing
from ankang.counting.services import (
    recount_changed,
    recount_person,
    recount_year,
    wrong_standings,
)
from ankang.counting.stating import state_counts, state_counts_if_due
from ankang.credits.models import Certificate, CertificateRevocation
from ankang.evidence import services, verify
from ankang.evidence.export import export_log
from ankang.evidence.models import Checkpoint, Record
from ankang.evidence.services import RecordsOfTheFuture, seal
from ankang.integrity.models import Exclusion
from ankang.learning.models import Course
from ankang.organizations.models import Employment
from ankang.policies.models import RuleEdition
from ankang.rosters.models import FlexibleRegistration
from tests import make, mixed

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def courses(**params: Any) -> list[Course]:
    make.edition(2019)
    make.edition(**{"required_credit_hours": "0.3", "credit_hour_minutes": 7, **params})
    return [make.course(), make.course(), make.course(year=2019)]


def recount_everything() -> None:
    for year in (2019, 2020):
        recount_year(year=year)
    record_missing()


def on_the_pages() -> dict[int, Counter[str]]:
    """People by group of each year, as the standings have them."""
    found: dict[int, Counter[str]] = {}
    rows = Standing.objects.order_by().values_list("year", "reason")
    for year, reason, people in rows.annotate(people=Count("pk")):
        group = "unfinished" if reason in verify.UNFINISHED else reason
        found.setdefault(year, Counter())[group] += people
    return found


def audited(folder: Path) -> verify.Audit:
    """An export of the log as it is, checked as an auditor does.

    :raises Broken: something does not hold.
    """
    export_log(folder=folder)
    audit = verify.Audit(folder, verify.read_keys(folder / "keys.txt"), [])
    audit.run()
    return audit


def from_records(audit: verify.Audit) -> dict[int, Counter[str]]:
    years = audit.counts_at[audit.tree.size].items()
    return {year: +counts for year, counts in years if counts.total()}


@pytest.mark.parametrize("seed", range(3))
def test_the_verifier_counts_from_records_what_the_database_counts(
    tmp_path: Path, seed: int
) -> None:
    """With merges, findings, two employers, flexible work and revoked certificates."""
    mixed.people(courses(), seed, count=90)
    recount_everything()

    state_counts(at=timezone.now())

    audit = audited(tmp_path / "export")
    assert from_records(audit) == on_the_pages()
    assert len(on_the_pages()[2020]) == len(verify.GROUPS)
    assert audit.statements == 2
    assert wrong_standings(2020) == wrong_standings(2019) == []


@pytest.mark.parametrize(
    "order",
    [["hours"], ["exam", "employer"], ["no_finding", "certificate", "verified"]],
    ids="-".join,
)
def test_the_verifier_follows_the_conditions_of_the_edition(
    tmp_path: Path, order: list[str]
) -> None:
    mixed.people(courses(counting_conditions=order), seed=4)
    recount_everything()

    state_counts(at=timezone.now())

    assert from_records(audited(tmp_path / "export")) == on_the_pages()


def test_a_fact_that_never_reached_the_log_shows_in_the_next_statement(
    tmp_path: Path,
) -> None:
    someone = make.counted(courses()[0])
    recount_everything()
    state_counts(at=timezone.now())
    CertificateRevocation.objects.create(
        certificate=someone.certificates.get(),
        actor=make.staff("auditor"),
        reason="没有登记存证",
        at=timezone.now(),
    )

    state_counts(at=timezone.now())

    with pytest.raises(
        verify.Broken, match=r"计入 公布 0、算得 1；.*撤销 公布 1、算得 0"
    ):
        audited(tmp_path / "export")


def test_counts_are_stated_once_a_day_as_soon_as_somebody_began() -> None:
    course = courses()[0]
    assert not state_counts_if_due(at=make.MORNING)

    make.counted(course)
    recount_changed(since=make.MORNING)
    record_missing()
    now = timezone.now()

    assert state_counts_if_due(at=now)
    assert not state_counts_if_due(at=now + timedelta(seconds=1))
    assert state_counts_if_due(at=now + DAY)

    said = [json.loads(one.body)["data"] for one in statements()]
    assert [one["began"] for one in said] == [1, 1]
    assert said[1]["size"] == said[0]["size"] + 1
    assert all(one["reasons"] == {"counted": 1} for one in said)


def test_the_minutes_work_states_the_counts_and_seals_them() -> None:
    make.counted(courses()[0])
    record_missing()

    assert tick(timezone.now(), make.MORNING)

    stated = statements()[-1]
    latest = Checkpoint.objects.latest("size")
    assert stated.position is not None
    assert stated.position < latest.size


def test_counts_wait_while_a_record_cannot_be_sealed() -> None:
    """Else the tables would show a fact that the named records do not hold."""
    make.counted(courses()[0])
    record_missing()

    with pytest.raises(RecordsOfTheFuture):
        state_counts(at=timezone.now() - HOUR)

    assert statements() == []


@pytest.mark.django_db(transaction=True)
def test_what_others_append_meanwhile_is_not_of_the_moment() -> None:
    """On PostgreSQL a fact committed meanwhile is neither sealed nor seen."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    make.counted(courses()[0])
    record_missing()
    seen: list[tuple[int, int]] = []

    def act(size: int) -> None:
        for number in (1, 2):
            in_another_connection(append_one, number)
            seen.append((size, Record.objects.count()))

    services.at_one_moment(act, at=timezone.now())

    size = seen[0][0]
    assert seen == [(size, size), (size, size)]
    assert Record.objects.filter(position=None).count() == 2
    seal(at=timezone.now())
    assert not Record.objects.filter(position=None).exists()


def append_one(number: int) -> None:
    services.append(
        kind=services.Kind.LEARNING_BEGAN,
        subject=f"person:{number}",
        source=f"began:2020:{number}",
        at=make.MORNING,
        data={"year": 2020},
    )


def in_another_connection(act: Callable[[int], None], number: int) -> None:
    import threading  # noqa: PLC0415

    def run() -> None:
        try:
            act(number)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def statements() -> list[Record]:
    stated = Record.objects.filter(kind=services.Kind.COUNT_STATED)
    return list(stated.order_by("position"))


# ---- incremental: after any fact, what the timer leaves equals a recount from nothing


class City:
    """Facts of every sort, one after the other, on a clock that goes on."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.courses = courses()
        self.at = make.MORNING
        RuleEdition.objects.update(created_at=make.MORNING - DAY)
        self.employers = [make.employer(), make.employer()]

    def somebody(self) -> Person:
        return self.draw.choice(list(Person.objects.order_by("pk")))

    def step(self) -> str:
        """One fact; its name."""
        self.at += HOUR
        act = self.draw.choice(ACTS) if Person.objects.exists() else City.arrive
        act(self)
        return act.__name__

    def arrive(self) -> None:
        someone = make.person(verified_at=None)
        if self.draw.random() < 0.8:
            self.start_work(someone)

    def start_work(self, someone: Person | None = None) -> None:
        someone = someone or self.somebody()
        employer = self.draw.choice(self.employers)
        if not someone.employments.filter(employer=employer).exists():
            make.employment(
                person=someone,
                employer=employer,
                from_date=timezone.localdate(self.at),
                changed_at=self.at,
            )

    def leave_work(self) -> None:
        Employment.objects.filter(person=self.somebody(), to_date=None).update(
            to_date=timezone.localdate(self.at) + DAY, changed_at=self.at
        )

    def become_flexible(self) -> None:
        someone = self.somebody()
        if not someone.flexible_registrations.filter(to_date=None).exists():
            day = timezone.localdate(self.at)
            mixed.flexible(someone, from_date=day, changed_at=self.at)

    def verify(self) -> None:
        account_of(person=self.somebody(), at=self.at)

    def watch(self) -> None:
        someone, course = self.somebody(), self.draw.choice(self.courses)
        seconds = self.draw.randrange(100, 300)
        make.watching(
            someone, course, seconds=seconds, opened_at=self.at, closed_at=self.at
        )

    def sit_exam(self) -> None:
        someone, course = self.somebody(), self.draw.choice(self.courses)
        passed = self.draw.random() < 0.7
        make.paper(someone, course, at=self.at, is_passed=passed)
        if passed:
            source = f"course:{course.pk}"
            if not someone.credit_entries.filter(source=source).exists():
                make.credit(
                    someone, course.year, source=source, hours="0.3", at=self.at
                )
            make.certificate(someone, course.year)
        recount_person(person=someone, year=course.year)

    def revoke(self) -> None:
        free = Certificate.objects.filter(revocation=None).order_by("pk").first()
        if free:
            CertificateRevocation.objects.create(
                certificate=free,
                actor=make.staff("auditor"),
                reason="查实代考",
                at=self.at,
            )

    def exclude(self) -> None:
        excluded = mixed.exclusion(self.somebody())
        type(excluded.decision).objects.update(at=self.at)

    def readmit(self) -> None:
        excluded = Exclusion.objects.filter(readmission=None).first()
        if excluded:
            taken_back = mixed.readmission(excluded)
            taken_back.decision.at = self.at
            taken_back.decision.save()

    def merge(self) -> None:
        duplicate, into = self.somebody(), self.somebody()
        holding = PersonMerge.objects.holding()
        taken = holding.about(duplicate) | holding.filter(duplicate=into)
        if duplicate != into and not taken.exists():
            mixed.merge(duplicate, into, at=self.at)

    def undo_merge(self) -> None:
        PersonMerge.objects.holding().update(
            undone_at=self.at, undone_by=make.staff("auditor"), undone_reason="误"
        )


ACTS = [
    City.arrive,
    City.start_work,
    City.leave_work,
    City.become_flexible,
    City.verify,
    City.verify,
    City.watch,
    City.watch,
    City.sit_exam,
    City.sit_exam,
    City.sit_exam,
    City.revoke,
    City.exclude,
    City.readmit,
    City.merge,
    City.undo_merge,
]


@pytest.mark.parametrize("seed", range(3))
def test_after_any_fact_the_timer_leaves_what_a_recount_from_nothing_gives(
    seed: int,
) -> None:
    city = City(seed)
    before: datetime = city.at
    met: set[str] = set()

    for number in range(80):
        act = city.step()
        recount_changed(since=before)

        wrong = {year: wrong_standings(year) for year in (2019, 2020)}
        assert wrong == {2019: [], 2020: []}, f"after {number} {act}"
        before = city.at
        met |= set(Standing.objects.values_list("reason", flat=True))

    assert len(met) >= len(Standing.Reason) - 3
    assert FlexibleRegistration.objects.exists()
