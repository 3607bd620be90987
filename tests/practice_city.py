"""The small city with people who only practice, for browsers: who, what, and signed in."""

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests import make
from tests.cities import SHILI, shili
from tests.site import Site

HELD_MILLISECONDS = 120
PHONE = {"width": 390, "height": 844}
EMPLOYER = "91990102DEM0000147"
# So that each kind of question comes up, and nobody is too quick for a key press.
CHANGES = {
    r'least_seconds = "0.8"': 'least_seconds = "0"',
    r"characters_per_second = 40": "characters_per_second = 100000",
    r"(\[params\.practice\.daily\](?s:.*?)kinds = ){[^}]*}": (
        r"\1{ single = 1, ordering = 1, fill_in = 1 }"
    ),
}
SIGN_IN = """
import json
from django.conf import settings
from django.test import Client
from django.utils import timezone
from ankang.accounts.models import Person
from ankang.accounts.services import account_of
found = {{}}
for person in Person.objects.filter(name__in={names!r}):
    client = Client()
    client.force_login(account_of(person=person, at=timezone.now()))
    found[person.name] = client.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps(found))
"""


def practice_city(folder: Path, names: list[str]) -> Path:
    """A copy with these people, all of one workshop, and settings quick enough to test."""
    copy = shili(folder)
    # its questions have no hints
    (copy / "practice/all-kinds.toml").unlink()
    edition = copy / "editions/2021.toml"
    text = edition.read_text()
    for pattern, words in CHANGES.items():
        text, changed = re.subn(pattern, words, text)
        assert changed == 1, pattern
    edition.write_text(text)
    people = copy / "people.csv"
    rows = [
        f"{name},{make.id_number(number)},{make.mobile(number)},{EMPLOYER},钳工,contract"
        for number, name in enumerate(names, start=7001)
    ]
    people.write_text(people.read_text() + "\n".join(rows) + "\n")
    return copy


def sessions(site: Site, names: list[str]) -> dict[str, str]:
    """A session for each of these people, by name."""
    said = site.python(SIGN_IN.format(names=names))
    found: dict[str, str] = json.loads(said.splitlines()[-1])
    return found


@dataclass
class Answer:
    """What the bank holds right, in words."""

    kind: str
    words: list[Any]


def bank() -> dict[str, Answer]:
    """The right answers of the small city's practice questions, by stem."""
    found = {}
    for path in SHILI.glob("practice/*.toml"):
        for one in tomllib.loads(path.read_text())["question"]:
            options = one.get("options") or ["对", "错"]
            if one["kind"] == "hazard":
                words = one["hazards"]
            elif one["kind"] == "fill_in":
                words = [accepted[0] for accepted in one["blanks"]]
            else:
                words = [options["ABCDEFGH".index(letter)] for letter in one["answer"]]
            found[one["stem"]] = Answer(one["kind"], words)
    return found


BANK = bank()


@dataclass
class Worker:
    """One person at one phone who has no more than a keyboard."""

    site: Site
    page: Page
    name: str

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.site.port}"

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def hold(self, key: str) -> None:
        """As a finger does: an answer in no time at all is no practice."""
        self.page.keyboard.press(key, delay=HELD_MILLISECONDS)

    def reach(self, selector: str, most: int = 60) -> None:
        """Press Tab until this has the keyboard."""
        for _ in range(most):
            if self.page.evaluate(
                "selector => !!document.activeElement?.matches(selector)", selector
            ):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {selector} on {self.page.url}")

    def open(self, path: str = "/practice/") -> None:
        self.page.goto(f"{self.base}{path}")

    def begin(self, mode: str) -> None:
        """From the page of modes into the mode, and from there into a group."""
        self.open()
        start = f"form[action='/practice/{mode}/groups/'] button"
        if self.page.locator(start).count() == 0:
            self.reach(f"a[href='/practice/{mode}/']")
            self.press("Enter")
            self.page.wait_for_url(f"**/practice/{mode}/")
        self.reach(start)
        self.press("Enter")
        self.page.wait_for_url("**/practice/groups/*/")
        self.page.locator("practice-group section.ak-place:not([hidden])").wait_for()

    @property
    def place(self) -> str:
        """The position of the question on the screen."""
        shown = self.page.locator("section.ak-place:not([hidden])")
        return str(shown.get_attribute("data-place"))

    @property
    def stem(self) -> str:
        legend = self.page.locator("section.ak-place:not([hidden]) legend")
        return legend.inner_text().strip()

    def answer(self, *, is_right: bool = True) -> str:
        """Answer the question on the screen by keys alone; its kind."""
        found = BANK[self.stem]
        {
            "fill_in": self._fill_in,
            "ordering": self._order,
            "hazard": self._spot,
        }.get(found.kind, self._choose)(found, is_right)
        return found.kind

    def _options(self) -> list[str]:
        texts = self.page.locator(
            "section.ak-place:not([hidden]) fieldset .ak-opt > span"
        ).all_inner_texts()
        return [text.strip() for text in texts]

    def _choose(self, found: Answer, is_right: bool) -> None:
        shown = self._options()
        right = [place for place, text in enumerate(shown) if text in found.words]
        others = [place for place in range(len(shown)) if place not in right]
        for place in right if is_right else others[:1]:
            self.hold(chr(ord("a") + place))
        self.press("Enter")

    def _order(self, found: Answer, is_right: bool) -> None:
        shown = self._options()
        words = found.words if is_right else found.words[::-1]
        for word in words:
            self.hold(str(shown.index(word) + 1))
        self.press("Enter")

    def _fill_in(self, found: Answer, is_right: bool) -> None:
        self.reach("section.ak-place:not([hidden]) input[name=blank]")
        for number, word in enumerate(found.words):
            if number:
                self.press("Tab")
            words = word if is_right else "不知道"
            self.page.keyboard.type(words, delay=HELD_MILLISECONDS / 2)
        self.press("Enter")

    def _spot(self, found: Answer, is_right: bool) -> None:
        self.reach("section.ak-place:not([hidden]) [data-part=frame]")
        x, y = 50, 50
        for hazard in found.words if is_right else [{"x": 2, "y": 2}]:
            x = self._move("Right", "Left", x, hazard["x"])
            y = self._move("Down", "Up", y, hazard["y"])
            self.press("Enter")
        self.reach("section.ak-place:not([hidden]) button[type=submit]")
        self.press("Enter")

    def _move(self, more: str, less: str, now: int, wanted: float) -> int:
        """Far steps with Shift, then near ones; where the cross stands then."""
        for step, shift in ((10, "Shift+"), (2, "")):
            while abs(wanted - now) >= step:
                key = more if wanted > now else less
                self.press(f"{shift}Arrow{key}")
                now += step if wanted > now else -step
        return now


def worker(site: Site, browser: Browser, name: str, session: str) -> Worker:
    """The person's phone, signed in."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
    context.set_default_timeout(10_000)
    base = f"http://127.0.0.1:{site.port}"
    context.add_cookies([{"name": "sessionid", "value": session, "url": base}])
    return Worker(site, context.new_page(), name)
