"""The main job in a real browser: from a roster with mistakes to one more person counted."""

import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Route,
    expect,
    sync_playwright,
)

from tests import make
from tests.cities import SHILI, shili_with_video
from tests.site import Site

CHROMIUM = shutil.which("chromium") or ""
FFMPEG = shutil.which("ffmpeg") or ""
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
WATCHING_MILLISECONDS = 90_000
COUNTED = ".ak-fig a.fig[href*='reason=counted']"

pytestmark = [pytest.mark.browser]


@pytest.fixture(autouse=True)
def _database() -> None:
    """The site under test has a database of its own."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if not (CHROMIUM and FFMPEG):
        if os.environ.get("CI"):
            pytest.fail("Chromium and ffmpeg are needed here")
        pytest.skip("Chromium or ffmpeg is missing: apt-get install chromium ffmpeg")
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder, shili_with_video(folder))
    with site.served():
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@dataclass
class Walk:
    """One journey at one size: its site, its browser, a person who is new to it."""

    site: Site
    browser: Browser
    size: tuple[int, int]
    name: str
    id_number: str
    mobile: str

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.site.port}"

    def visitor(self) -> Page:
        """A browser of its own: another person at another phone."""
        width, height = self.size
        context: BrowserContext = self.browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN"
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        return page

    def persona(self, name: str) -> Page:
        page = self.visitor()
        page.goto(f"{self.base}/demo/")
        page.locator(f"form[action='/demo/{name}/'] button").click()
        page.wait_for_url(re.compile(r"^(?!.*/demo/).*$"))
        return page


def counted(walk: Walk) -> int:
    """What the overview says, read as the city office would."""
    page = walk.persona("city")
    page.goto(f"{walk.base}/console/")
    figure = page.locator(COUNTED).first.inner_text()
    page.context.close()
    return int(figure.replace(",", ""))


def roster_file(folder: Path, name: str, rows: list[list[str]]) -> Path:
    """A roster as people keep them: a title row, headings in their own order."""
    book = Workbook()
    sheet = book.active
    sheet.append(["示例阀门有限公司 职工名册"])
    sheet.append(["手机", "姓名", "工种", "身份证号"])
    for row in rows:
        sheet.append(row)
    path = folder / name
    book.save(path)
    return path


def import_roster(walk: Walk, folder: Path) -> None:
    """Upload a roster with a mistake, read what is wrong, send it again mended."""
    wrong = walk.id_number[:-1] + ("0" if walk.id_number[-1] != "0" else "1")
    page = walk.persona("employer")
    page.goto(f"{walk.base}/console/rosters/new/")
    upload(
        page, roster_file(folder, "a.xlsx", [[walk.mobile, walk.name, "钳工", wrong]])
    )
    expect(page.locator("table")).to_contain_text("最后一位校验不对", timeout=30_000)
    expect(page.locator("table")).to_contain_text(walk.name)
    expect(page.locator("body")).not_to_contain_text(wrong)

    page.goto(f"{walk.base}/console/rosters/new/")
    row = [walk.mobile, walk.name, "钳工", walk.id_number]
    upload(page, roster_file(folder, "b.xlsx", [row]))
    page.get_by_role("button", name="写入 1 行").click(timeout=30_000)
    expect(page.locator("body")).to_contain_text("已写入", timeout=30_000)
    page.context.close()


def upload(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(str(path))
    page.locator("main form:has(input[type=file]) button[type=submit]").first.click()


def sign_in(walk: Walk) -> Page:
    """With mobile and the code of the text message."""
    page = walk.visitor()
    page.goto(f"{walk.base}/accounts/sign-in/")
    page.fill("[name=mobile]", walk.mobile)
    page.locator("resend-button button").click()
    expect(page.locator("#sign-in")).to_contain_text("已发送到")
    texts = walk.visitor()
    texts.goto(f"{walk.base}/demo/")
    message = texts.locator("#texts li").first.inner_text()
    texts.context.close()
    page.fill("[name=code]", re.findall(r"\d{6}", message.replace(walk.mobile, ""))[-1])
    page.check("[name=consent]")
    page.get_by_role("button", name="登录", exact=True).last.click()
    expect(page.locator("body")).to_contain_text(f"{walk.name}，你好")
    return page


def right_answers() -> dict[str, list[str]]:
    """The right options of every question of the small city, by its stem."""
    answers = {}
    files = [*SHILI.glob("questions/*.toml"), *SHILI.glob("lessons/*/lesson.toml")]
    for path in files:
        for question in tomllib.loads(path.read_text()).get("question", []):
            options = question.get("options") or ["对", "错"]
            letters = {"T": "A", "F": "B"}.get(question["answer"], question["answer"])
            answers[question["stem"]] = [options["ABCDEFGH".index(x)] for x in letters]
    return answers


def choose(page: Page, scope: str, options: list[str]) -> None:
    """Tick these options inside a part of the page, by their words."""
    for option in options:
        words = re.compile(rf"^\s*{re.escape(option)}\s*$")
        label = page.locator(f"{scope} label.ak-opt").filter(
            has=page.locator("span", has_text=words)
        )
        label.first.click()


def learn_lesson(page: Page, answers: dict[str, list[str]]) -> None:
    """Press the orange button, watch to the end, answer checks and the question."""
    page.locator("main a.btn-next").first.click()
    page.locator("[data-lesson-go]").click()
    sheet = page.locator("[data-part=sheet]")
    done = page.locator("[data-lesson-question]")
    waited = 0
    while not done.is_visible():
        if sheet.is_visible():
            stem = page.locator("#presence-question").inner_text()
            choose(page, "[data-part=sheet]", answers.get(stem, []))
            page.locator("[data-part=answer]").click()
            sheet.wait_for(state="hidden")
        page.wait_for_timeout(250)
        waited += 250
        assert waited < WATCHING_MILLISECONDS, page.locator("#ledger").inner_text()
    done.click()
    stem = page.locator(".ak-q").inner_text()
    choose(page, "#question", answers[stem])
    page.locator("#question button[type=submit]").click()
    expect(page.locator("#question")).to_contain_text("答对了")
    page.goto(page.url.split("/learning/")[0] + "/")


def pass_exam(page: Page, answers: dict[str, list[str]]) -> None:
    """Answer the whole paper right and hand it in."""
    page.locator("main a.btn-next").first.click()
    page.get_by_role("button", name="开始考试").click()
    page.locator("[data-part=steps]").wait_for()
    fieldsets = page.locator("fieldset[data-question]")
    for number in range(1, fieldsets.count() + 1):
        scope = f"fieldset[data-question='{number}']"
        stem = page.locator(f"{scope} legend").inner_text()
        choose(page, scope, answers[stem])
        if number < fieldsets.count():
            page.locator("[data-step='1']").click()
    page.locator("[data-part=hand-in]").click()
    confirm = page.locator("dialog[open] button[value='yes']")
    if confirm.count():
        confirm.click()
    expect(page.locator("main")).to_contain_text("考试通过")


def verify_certificate(walk: Walk, page: Page) -> None:
    """Open the certificate, and look at it as a stranger who scanned its code."""
    page.goto(f"{walk.base}/mine/certificates/")
    page.locator("main a[href*='/certificates/']").first.click()
    with page.expect_download() as download:
        page.locator("a[download]").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    public = page.locator("a[href*='/certificates/verify/']").first.get_attribute(
        "href"
    )
    stranger = walk.visitor()
    stranger.goto(f"{walk.base}{public}")
    expect(stranger.locator("main")).to_contain_text("有效")
    expect(stranger.locator("body")).not_to_contain_text(walk.name)
    expect(stranger.locator("body")).not_to_contain_text(walk.id_number)
    stranger.context.close()


def drill_down(walk: Walk) -> None:
    """From the city's figure to the person's seconds, by links alone."""
    page = walk.persona("city")
    page.goto(f"{walk.base}/console/")
    page.locator(COUNTED).first.click()
    page.get_by_role("link", name=walk.name).first.click()
    page.get_by_role("link", name="受了伤先做什么").first.click()
    expect(page.locator("main")).to_contain_text(re.compile(r"0:00\s*–\s*0:1\d"))
    page.context.close()


def test_a_tap_before_the_player_is_there_is_not_lost(
    site: Site, browser: Browser
) -> None:
    """On a slow phone the page stands before its script: the button waits for it."""
    walk = Walk(site, browser, SIZES["phone"], name="", id_number="", mobile="")
    page = walk.persona("worker")
    held: list[Route] = []
    page.route("**/lesson-player*.js", lambda route: held.append(route))  # noqa: PLW0108
    page.goto(f"{walk.base}/", wait_until="commit")
    lesson = page.locator("a[href^='/learning/lessons/']").first.get_attribute("href")
    page.goto(f"{walk.base}{lesson}", wait_until="commit")
    go = page.locator("[data-lesson-go]")
    expect(go).to_be_disabled()

    held[0].continue_()

    expect(go).to_be_enabled()
    page.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_from_roster_to_certificate_and_count(
    site: Site, browser: Browser, tmp_path: Path, size: str
) -> None:
    """Issue: the whole path in a real browser, at phone and desktop size."""
    serial = 700 + list(SIZES).index(size)
    walk = Walk(
        site,
        browser,
        SIZES[size],
        name={"phone": "吴示例", "desktop": "郑示例"}[size],
        id_number=make.id_number(serial, born="19850607"),
        mobile=make.mobile(serial),
    )
    before = counted(walk)
    answers = right_answers()

    import_roster(walk, tmp_path)
    page = sign_in(walk)
    for _ in range(3):
        learn_lesson(page, answers)
    pass_exam(page, answers)
    verify_certificate(walk, page)

    assert counted(walk) == before + 1
    drill_down(walk)
