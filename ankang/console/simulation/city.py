"""Filling a loaded city with made-up employers, workers and their year."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from random import Random

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.console.simulation.cheats import Planted, Way, plant
from ankang.console.simulation.learning import Learner, Material, Rows, learn
from ankang.console.simulation.people import (
    employer_code,
    made_employers,
    made_employment,
    made_person,
    sizes,
)
from ankang.console.simulation.practicing import (
    Bank,
    let_practice,
    practice_bank,
)
from ankang.core.errors import Refusal
from ankang.counting.services import recount_year
from ankang.credits.models import Certificate
from ankang.learning.models import Course, WatchSession
from ankang.learning.queries import hours_of
from ankang.organizations.models import City, Department, Employer, Employment
from ankang.organizations.queries import current_city
from ankang.policies.models import edition_for
from ankang.projects.models import Target
from ankang.quizzes.models import Question, QuestionVersion

BATCH = 1000


class NothingToLearn(Refusal):
    """A city with a published course is needed first."""

    def __init__(self) -> None:
        super().__init__("还没有装入城市和课程，请先运行 ankang load-city。")


class AlreadySimulated(Refusal):
    """The same seed would make the same people again."""

    def __init__(self) -> None:
        super().__init__("这个种子的模拟数据已经在了，请换一个 --seed。")


@dataclass(frozen=True)
class Size:
    """How large the city is to be, and how often each kind of cheating happens."""

    employers: int
    workers: int
    days: int
    seed: int
    cheats: int = 0


def simulate_city(*, size: Size, report: Callable[[int, int], object]) -> int:
    """Store employers, workers, their learning and practice, then count; how many began.

    Each batch of workers is one transaction. The same seed gives the same city; practice
    is of the last months before today.

    :raises NothingToLearn: no city or no published course is loaded.
    :raises AlreadySimulated: this seed was used here before.
    """
    draw = Random(size.seed)  # noqa: S311
    material = _material()
    bank = practice_bank(timezone.now())
    if Employer.objects.filter(credit_code=employer_code(size.seed, 1)).exists():
        raise AlreadySimulated
    since = _first_day(material.course.year)
    opened_at = timezone.make_aware(datetime.combine(since, time(8)))
    people = sizes(size.employers, size.workers, draw)
    employers = Employer.objects.bulk_create(
        made_employers(people, size.seed, opened_at, draw), batch_size=BATCH
    )
    places = (
        employer
        for employer, count in zip(employers, people, strict=True)
        for _ in range(count)
    )
    done = 0
    for batch in _batches(places):
        workers = _store_workers(batch, done, size, material, since, draw)
        _store_practice(workers, bank, Random(size.seed + done))  # noqa: S311
        done += len(batch)
        report(done, size.workers)
    if size.cheats:
        plant_ways(size=size, draw=draw)
    return recount_year(year=material.course.year)


@transaction.atomic
def plant_ways(*, size: Size, draw: Random, ways: Sequence[Way] = ()) -> list[Planted]:
    """Let workers who never began learn in odd ways, by default all that cheat."""
    material = _material()
    since = _first_day(material.course.year)
    days = [
        timezone.make_aware(datetime.combine(since + timedelta(days=n), time()))
        for n in range(1, max(2, size.days))
    ]
    idle: dict[int, list[Person]] = defaultdict(list)
    employers: dict[int, str] = {}
    terms = Employment.objects.filter(
        to_date=None, employer__name__startswith=f"模拟{size.seed}-"
    ).exclude(person__in=WatchSession.objects.values("person"))
    for term in terms.select_related("person", "employer").order_by("pk"):
        idle[term.employer_id].append(term.person)
        employers[term.person_id] = term.employer.name
    rows, planted = plant(idle, days, size.cheats, material, draw, ways)
    _number_certificates(rows, employers, material.course.year)
    rows.store()
    return planted


@transaction.atomic
def _store_workers(
    places: list[Employer],
    done: int,
    size: Size,
    material: Material,
    since: date,
    draw: Random,
) -> list[Person]:
    opened_at = timezone.make_aware(datetime.combine(since, time(8)))
    people = Person.objects.bulk_create(
        made_person(done + place, size.seed, opened_at, draw)
        for place in range(len(places))
    )
    Employment.objects.bulk_create(
        made_employment(person, employer, since, opened_at, draw)
        for person, employer in zip(people, places, strict=True)
    )
    rows = Rows()
    for person in people:
        day = since + timedelta(days=int(size.days * draw.betavariate(1.4, 1.1)))
        minute = draw.randrange(7 * 60, 21 * 60)
        begins_at = timezone.make_aware(
            datetime.combine(day, time(minute // 60, minute % 60))
        )
        learn(Learner(person, material, draw, rows), begins_at)
    names = {
        person.pk: employer.name
        for person, employer in zip(people, places, strict=True)
    }
    _number_certificates(rows, names, material.course.year)
    rows.store()
    return people


@transaction.atomic
def _store_practice(people: list[Person], bank: Bank, draw: Random) -> None:
    """With a draw of its own, so that the year of learning stays what the seed says."""
    rows = Rows()
    let_practice(people, bank, draw, rows)
    rows.store()


def _number_certificates(rows: Rows, names: dict[int, str], year: int) -> None:
    """Go on after the last number of the year, under the lock that guards it."""
    city = City.objects.select_for_update().get()
    issued = Certificate.objects.filter(year=year)
    last = issued.aggregate(last=Max("number"))["last"] or 0
    for number, certificate in enumerate(rows.certificates(), start=last + 1):
        certificate.number = number
        certificate.serial = f"{city.code}-{year}-{number:06d}"
        certificate.employer_name = names[certificate.person_id]


def _batches(places: Iterator[Employer]) -> Iterator[list[Employer]]:
    while batch := list(islice(places, BATCH)):
        yield batch


def _first_day(year: int) -> date:
    target = Target.objects.filter(plan__year=year, code="online").first()
    return target.starts_on if target else date(year, 1, 1)


def _material() -> Material:
    city = current_city()
    if city is None:
        raise NothingToLearn
    course = Course.objects.published(city.program_year).order_by("pk").first()
    if course is None:
        raise NothingToLearn
    edition = edition_for(course.year)
    lessons = []
    for lesson in course.lessons.select_related("courseware__published").order_by(
        "position"
    ):
        version = lesson.courseware.published
        if version is not None:
            question = QuestionVersion.objects.filter(
                question__checkquestion__courseware=lesson.courseware, is_current=True
            ).first()
            lessons.append((lesson, version, question))
    questions = QuestionVersion.objects.filter(
        is_current=True, question__purpose=Question.Purpose.EXAM
    )
    seconds = sum(version.duration_seconds for _, version, _ in lessons)
    office = Department.objects.filter(code=Department.Code.LABOR).first()
    return Material(
        course=course,
        edition=edition,
        lessons=lessons,
        questions=list(questions.order_by("pk")),
        hours=hours_of(seconds, edition.rules()),
        issuer=office.name if office else city.name,
    )
