from random import Random

import pytest
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.console.simulation.cheats import CHEATS
from ankang.console.simulation.city import AlreadySimulated, Size, simulate_city
from ankang.console.simulation.people import employer_code, made_person, sizes
from ankang.core.validators import is_credit_code, is_id_number
from ankang.counting.models import Standing
from ankang.counting.services import wrong_standings
from ankang.credits.models import Certificate
from ankang.integrity.models import Signal
from ankang.integrity.services.scanning import days_to_scan, scan_day
from ankang.learning.models import PresenceCheck
from ankang.organizations.models import Employer, Employment
from ankang.practice.models import PracticeAnswer, PracticeGroup
from ankang.practice.services.answers import replay
from ankang.reports.services import reckon_retention
from tests import make, practicing

SIZE = Size(employers=5, workers=60, days=30, seed=3)


def test_a_simulated_city_is_complete_and_counted() -> None:
    make.edition(required_credit_hours="0.1")
    make.department("labor")
    make.district()
    for _ in range(3):
        make.question()
    make.course()

    began = simulate_city(size=SIZE, report=lambda _done, _total: None)

    assert (Employer.objects.count(), Employment.objects.count()) == (5, 60)
    assert began == Standing.objects.count() > 20
    assert wrong_standings(2020) == []
    assert Standing.objects.counted().exists()
    numbers = Certificate.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))
    with pytest.raises(AlreadySimulated):
        simulate_city(size=SIZE, report=lambda _done, _total: None)
    assert Person.objects.count() == 60


def test_lessons_of_half_a_minute_are_watched_with_their_presence_checks() -> None:
    make.edition(presence_lesson_floor_seconds=10)
    make.department("labor")
    make.district()
    make.question()
    make.course(make.courseware(30))

    simulate_city(size=SIZE, report=lambda _done, _total: None)

    checks = PresenceCheck.objects.all()
    assert checks.exists()
    assert all(check.position < 30 for check in checks)


def test_some_practice_as_they_would_and_the_cards_follow_from_the_answers() -> None:
    make.edition()
    make.department("labor")
    make.district()
    make.question()
    make.course()
    practicing.questions(12)

    simulate_city(size=SIZE, report=lambda _done, _total: None)

    answers = PracticeAnswer.objects.all()
    people = Person.objects.filter(pk__in=answers.values("person"))
    assert 5 < people.count() < 40
    assert answers.filter(is_right=True).exists()
    assert answers.filter(is_right=False).exists()
    assert answers.real().count() == answers.count()
    for group in PracticeGroup.objects.all():
        given = group.answers.all()
        assert group.answered == len(given) == group.questions.count()
        assert group.right == sum(one.is_right for one in given)
        assert group.closed_at is not None
    for person in people:
        stored = {card.question_id: card for card in person.review_cards.all()}
        made = {card.question_id: card for card in replay(person)}
        assert stored.keys() == made.keys()
        for question, card in made.items():
            assert stored[question].answers == card.answers
            assert stored[question].stability == pytest.approx(card.stability)
            assert stored[question].is_in_notebook == card.is_in_notebook
    assert reckon_retention(at=timezone.now()).people == people.count()


def test_the_same_seed_makes_the_same_people_and_all_their_codes_are_valid() -> None:
    first, again = (made_person(7, 3, make.MORNING, Random(5)) for _ in range(2))

    assert (first.name, first.number) == (again.name, again.number)
    assert first.id_number() == again.id_number()
    assert is_id_number(first.id_number())
    assert is_credit_code(employer_code(3, 1))


def test_sizes_sum_to_the_workers_and_nobody_is_empty() -> None:
    found = sizes(40, 900, Random(1))

    assert (sum(found), len(found)) == (900, 40)
    assert min(found) >= 1
    assert max(found) > 3 * sorted(found)[20]


def test_planted_cheats_are_found_and_the_honest_around_them_are_not() -> None:
    make.edition(
        required_credit_hours="0.1", exam_questions=20, presence_min_seconds=60
    )
    make.department("labor")
    make.district()
    for _ in range(60):
        make.question()
    make.course(*[make.courseware() for _ in range(4)])
    size = Size(employers=2, workers=900, days=12, seed=3, cheats=1)
    simulate_city(size=size, report=lambda _done, _total: None)

    for day in days_to_scan(make.MORNING):
        scan_day(day=day, at=make.MORNING)

    found = set(Signal.objects.values_list("code", flat=True))
    assert len(found) > len(Signal.Code) / 2
    marked = Signal.objects.filter(subject__startswith="person:").count()
    assert marked <= 2 * len(CHEATS)
    assert wrong_standings(2020) == []
