"""Reckoning the retained-knowledge index, once a night, in one pass over the cards."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.counting.models import PersonMerge
from ankang.jobs.models import Job
from ankang.jobs.services import start_job
from ankang.organizations.models import District, Employer, Employment
from ankang.policies.models import edition_for
from ankang.practice.memory import recall
from ankang.practice.models import ReviewCard
from ankang.quizzes.models import Question
from ankang.reports.calibrating import calibration_of
from ankang.reports.models import RetentionCell, RetentionRun
from ankang.reports.retention import HORIZONS, Tally, shown_keys
from ankang.rosters.models import FlexibleRegistration

RETENTION_KIND = "retention"
FROM_HOUR = 4
PEOPLE_AT_ONCE = 400
CELLS_AT_ONCE = 2000
NOWHERE = ""
By = RetentionCell.By
Report = Callable[[int, int, str], None]
# people by topic: the sums of recall at each horizon, then cards and answers
Topics = dict[str, list[float]]
Table = dict[str, Tally]
Area = tuple[int | None, int | None]


@dataclass(frozen=True)
class Place:
    """Where a person works; 0 and empty where that is not known."""

    person: int
    employer: int
    district: int
    industry: str
    post: str


@transaction.atomic
def start_retention_if_due(at: datetime) -> Job | None:
    """Queue the reckoning once a night, after the day that it shows is over."""
    local = timezone.localtime(at)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    runs = Job.objects.filter(kind=RETENTION_KIND, created_at__gte=midnight)
    if local.hour < FROM_HOUR or runs.exists() or not ReviewCard.objects.exists():
        return None
    return start_job(
        kind=RETENTION_KIND,
        title="计算知识保持指数",
        arguments={},
        started_by=None,
        at=at,
    )


def reckon_retention(*, at: datetime, report: Report = lambda *_: None) -> RetentionRun:
    """Reckon every table as of today and put it in the place of the last one.

    The cards are read person by person, employer by employer, so that memory holds the
    tables of the city, the districts and one employer, however many people there are.
    """
    began = time.monotonic()
    day = timezone.localdate(at)
    edition = edition_for(day.year)
    rules = edition.rules().retention
    tables = _Tables(rules.fewest_people)
    places = _places()
    done = 0
    for employer, group in groupby(
        _recalls(places, day.toordinal()), key=lambda one: one[0].employer
    ):
        for place, topics in group:
            tables.add(place, topics)
            done += 1
            report(done, len(places), "")
        tables.close_employer(employer)
    cells = tables.cells()
    run = RetentionRun(
        edition=edition,
        day=day,
        at=at,
        people=tables.people,
        **calibration_of(rules=rules, at=at),
    )
    run.seconds = time.monotonic() - began
    _store(run, cells)
    return run


@transaction.atomic
def _store(run: RetentionRun, cells: list[RetentionCell]) -> None:
    """Keep this run alone; pages that are being read see the old one whole until now."""
    RetentionCell.objects.all().delete()
    RetentionRun.objects.all().delete()
    run.save()
    for cell in cells:
        cell.run = run
    RetentionCell.objects.bulk_create(cells, batch_size=CELLS_AT_ONCE)


def _places() -> list[Place]:
    """Everybody with a card, employer by employer; merged duplicates are left out."""
    employers = {
        pk: (district, industry or NOWHERE)
        for pk, district, industry in Employer.objects.values_list(
            "pk", "district", "industry__code"
        ).iterator()
    }
    jobs: dict[int, tuple[int, int, str, str]] = {}
    terms = Employment.objects.current().order_by("-pk")
    for person, employer, post in terms.values_list(
        "person", "employer", "post"
    ).iterator():
        jobs[person] = (employer, *employers[employer], post.strip())
    registered = FlexibleRegistration.objects.current()
    for person, district, post in registered.values_list("person", "district", "post"):
        jobs.setdefault(person, (0, district, NOWHERE, post.strip()))
    merged = PersonMerge.objects.holding().filter(duplicate=OuterRef("pk"))
    practiced = Person.objects.filter(
        Exists(ReviewCard.objects.filter(person=OuterRef("pk"))), ~Exists(merged)
    )
    nobody = (0, 0, NOWHERE, NOWHERE)
    found = [
        Place(person, *jobs.get(person, nobody))
        for person in practiced.values_list("pk", flat=True).iterator()
    ]
    return sorted(found, key=lambda one: (one.employer, one.person))


def _recalls(places: list[Place], day: int) -> Iterator[tuple[Place, Topics]]:
    """What each person still knows, by topic."""
    names = {
        pk: topic or strand
        for pk, topic, strand in Question.objects.values_list(
            "pk", "topic", "strand__name"
        )
    }
    for start in range(0, len(places), PEOPLE_AT_ONCE):
        some = places[start : start + PEOPLE_AT_ONCE]
        found: dict[int, Topics] = {place.person: {} for place in some}
        cards = ReviewCard.objects.filter(person__in=found)
        for person, question, stability, last_day, answers in cards.values_list(
            "person", "question", "stability", "last_day", "answers"
        ).iterator():
            line = found[person].setdefault(
                names[question], [0.0] * (len(HORIZONS) + 2)
            )
            since = day - last_day
            for spot, ahead in enumerate(HORIZONS):
                line[spot] += recall(stability, since + ahead)
            line[-2] += 1
            line[-1] += answers
        for place in some:
            if topics := found[place.person]:
                yield place, topics


class _Tables:
    """Every table while it grows. An employer's own is closed with its last person."""

    def __init__(self, fewest: int) -> None:
        self.fewest = fewest
        self.tables: dict[Area, dict[By, Table]] = {}
        self.done: list[RetentionCell] = []
        self.district_names = {
            str(pk): (code, name)
            for pk, code, name in District.objects.values_list("pk", "code", "name")
        }

    @property
    def people(self) -> int:
        everybody = self.tables.get((None, None), {}).get(By.ALL, {})
        return sum(tally.people for tally in everybody.values())

    def add(self, place: Place, topics: Topics) -> None:
        """One more person in every table that the person belongs to."""
        lines = topics.values()
        whole = [sum(column) for column in zip(*lines, strict=True)]
        keys = {
            By.ALL: NOWHERE,
            By.POST: place.post,
            By.INDUSTRY: place.industry,
            By.DISTRICT: str(place.district or ""),
            By.EMPLOYER: str(place.employer or ""),
        }
        areas: list[Area] = [(None, None)]
        if place.district:
            areas.append((place.district, None))
        if place.employer:
            areas.append((None, place.employer))
        for area in areas:
            for by, key in keys.items():
                if by in bys_of(area):
                    _add(self._table(area, by), key, whole)
            for topic, line in topics.items():
                _add(self._table(area, By.TOPIC), topic, line)

    def close_employer(self, employer: int) -> None:
        """All its people are in: keep what may be shown, forget the rest."""
        if employer:
            self.done += self._cells_of((None, employer))
            del self.tables[None, employer]

    def cells(self) -> list[RetentionCell]:
        for area in list(self.tables):
            self.done += self._cells_of(area)
        return self.done

    def _table(self, area: Area, by: By) -> Table:
        return self.tables.setdefault(area, {}).setdefault(by, {})

    def _cells_of(self, area: Area) -> list[RetentionCell]:
        tables = self.tables[area]
        whole = tables[By.ALL][NOWHERE]
        if whole.people < self.fewest:
            return []
        total = _cell(area, By.ALL, 0, NOWHERE, ("", "合计"), whole)
        cells = [total]
        for by in bys_of(area):
            table = tables.get(by, {})
            if by == By.ALL:
                continue
            shown = shown_keys(
                {key: tally.people for key, tally in table.items()}, self.fewest
            )
            total.left_out[by.value] = len(table) - len(shown)
            labels = self._labels(by, shown)
            ordered = sorted(shown, key=lambda key: labels[key])
            cells += [
                _cell(area, by, place, key, labels[key], table[key])
                for place, key in enumerate(ordered)
            ]
        return cells

    def _labels(self, by: By, keys: set[str]) -> dict[str, tuple[str, str]]:
        """What a line is sorted by, and its name: never by how much is known."""
        known: dict[str, tuple[str, str]] = {}
        if by == By.DISTRICT:
            known = self.district_names
        elif by == By.INDUSTRY:
            known = industry_names()
        elif by == By.EMPLOYER:
            rows = Employer.objects.filter(pk__in=[int(key) for key in keys if key])
            known = {
                str(pk): (name, name) for pk, name in rows.values_list("pk", "name")
            }
        nowhere = ("\uffff", UNPLACED.get(by, "没有填写"))
        return {key: known.get(key, (key, key)) if key else nowhere for key in keys}


UNPLACED = {
    By.DISTRICT: "不在名册",
    By.EMPLOYER: "不在名册或灵活就业",
    By.INDUSTRY: "不在名册或行业未填",
}


def industry_names() -> dict[str, tuple[str, str]]:
    """The divisions by code, each with what it is sorted by and its name."""
    rows = Employer.objects.exclude(industry=None).order_by()
    named = rows.values_list("industry__code", "industry__name").distinct()
    return {code: (code, f"{code} {name}") for code, name in named}


def bys_of(area: Area) -> list[By]:
    """The tables that an area has."""
    district, employer = area
    if employer is not None:
        return [By.ALL, By.TOPIC, By.POST]
    tables = [By.ALL, By.TOPIC, By.POST, By.INDUSTRY, By.EMPLOYER]
    return tables if district is not None else [*tables, By.DISTRICT]


def _add(table: Table, key: str, line: list[float]) -> None:
    tally = table.get(key)
    if tally is None:
        tally = table[key] = Tally()
    cards, answers = line[-2], line[-1]
    tally.add([total / cards for total in line[: len(HORIZONS)]], int(answers))


def _cell(
    area: Area, by: By, place: int, key: str, label: tuple[str, str], tally: Tally
) -> RetentionCell:
    district, employer = area
    return RetentionCell(
        district_id=district,
        employer_id=employer,
        by=by,
        place=place,
        key=key[:60],
        label=label[1][:100],
        people=tally.people,
        answers=tally.answers,
        figures=[asdict(figure) for figure in tally.figures()],
        left_out={},
    )
