"""What an auditor starts from, and the exclusions with what mends them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from ankang.accounts.models import Person
from ankang.console.queries.exclusions import REMEDIES
from ankang.counting.models import Standing
from ankang.counting.recording import record_missing
from ankang.counting.services import recount_year
from ankang.evidence.services import seal
from tests import make


@pytest.fixture
def someone() -> Person:
    """Counted; a second person has begun."""
    make.edition(required_credit_hours="0.1")
    course = make.course()
    person = make.counted(course)
    make.watching(make.employment().person, course)
    recount_year(year=2020)
    return person


def client_of(scope: str) -> Client:
    client = Client()
    client.force_login(make.staff(scope))
    return client


def test_an_auditor_starts_from_the_checkpoint_samples_and_openings(
    someone: Person,
) -> None:
    record_missing()
    checkpoint = seal(at=timezone.now())
    assert checkpoint is not None
    client_of("city").post(f"/console/people/{someone.pk}/id-number/")
    client = client_of("auditor")

    page = client.get("/console/todo/").content.decode()

    assert bytes(checkpoint.root).hex() in page
    assert "/console/samples/" in page
    assert f'href="/console/people/{someone.pk}/"' in page
    assert "ankang evidence export" in page
    assert bytes(checkpoint.root).hex()[:16] in client.get("/console/").content.decode()


@pytest.mark.parametrize("scope", ["city", "district", "evaluator", "provider"])
def test_nobody_else_has_the_auditors_start(someone: Person, scope: str) -> None:
    client = client_of(scope)

    for path in ("/console/", "/console/todo/"):
        assert client.get(path).context["oversight"] is None


def test_the_auditors_start_takes_the_same_queries_for_more_openings(
    someone: Person,
) -> None:
    city, auditor = client_of("city"), client_of("auditor")
    path = f"/console/people/{someone.pk}/id-number/"
    city.post(path)
    auditor.get("/console/todo/")
    with CaptureQueriesContext(connection) as few:
        auditor.get("/console/todo/")
    for _ in range(4):
        city.post(path)
    with CaptureQueriesContext(connection) as many:
        auditor.get("/console/todo/")

    assert len(many) == len(few)


def test_began_is_counted_and_every_reason_with_who_can_mend_it(
    someone: Person, tmp_path: Any
) -> None:
    client = client_of("auditor")
    context = client.get("/console/exclusions/").context

    shown = {one.line.code: one for one in context["exclusions"]}
    assert sum(one.line.people for one in shown.values()) == 1
    assert context["figures"].began == 1 + 1
    assert shown["hours_short"].whose == "本人"
    assert "学时满" in context["conditions"]
    file = tmp_path / "exclusions.xlsx"
    answer = client.get("/console/exclusions/?format=xlsx")
    file.write_bytes(b"".join(answer.streaming_content))
    rows = {row[0]: row[1] for row in load_workbook(file).active.values}
    assert rows["未计入合计"] + rows["计入"] == rows["开始学习"] == 2


def test_each_reason_says_what_can_be_done() -> None:
    assert set(REMEDIES) == set(Standing.Reason) - {Standing.Reason.COUNTED}
