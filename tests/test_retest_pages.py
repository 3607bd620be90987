"""Retests in the console, and what the log and its verifier hold of them."""

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from ankang.evidence.models import Record
from ankang.evidence.verify import Ledger, read_record
from ankang.retests.models import Retest
from ankang.retests.services.running import close_retests, list_text_of
from tests import make, retesting
from tests.retesting import SEED, SEED_AT

AFTER = SEED_AT + timedelta(hours=1)
Data = dict[str, Any]


@pytest.fixture
def taken() -> Retest:
    """Three drawn: one passed, one failed, one stayed away; the result is stated."""
    retesting.ready()
    retest = retesting.drawn()
    first, second, _ = retest.invitations.order_by("place")
    retesting.taken(first, right=3, at=AFTER)
    retesting.taken(second, right=0, at=AFTER)
    assert retest.closes_at
    close_retests(retest.closes_at)
    return retest


def local(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def test_the_labor_office_announces_and_draws(client: Client) -> None:
    retesting.ready()
    client.force_login(make.staff())
    tomorrow = timezone.now() + timedelta(days=1)
    form = {
        "size": 2,
        "strata": "district",
        "seed_source": "体彩七星彩第 20091 期开奖号码",
        "seed_at": local(tomorrow),
    }

    client.post("/console/retests/announcements/", form)
    retest = Retest.objects.get()
    page = f"/console/retests/{retest.pk}/"
    assert "到时在这里填写" in client.get(page).content.decode()
    early = client.post(f"{page}draw/", {"seed": SEED})
    assert early.status_code == 422
    assert "才产生，到时再抽" in early.content.decode()
    past = timezone.now() - timedelta(days=2)
    Retest.objects.update(announced_at=past, seed_at=past + timedelta(days=1))
    client.post(f"{page}draw/", {"seed": SEED})

    retest.refresh_from_db()
    assert retest.is_drawn
    assert "还在进行" in client.get(page).content.decode()


def test_a_seed_that_may_be_known_is_refused_in_words(client: Client) -> None:
    retesting.ready()
    client.force_login(make.staff("auditor"))
    form = {
        "size": 2,
        "strata": "none",
        "seed_source": "昨天的开奖号码",
        "seed_at": local(timezone.now() - timedelta(days=1)),
    }

    response = client.post("/console/retests/announcements/", form)

    assert response.status_code == 422
    assert "还没有开奖" in response.content.decode()


def test_an_office_that_may_only_look_cannot_announce(client: Client) -> None:
    retesting.ready()
    client.force_login(make.staff(department=make.department("finance")))

    assert client.post("/console/retests/announcements/", {}).status_code == 403
    assert "公告一次抽测" not in client.get("/console/retests/").content.decode()


@pytest.mark.parametrize("scope", ["city", "auditor", "evaluator"])
def test_city_auditor_and_evaluator_see_the_result(
    client: Client, taken: Retest, scope: str
) -> None:
    client.force_login(make.staff(scope))

    text = client.get(f"/console/retests/{taken.pk}/").content.decode()

    assert "50.0%" in text
    assert "33.3%（全算不合格）到 66.7%（全算合格）" in text
    assert "结果已登记" in client.get("/console/retests/").content.decode()
    found = client.get(f"/console/retests/{taken.pk}/file/").content.decode()
    assert found == list_text_of(taken)


def test_the_sheet_holds_everybody_drawn(client: Client, taken: Retest) -> None:
    client.force_login(make.staff("evaluator"))

    response = client.get(f"/console/retests/{taken.pk}/export/")

    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    rows = list(book.active.values)
    assert [row[7] for row in rows[1:]] == ["合格", "未合格", "没有参加"]


def test_the_page_asks_a_fixed_number_of_queries(client: Client) -> None:
    retesting.ready(30)
    retest = retesting.drawn(size=30)
    client.force_login(make.staff())
    client.get(f"/console/retests/{retest.pk}/")

    with CaptureQueriesContext(connection) as asked:
        client.get(f"/console/retests/{retest.pk}/")

    assert len(asked) <= 13


def records() -> list[Data]:
    """The records of the log as the verifier reads them."""
    rows = Record.objects.filter(kind__startswith="retest.").order_by("pk")
    return [
        read_record(f"{body}\n".encode())
        for body in rows.values_list("body", flat=True)
    ]


def take_all(found: list[Data]) -> None:
    """Enter the records as the verifier does, from an empty ledger."""
    ledger = Ledger()
    for record in found:
        ledger.take(record)


def changed(kind: str, **data: Any) -> Callable[[list[Data]], list[Data]]:
    def change(found: list[Data]) -> list[Data]:
        copy: list[Data] = json.loads(json.dumps(found))
        first = next(one for one in copy if one["kind"] == kind)
        first["data"].update(data)
        return copy

    return change


def without(kind: str) -> Callable[[list[Data]], list[Data]]:
    def change(found: list[Data]) -> list[Data]:
        place = next(n for n, one in enumerate(found) if one["kind"] == kind)
        return found[:place] + found[place + 1 :]

    return change


@pytest.mark.parametrize(
    "change",
    [
        changed("retest.result", passed=2),
        changed("retest.result", taken=3),
        changed("retest.handed_in", score=10),
        changed("retest.handed_in", passed=False),
        changed("retest.drawn", people_digest="0" * 64),
        changed("retest.announced", seed_at="2020-08-01T00:00:00.000000Z"),
        changed("retest.announced", seed_at="2021-08-01T00:00:00.000000Z"),
        without("retest.announced"),
        without("retest.invited"),
        without("retest.handed_in"),
        lambda found: [*found, found[1]],
    ],
)
def test_the_verifier_finds_what_does_not_follow(
    taken: Retest, change: Callable[[list[Data]], list[Data]]
) -> None:
    with pytest.raises(ValueError, match=r"抽测|交卷"):
        take_all(change(records()))


def test_no_name_and_no_number_of_a_document_is_in_the_log(taken: Retest) -> None:
    person = taken.invitations.select_related("person").earliest("place").person
    text = json.dumps(records(), ensure_ascii=False)

    assert person.name not in text
    assert person.id_number() not in text
    assert person.number in text
