"""The demonstration opens every part with one click, and never a real city."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from ankang.accounts.sms import FileSender, recent_texts
from ankang.console.checks import check_demo, refuse_demo_of_a_real_city
from ankang.console.personas import PERSONAS
from ankang.organizations.models import Department
from tests import make


@pytest.fixture
def demo_on(settings: Any) -> None:
    settings.DEMO = True


def everybody() -> None:
    make.employment()
    for scope in ("district", "employer", "provider", "evaluator", "auditor"):
        make.staff(scope)
    for code in Department.Code.values:
        make.staff("city", department=make.department(code))


@pytest.mark.usefixtures("demo_on")
def test_each_persona_is_one_click_away(client: Client) -> None:
    make.city()
    everybody()

    for persona in PERSONAS:
        answer = client.post(f"/demo/{persona.key}/")
        assert answer["Location"] == ("/console/" if persona.scope else "/")
        request = client.get("/console/membership/").wsgi_request
        assert bool(request.membership) == bool(persona.scope)
        if persona.scope:
            assert request.membership.scope == persona.scope
        if persona.department:
            assert request.membership.department_code() == persona.department


@pytest.mark.usefixtures("demo_on")
def test_the_page_shows_the_codes_that_were_sent(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    make.city()
    settings.DATA, settings.SMS_SENDER = tmp_path, "file"
    FileSender().send("19900000001", "【安康】登录验证码 123456")

    page = client.get("/demo/").content.decode()
    fragment = client.get("/demo/texts/").content.decode()

    assert "123456" in page
    assert "123456" in fragment
    assert (tmp_path / "sms.jsonl").stat().st_mode & 0o077 == 0


def test_only_the_newest_texts_are_shown(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    for number in range(900):
        FileSender().send("19900000001", f"第 {number} 条，{'长' * 50}")

    texts = recent_texts(20)

    assert len(texts) == 20
    assert str(texts[0]["text"]).startswith("第 899 条")


@pytest.mark.parametrize(
    ("demo", "debug", "is_demo_city", "status"),
    [
        (False, False, True, 404),
        (False, True, True, 404),
        (True, False, False, 404),
        (True, False, True, 200),
        (True, True, False, 200),
    ],
)
def test_the_demonstration_is_shut_in_a_real_city(
    client: Client,
    settings: Any,
    demo: bool,
    debug: bool,
    is_demo_city: bool,
    status: int,
) -> None:
    settings.DEMO, settings.DEBUG = demo, debug
    make.city(is_demo=is_demo_city)
    everybody()

    assert client.get("/demo/").status_code == status
    assert client.get("/demo/texts/").status_code == status
    entered = client.post("/demo/city/").status_code
    assert entered == (302 if status == 200 else 404)


@pytest.mark.usefixtures("demo_on")
def test_a_real_city_does_not_start_with_the_demonstration_on() -> None:
    make.city(is_demo=False)

    assert [error.id for error in check_demo()] == ["ankang.E001"]
    with pytest.raises(ImproperlyConfigured):
        refuse_demo_of_a_real_city()


@pytest.mark.usefixtures("demo_on")
def test_a_demo_city_starts_with_the_demonstration_on() -> None:
    make.city(is_demo=True)

    assert check_demo() == []
    refuse_demo_of_a_real_city()
