"""The teacher's road: write a question of each kind, hand it in, have it asked."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.practice_city import PHONE
from tests.site import Site
from tests.test_journey_browser import SIZES, _database, browser, site
from tests.test_pages_browser import base, faults

__all__ = ["_database", "browser", "site"]

COLLEAGUES = """
import json
from django.conf import settings
from django.test import Client
from ankang.organizations.models import Strand
from tests import make
office = Strand.objects.get(code="safety").reviewer.code
keys = []
for member in (make.membership(), make.membership("city", office)):
    client = Client()
    client.force_login(member.user)
    keys.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
print(json.dumps(keys))
"""
ASKED = """
select question.id, version.kind, version.answer from quizzes_questionversion version
join quizzes_question question on question.id = version.question_id
where version.stem like '自编：%' and version.is_current and version.state = 'approved'
"""
STEPS = ["断开电源", "拨打 120", "心肺复苏"]

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def colleagues(site: Site, browser: Browser) -> Iterator[tuple[Page, Page]]:
    """Who writes, and who approves."""
    keys = json.loads(site.python(COLLEAGUES).splitlines()[-1])
    teacher, reviewer = (signed_in(site, browser, key) for key in keys)
    yield teacher, reviewer
    teacher.context.close()
    reviewer.context.close()


def signed_in(site: Site, browser: Browser, key: str) -> Page:
    width, height = SIZES["desktop"]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN"
    )
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "sessionid", "value": key, "url": base(site)}])
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


def begin(page: Page, site: Site, kind: str, stem: str) -> None:
    """Open a new question, choose its kind, write what all kinds have."""
    page.goto(f"{base(site)}/console/questions/new/?purpose=practice")
    page.get_by_label("题干").fill(stem)
    page.get_by_label("题型").select_option(kind)
    page.locator(f"#answer-fields[data-kind={kind}]").wait_for()
    expect(page.get_by_label("题干")).to_have_value(stem)
    page.get_by_label("解析").fill("先断电，再救人。")
    page.get_by_label("内容板块").select_option(label="安全生产")


def options(page: Page, texts: list[str], right: list[int] | None = None) -> None:
    fields = page.locator("#answer-fields input[type=text]")
    for place, text in enumerate(texts):
        fields.nth(place).fill(text)
    for place in right or []:
        page.locator("[name=right]").nth(place).check()


def save(page: Page) -> None:
    page.get_by_role("button", name="存为草稿并预览").click()
    expect(page.get_by_role("heading", name="学员看到的样子")).to_be_visible()


def write_hazards(page: Page, site: Site) -> None:
    """Place two by click, drag one, delete and undo: what is sent is what is seen."""
    begin(page, site, "hazard", "自编：找出隐患")
    page.locator("input[name=picture]").first.check()
    marks = page.locator("[data-part=marks]")
    marks.wait_for()
    box: Any = marks.bounding_box()
    marks.click(position={"x": box["width"] * 0.2, "y": box["height"] * 0.3})
    marks.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.7})
    rows = page.locator("[data-part=rows] > li")
    expect(rows).to_have_count(2)
    marks.locator("[data-mark='0'] circle").first.hover()
    page.mouse.down()
    box = marks.bounding_box()  # the page has moved
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.3)
    page.mouse.up()
    page.keyboard.press("Delete")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="撤销").click()
    expect(rows).to_have_count(2)
    for place, name in enumerate(["裸露的电线", "地上的油"]):
        rows.nth(place).get_by_label("名称").fill(name)
    first = rows.nth(0).locator("input[name$='-x']")
    assert float(first.input_value()) == pytest.approx(40, abs=0.5)
    height = rows.nth(0).locator("input[name$='-y']")
    assert float(height.input_value()) == pytest.approx(30, abs=0.5)


def test_a_teacher_writes_each_kind_and_a_colleague_approves_it(
    site: Site, colleagues: tuple[Page, Page]
) -> None:
    teacher, reviewer = colleagues
    begin(teacher, site, "single", "自编：先做什么？")
    options(teacher, ["断开电源", "伸手去拉"], [0])
    save(teacher)
    addresses = [teacher.url]
    begin(teacher, site, "multiple", "自编：哪些要做？")
    options(teacher, ["断开电源", "呼救", "围观"], [0, 1])
    save(teacher)
    addresses.append(teacher.url)
    begin(teacher, site, "true_false", "自编：先救人再断电。")
    teacher.get_by_label("错").check()
    save(teacher)
    addresses.append(teacher.url)
    begin(teacher, site, "fill_in", "自编：急救电话是____。")
    teacher.get_by_label("第 1 空的正确填法").fill("120")
    save(teacher)
    addresses.append(teacher.url)
    begin(teacher, site, "ordering", "自编：按先后排好")
    options(teacher, [STEPS[1], STEPS[0], STEPS[2]])
    teacher.get_by_role("button", name="第 1 行下移").press("Enter")
    expect(teacher.locator("#answer-fields input[type=text]").first).to_have_value(
        STEPS[0]
    )
    save(teacher)
    addresses.append(teacher.url)
    write_hazards(teacher, site)
    save(teacher)
    addresses.append(teacher.url)

    for address in addresses:
        hand_in(teacher, address)
        approve(reviewer, address)

    asked = site.rows(ASKED)
    assert len(asked) == 6
    answers = {kind: json.loads(answer) for _, kind, answer in asked}
    assert answers["multiple"] == [0, 1]
    assert answers["fill_in"] == [["120"]]
    assert [one["name"] for one in answers["hazard"]] == ["裸露的电线", "地上的油"]


def hand_in(teacher: Page, address: str) -> None:
    teacher.goto(address)
    teacher.get_by_role("button", name="提交审核").click()
    teacher.locator("dialog[open] button[value=yes]").click()
    expect(teacher.locator("body")).to_contain_text("待审核")


def approve(reviewer: Page, address: str) -> None:
    reviewer.goto(address.replace("preview/", ""))
    reviewer.get_by_role("button", name="审定").click()
    expect(reviewer.locator("h1")).to_contain_text("在用")


def test_the_editor_and_the_preview_are_accessible_at_both_sizes(
    site: Site, colleagues: tuple[Page, Page]
) -> None:
    teacher, _ = colleagues
    axe, wrong = Axe(), []
    for kind in ("single", "true_false", "fill_in", "ordering"):
        begin(teacher, site, kind, "自看：____")
        wrong += faults(teacher, axe)
    write_hazards(teacher, site)
    wrong += faults(teacher, axe)
    teacher.set_viewport_size(PHONE)  # type: ignore[arg-type]
    teacher.get_by_role("button", name="存为草稿并预览").click()
    expect(teacher.get_by_role("heading", name="学员看到的样子")).to_be_visible()
    teacher.get_by_role("button", name="交答案").click()
    expect(teacher.locator("[data-part=empty]")).to_be_visible()
    wrong += faults(teacher, axe)

    assert wrong == []


def test_a_mistake_leaves_all_that_was_typed(
    site: Site, colleagues: tuple[Page, Page]
) -> None:
    teacher, _ = colleagues
    begin(teacher, site, "single", "自编：先做什么？")
    options(teacher, ["断开电源", "伸手去拉"])

    teacher.get_by_role("button", name="存为草稿并预览").click()

    expect(teacher.locator("#answer-errors")).to_contain_text("请标出正确答案")
    shown = teacher.locator("#answer-fields input[type=text]").first
    expect(shown).to_have_value("断开电源")
    assert re.search(r"questions/new/", teacher.url)


def test_what_is_typed_while_the_network_is_slow_is_not_lost(
    site: Site, colleagues: tuple[Page, Page]
) -> None:
    teacher, _ = colleagues
    begin(teacher, site, "multiple", "自编：哪些要做？")
    held: list[Route] = []
    teacher.route("**/questions/new/*", lambda route: held.append(route))  # noqa: PLW0108
    with teacher.expect_request("**/questions/new/*"):
        teacher.get_by_role("button", name="加一个选项").click()

    options(teacher, ["断开电源", "呼救"], [1])
    held[0].continue_()

    fields = teacher.locator("#answer-fields input[type=text]")
    expect(fields).to_have_count(5)
    expect(fields.nth(0)).to_have_value("断开电源")
    expect(teacher.locator("[name=right]").nth(1)).to_be_checked()
    teacher.unroute("**/questions/new/*")
