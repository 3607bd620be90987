"""Take the pictures of docs/guide from a running demonstration.

Needs the development tools and Chromium. The site should be filled first, so that
curves and lists have something to show:

    make run        # once, then stop it with Ctrl-C
    make simulate EMPLOYERS=800 WORKERS=30000
    make run
    python tools/guide_pictures.py --site http://127.0.0.1:8000 [name …]
"""

import argparse
import re
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "guide" / "pictures"
PHONE = (390, 844)
DESK = (1440, 900)
LARGEST_PICTURE = 150_000
WATCHED_MILLISECONDS = 75_000
ID_NUMBER_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
COUNTED = ".ak-fig a.fig[href*='reason=counted']"


class Camera:
    """A browser at a site, and the folder that its pictures go to."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser = browser
        self.site = site.rstrip("/")

    def enter(self, persona: str, path: str, size: tuple[int, int] = DESK) -> Page:
        """Become the persona and open a page."""
        page = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="zh-CN"
        ).new_page()
        page.goto(f"{self.site}/demo/")
        page.locator(f"form[action='/demo/{persona}/'] button").click()
        page.wait_for_url(re.compile(r"^(?!.*/demo/).*$"))
        page.goto(self.site + path)
        return page

    def take(self, page: Page, name: str) -> None:
        """Keep what the window shows, with fewer colors until it is small."""
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(800)
        shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
        path = PICTURES / f"{name}.png"
        for colors in (256, 128, 64, 32):
            shot.quantize(colors, dither=Image.Dither.NONE).save(path, optimize=True)
            if path.stat().st_size <= LARGEST_PICTURE:
                break
        print(f"{path.name} {path.stat().st_size:,} 字节")
        page.context.close()


def id_number(serial: int) -> str:
    """A valid resident identity number, plainly made up."""
    stem = f"37000019800101{serial:03d}"
    total = sum(
        int(digit) * weight
        for digit, weight in zip(stem, ID_NUMBER_WEIGHTS, strict=True)
    )
    return stem + "10X98765432"[total % 11]


def sign_in(camera: Camera) -> None:
    page = camera.browser.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, locale="zh-CN"
    ).new_page()
    page.goto(f"{camera.site}/accounts/sign-in/")
    camera.take(page, "sign-in")


def lesson(camera: Camera) -> None:
    """While it plays, with some of it credited."""
    page = camera.enter("worker", "/", PHONE)
    page.locator("main a.btn-next").first.click()
    page.locator("[data-lesson-go]").click()
    page.wait_for_timeout(WATCHED_MILLISECONDS)
    camera.take(page, "lesson")


def home(camera: Camera) -> None:
    camera.take(camera.enter("worker", "/", PHONE), "home")


def mine(camera: Camera) -> None:
    camera.take(camera.enter("worker", "/mine/", PHONE), "mine")


def roster(camera: Camera) -> None:
    """A file with mistakes, as the check answers it."""
    rows = [
        [f"示例{name}", id_number(900 + at), f"199{900 + at:08d}", "焊工"]
        for at, name in enumerate("甲乙丙丁戊己庚辛壬癸")
    ]
    rows[1][1] = rows[1][1][:-1] + ("0" if rows[1][1][-1] != "0" else "1")
    rows[3][2] = rows[3][2][:-1]
    rows[4][0] = ""
    rows[6][1] = rows[0][1]
    rows[8][1] = rows[8][1][:6] + "19801332" + rows[8][1][14:]
    book = Workbook()
    book.active.append(["姓名", "证件号码", "手机号", "岗位"])
    for row in rows:
        book.active.append(row)
    page = camera.enter("employer", "/console/rosters/new/")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "一车间名册.xlsx"
        book.save(path)
        page.locator("input[type=file]").set_input_files(str(path))
        page.get_by_role("button", name="上传并核对").click()
        page.locator("table.stack").wait_for()
    camera.take(page, "roster")


def poster(camera: Camera) -> None:
    page = camera.enter("employer", "/console/rosters/")
    page.get_by_role("link", name="二维码和逐个加入").click()
    page.get_by_role("link", name="车间二维码").click()
    camera.take(page, "poster")


def employer(camera: Camera) -> None:
    """The employer's own page: who is due, and the reminder."""
    page = camera.enter("employer", "/console/rosters/")
    page.get_by_role("link", name="二维码和逐个加入").click()
    number = page.url.rstrip("/").rsplit("/", 1)[1]
    page.goto(f"{camera.site}/console/employers/{number}/")
    camera.take(page, "employer")


def district(camera: Camera) -> None:
    camera.take(camera.enter("district", "/console/employers/"), "district")


def overview(camera: Camera) -> None:
    camera.take(camera.enter("city", "/console/"), "overview")


def person(camera: Camera) -> None:
    """From the figure of the city to one person, by links."""
    page = camera.enter("city", "/console/")
    page.locator(COUNTED).first.click()
    page.locator("main td a[href*='/console/people/']").first.click()
    camera.take(page, "person")


def certificate(camera: Camera) -> None:
    page = camera.enter("city", "/console/certificates/")
    page.locator("main a.fig").first.click()
    camera.take(page, "certificate")


def courseware(camera: Camera) -> None:
    """The writing of a page to read, and the review of it."""
    page = camera.enter("provider", "/console/courseware/new/")
    page.fill("[name=title]", "进车间前的三分钟")
    page.locator("[name=kind][value=article]").check()
    page.locator("label", has_text="应急局审核").click()
    page.get_by_role("button", name="建立草稿").click()
    page.wait_for_url(re.compile(r"/draft/"))
    number = re.findall(r"courseware/(\d+)/", page.url)[0]
    page.fill("[name=summary]", "开工之前，看一看自己，看一看身边，看一看机器。")
    page.fill("[name=reading_minutes]", "3")
    page.evaluate(
        """text => {
            const area = document.querySelector("[name=body_html]");
            const shown = area.closest("rich-text")
                ?.querySelector("[contenteditable=true]");
            if (shown) {
                shown.innerHTML = text;
                shown.dispatchEvent(new Event("input", { bubbles: true }));
            }
            area.value = text;
        }""",
        "<h2>先看自己</h2><p>袖口扎紧，长发盘进帽里，不戴手套操作旋转的机床。"
        "防护眼镜、耳塞、口罩按岗位戴齐。</p><h2>再看身边</h2>"
        "<p>通道不堆料，地上没有油和水，消防器材前面空着。</p><h2>后看机器</h2>"
        "<p>防护罩在位，急停按钮按得下去，有异响先停机再报告。</p>",
    )
    page.fill("[name=sources]", "《中华人民共和国安全生产法》")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(rf"courseware/{number}/$"))
    page.goto(f"{camera.site}/console/courseware/{number}/draft/questions/new/")
    page.select_option("[name=kind]", "true_false")
    page.fill("[name=stem]", "机器有异响，应当先停机再报告。")
    page.fill("[name=answer]", "A")
    page.fill("[name=explanation]", "带病运转的机器随时可能伤人，停下来再说。")
    if page.locator("[name=at_second]").count():
        page.fill("[name=at_second]", "60")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(rf"courseware/{number}/"))
    page.goto(f"{camera.site}/console/courseware/{number}/draft/")
    writing = page.context.new_page()
    writing.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    writing.goto(f"{camera.site}/console/courseware/{number}/draft/")
    page.goto(f"{camera.site}/console/courseware/{number}/")
    page.get_by_role("button", name="提交审核").click()
    page.locator("dialog[open] button[value='yes']").click()
    page.get_by_role("button", name="提交审核").wait_for(state="detached")
    camera.take(writing, "writing")
    review = camera.enter("emergency", f"/console/courseware/{number}/")
    review.locator("#review").scroll_into_view_if_needed()
    camera.take(review, "review")


def exclusions(camera: Camera) -> None:
    camera.take(camera.enter("finance", "/console/exclusions/"), "exclusions")


def audit(camera: Camera) -> None:
    camera.take(camera.enter("auditor", "/console/audit/"), "audit")


def demo(camera: Camera) -> None:
    page = camera.browser.new_context(
        viewport={"width": DESK[0], "height": DESK[1]}, locale="zh-CN"
    ).new_page()
    page.goto(f"{camera.site}/demo/")
    camera.take(page, "demo")


SCENES: tuple[Callable[[Camera], None], ...] = (
    overview,
    roster,
    lesson,
    home,
    mine,
    sign_in,
    employer,
    poster,
    district,
    person,
    certificate,
    courseware,
    exclusions,
    audit,
    demo,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", required=True, help="http://127.0.0.1:8000")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("names", nargs="*", help="only these scenes")
    options = parser.parse_args()
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.chromium, args=["--no-sandbox"]
        )
        camera = Camera(browser, options.site)
        for scene in SCENES:
            if not options.names or scene.__name__ in options.names:
                scene(camera)
        browser.close()


if __name__ == "__main__":
    main()
