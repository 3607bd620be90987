"""The page of the retained-knowledge index, by scope."""

import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from ankang.organizations.models import Employer
from ankang.reports.services import reckon_retention
from tests import make, remembering

LATER = make.MORNING + timedelta(days=10)


@pytest.fixture
def big() -> Employer:
    """An employer of twenty, one of three, and one of twenty in another district."""
    make.edition()
    [version] = remembering.questions("通风")
    known = make.employer(name="示例大厂")
    remembering.workers_of(20, known, version)
    remembering.workers_of(3, make.employer(name="示例小店"), version)
    other = make.employer(name="外区工厂", district=make.district("990103"))
    remembering.workers_of(20, other, version)
    remembering.workers_of(17, make.employer(name="示例中店"), version)
    reckon_retention(at=LATER)
    return known


def page(client: Client, query: str = "") -> str:
    found = client.get(f"/console/retention/{query}")
    assert found.status_code == 200
    return re.sub("<script.*?</script>", "", found.content.decode(), flags=re.DOTALL)


def test_before_the_first_night_the_page_says_what_will_stand_here(
    client: Client,
) -> None:
    make.edition()
    client.force_login(make.staff())

    assert "还没有知识保持指数" in page(client)


def test_the_city_sees_every_table_and_may_narrow_to_a_district(
    client: Client, big: Employer
) -> None:
    client.force_login(make.staff())

    assert "通风" in page(client)
    employers = page(client, "?by=employer")
    assert "示例大厂" in employers
    assert "示例小店" not in employers
    narrowed = page(client, "?by=employer&district=990103")
    assert "外区工厂" in narrowed
    assert "示例大厂" not in narrowed


def test_an_employer_sees_its_own_people_only(client: Client, big: Employer) -> None:
    client.force_login(make.staff("employer", employer=big))

    text = page(client, "?by=employer&district=990103")

    assert "示例大厂预计还记得" in text
    assert "20 人" in text
    assert "外区工厂" not in text


def test_an_employer_of_few_people_sees_no_figure(
    client: Client, big: Employer
) -> None:
    small = Employer.objects.get(name="示例小店")
    client.force_login(make.staff("employer", employer=small))

    text = page(client)

    assert "人数不足" in text
    assert "90.0%" not in text


def test_a_district_sees_its_own(client: Client, big: Employer) -> None:
    client.force_login(make.staff("district", district=big.district))

    text = page(client, "?by=employer&district=990103")

    assert "示例大厂" in text
    assert "外区工厂" not in text


def test_nobody_can_sort_the_lines_by_how_much_is_known(
    client: Client, big: Employer
) -> None:
    """The 2026 edition forbids rankings of districts, employers and people."""
    client.force_login(make.staff())

    text = page(client, "?by=district&sort=-now")

    assert '<a href="?sort' not in text
    assert text.index("示例02区") < text.index("示例03区")
    assert "不是排名" in text


def test_the_sheet_holds_what_the_page_shows(client: Client, big: Employer) -> None:
    client.force_login(make.staff())

    found = client.get("/console/retention/export/?by=employer")

    book = load_workbook(io.BytesIO(b"".join(found.streaming_content)))  # type: ignore[attr-defined]
    rows = list(book.active.values)
    assert rows[0][:4] == ("用人单位", "人数", "作答次数", "现在")
    assert [row[0] for row in rows[1:]] == ["合计", "外区工厂", "示例大厂"]
    assert rows[1][1] == 60
    assert rows[2][3] == pytest.approx(0.9, abs=1e-4)


def test_the_page_asks_a_fixed_number_of_queries(client: Client, big: Employer) -> None:
    client.force_login(make.staff())
    page(client, "?by=employer")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        page(client, "?by=employer")

    assert len(asked) <= 12
