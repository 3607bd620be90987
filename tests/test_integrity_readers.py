"""Who sees which cases and signals."""

import pytest

from ankang.integrity.models import Case, Decision, Signal
from ankang.integrity.services.deciding import decide_case
from tests import make, suspects


@pytest.fixture(autouse=True)
def _edition() -> None:
    make.edition()


@pytest.mark.parametrize(
    ("scope", "sees"),
    [
        ("city", True),
        ("auditor", True),
        ("evaluator", True),
        ("provider", False),
        ("employer", False),
    ],
)
def test_who_sees_a_case_about_a_person(scope: str, sees: bool) -> None:
    found = suspects.case(make.employment().person)
    membership = make.membership(scope)

    assert Case.objects.visible_to(membership).filter(pk=found.pk).exists() is sees
    assert Signal.objects.visible_to(membership).exists() is sees


def test_a_district_sees_the_cases_of_its_people_and_employers() -> None:
    here = make.membership("district")
    employer = make.employer(district=here.district)
    worker = make.employment(employer=employer).person
    own = {
        suspects.case(worker).pk,
        suspects.case(worker, device="d" * 16).pk,
        suspects.case(employer=employer).pk,
    }
    elsewhere = make.employer(district=make.district("990103"))
    suspects.case(employer=elsewhere)
    suspects.case(make.employment(employer=elsewhere).person)

    seen = Case.objects.visible_to(here)
    assert set(seen.values_list("pk", flat=True)) == own


def test_an_employer_sees_what_was_found_about_itself_once_it_was_found() -> None:
    admin = make.membership("employer")
    found = suspects.case(employer=admin.employer)
    assert not Case.objects.visible_to(admin).exists()

    decide_case(
        case=found,
        membership=make.membership(),
        verdict=Decision.Verdict.UPHOLD,
        comment="培训记录与考勤不符。",
        at=make.MORNING,
    )
    assert list(Case.objects.visible_to(admin)) == [found]
