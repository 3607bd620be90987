"""The fraud desk in a real browser: accessible at both sizes, and decided by keyboard."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.site import Site
from tests.test_journey_browser import _database, browser, site
from tests.test_pages_browser import base, faults, persona

__all__ = ["_database", "browser", "site"]

DEVICE = "d" * 16
SHARED = f"""
from datetime import timedelta
from ankang.integrity.models import Case
from ankang.integrity.services.scanning import scan_day
from ankang.learning.models import Lesson
from tests import make, suspects

published = Lesson.objects.filter(courseware__published__isnull=False)
lesson = published.order_by("pk").first()
employer = make.employer(district=make.district())
for place in range(8):
    at = make.MORNING + timedelta(minutes=10 * place)
    someone = make.employment(employer=employer, person=make.person(number=make.id_number(9000 + place), phone=make.mobile(9000 + place))).person
    suspects.session(someone, lesson, at=at, device="{DEVICE}")
scan_day(day=make.MORNING.date(), at=make.MORNING + timedelta(days=1))
case = Case.objects.get(device="{DEVICE}")
print(case.pk, employer.pk, someone.pk)
"""

pytestmark = [pytest.mark.browser]


def test_a_shared_device_is_looked_into_and_decided_by_keyboard(
    site: Site, browser: Browser
) -> None:
    """Issue 3: side-by-side timelines, readable at 390 and 1440 px; keyboard usable."""
    case, employer, person = site.python(SHARED).split()[-3:]
    page = persona(site, browser, "city", "desktop")
    axe, wrong = Axe(), []
    for path in (
        "cases/",
        f"cases/{case}/",
        f"devices/{DEVICE}/timeline/",
        f"employers/{employer}/timeline/",
        f"people/{person}/timeline/",
        "cases/objections/",
    ):
        page.goto(f"{base(site)}/console/{path}")
        page.evaluate(
            "document.querySelectorAll('main details').forEach(d => d.open = true)"
        )
        wrong += faults(page, axe)
    assert wrong == []

    page.goto(f"{base(site)}/console/cases/{case}/")
    expect(page.locator(".ak-lanes .ak-bar")).to_have_count(8)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 673, "height": 950})
    expect(page.locator("table.stack thead").first).to_be_attached()
    assert page.evaluate(
        """[...document.querySelectorAll('table.stack')].every(table =>
            getComputedStyle(table.tHead).display === 'table-header-group')"""
    )
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("main details:not([open])")).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.get_by_role("button", name="全选", exact=True).press("Enter")
    expect(page.locator("input[name=exclude]:checked")).to_have_count(8)
    page.get_by_role("button", name="全不选").press("Enter")
    page.locator("input[name=exclude]").first.press("Space")
    page.get_by_label("认定：").press("Space")
    page.get_by_label("理由").fill("本人电话中承认。")
    page.get_by_role("button", name="看本人会收到什么").press("Enter")
    expect(page.get_by_role("heading", name="确认决定：认定")).to_be_visible()
    wrong += faults(page, axe)
    page.get_by_role("button", name="返回修改").press("Enter")
    expect(page.get_by_label("理由")).to_have_value("本人电话中承认。")
    page.get_by_role("button", name="看本人会收到什么").press("Enter")
    page.get_by_role("button", name="确认并通知").press("Enter")
    expect(page.get_by_text("1 人不计，已通知本人")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/console/cases/{case}/$"))
    wrong += faults(page, axe)
    page.context.close()
    assert wrong == []
