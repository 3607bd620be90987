"""Every page that a persona can reach: accessible, quiet, no wider than its screen."""

import gzip
import re
from collections.abc import Set

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect

from tests.site import Site
from tests.test_journey_browser import SIZES, _database, browser, site

__all__ = ["_database", "browser", "site"]

FIRST_PAGE_BYTES = 100 * 1024
PERSONAS = ("worker", "employer", "city", "district", "auditor")
STRANGERS_PAGES = (
    "/",
    "/accounts/sign-in/",
    "/accounts/privacy/",
    "/accounts/staff/",
    "/certificates/verify/",
    "/evidence/",
    "/demo/",
)
ELSEWHERE = re.compile(r"^/(demo|files|admin)/|export|/pdf/|/template/|corrections")
ROUTE = re.compile(r"\d+")

pytestmark = [pytest.mark.browser]


def visitor(browser: Browser, size: str = "phone") -> Page:
    """A browser of its own."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN"
    )
    context.set_default_timeout(15_000)
    return context.new_page()


def persona(site: Site, browser: Browser, name: str, size: str = "phone") -> Page:
    """The persona of the demonstration, at its first page."""
    page = visitor(browser, size)
    page.goto(f"{base(site)}/demo/")
    page.locator(f"form[action='/demo/{name}/'] button").click()
    page.wait_for_url(re.compile(r"^(?!.*/demo/).*$"))
    return page


def base(site: Site) -> str:
    return f"http://127.0.0.1:{site.port}"


def links(page: Page) -> list[str]:
    """The addresses of this site that the page leads to."""
    found: list[str] = page.eval_on_selector_all(
        "a[href^='/']:not([download])", "all => all.map(a => a.getAttribute('href'))"
    )
    return [one for one in found if not ELSEWHERE.search(one)]


def faults(page: Page, axe: Axe) -> list[str]:
    """What is wrong with the open page, at both sizes."""
    found = []
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            found.append(f"{page.url} is {wider} px wider than {width}")
        options = {"resultTypes": ["violations"], "iframes": False}
        for one in axe.run(page, options=options).response["violations"]:
            if one["impact"] in {"serious", "critical"}:
                where = [node["target"] for node in one["nodes"][:3]]
                found.append(f"{page.url} at {width}: {one['id']} {where}")
    silent = "all => all.filter(v => !v.querySelector('track')).length"
    if page.eval_on_selector_all("video", silent):
        found.append(f"{page.url}: a video without captions")
    return found


def walk(
    site: Site, page: Page, starts: list[str], without: Set[str] = frozenset()
) -> tuple[list[str], set[str]]:
    """Follow all links, one page of each kind; what is wrong, and what was seen."""
    axe, wrong = Axe(), []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(f"{page.url}: {message.text}")

    page.on("console", listen)
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        address = waiting.pop(0)
        kind = ROUTE.sub("N", re.split(r"[?#]", address)[0])
        if kind in seen or kind in without:
            continue
        seen.add(kind)
        page.goto(f"{base(site)}{address}", wait_until="load")
        wrong += faults(page, axe)
        waiting += links(page)
    return wrong, seen


@pytest.mark.parametrize("name", PERSONAS)
def test_pages_of_a_persona_are_accessible_and_quiet(
    site: Site, browser: Browser, name: str
) -> None:
    """Issue: axe finds nothing serious on any page; nothing scrolls sideways."""
    page = persona(site, browser, name)
    home = "/" if name == "worker" else "/console/"
    wrong, seen = walk(site, page, [home], without={"/", "/console/"} - {home})
    page.context.close()
    assert wrong == []
    assert len(seen) >= 8, seen


def test_pages_of_strangers_are_accessible_and_quiet(
    site: Site, browser: Browser
) -> None:
    """Also before anybody has signed in."""
    page = visitor(browser)
    wrong, _ = walk(site, page, list(STRANGERS_PAGES))
    page.context.close()
    assert wrong == []


def test_large_type_is_accessible_and_quiet(site: Site, browser: Browser) -> None:
    """The same pages, larger: nothing is pushed off the screen."""
    page = persona(site, browser, "worker")
    page.context.add_cookies([{"name": "large", "value": "1", "url": base(site)}])
    page.goto(f"{base(site)}/")
    expect(page.locator("html")).to_have_class(re.compile("ak-large"))
    wrong, _ = walk(site, page, ["/"])
    page.context.close()
    assert wrong == []


def compressed(page: Page, address: str) -> int:
    """Bytes of the page, its styles and its modules, compressed, without images."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108
    page.goto(address, wait_until="networkidle")
    text = ("text/html", "text/css", "text/javascript", "application/javascript")
    return sum(
        len(gzip.compress(answer.body()))
        for answer in answers
        if answer.status == 200
        and answer.headers.get("content-type", "").startswith(text)
    )


@pytest.mark.parametrize("name", ["stranger", "worker"])
def test_first_learner_page_is_small(site: Site, browser: Browser, name: str) -> None:
    """Issue: first learner page of at most 100 KB compressed."""
    page = visitor(browser)
    if name == "worker":
        cookies = persona(site, browser, "worker").context.cookies()
        page.context.add_cookies(
            [
                {"name": c["name"], "value": c["value"], "url": base(site)}
                for c in cookies
            ]
        )
    size = compressed(page, f"{base(site)}/")
    page.context.close()
    assert 0 < size <= FIRST_PAGE_BYTES


def focused(page: Page) -> str:
    """The words of what has the keyboard."""
    return str(page.evaluate("document.activeElement.textContent")).strip()


def press_until(page: Page, words: str, most: int = 60) -> None:
    """Press Tab until these words have the keyboard."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page).startswith(words):
            return
    raise AssertionError(f"Tab does not reach {words}")


def test_keyboard_alone_reaches_the_main_acts(site: Site, browser: Browser) -> None:
    """Skip link first, then the navigation, then the content; Enter opens."""
    page = persona(site, browser, "employer", "desktop")
    page.goto(f"{base(site)}/console/todo/")
    page.keyboard.press("Tab")
    assert focused(page) == "跳到正文"
    press_until(page, "名册导入")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/console/rosters/$"))
    page.locator("main").wait_for()
    press_until(page, "上传名册")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/console/rosters/new/$"))
    page.context.close()
