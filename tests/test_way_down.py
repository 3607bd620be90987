"""From any figure of the overview to one person's seconds in at most four clicks."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from ankang.counting.services import recount_year
from ankang.learning.models import Course
from tests import make

MOST_CLICKS = 4
SECONDS = "person-lesson"


class Links(HTMLParser):
    """Where the links of a page's content go, and those on a figure with its text."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = self.after_figure = False
        self.pages: list[str] = []
        self.figures: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.inside = self.inside or tag == "main"
        if not (self.inside and tag == "a" and names.get("href")):
            return
        self.pages.append(names["href"] or "")
        if "fig" in (names.get("class") or "").split():
            self.figures.append((names["href"] or "", ""))
            self.after_figure = True

    def handle_data(self, data: str) -> None:
        if self.after_figure:
            path, text = self.figures.pop()
            self.figures.append((path, text + data))

    def handle_endtag(self, tag: str) -> None:
        self.after_figure = self.after_figure and tag != "a"
        self.inside = self.inside and tag != "main"


@pytest.fixture
def auditor() -> Client:
    course = a_city_with_every_reason()
    assert course.lessons.count() == 1
    client = Client()
    client.force_login(make.staff("auditor"))
    return client


def a_city_with_every_reason() -> Course:
    make.edition(required_credit_hours="0.1")
    course = make.course()
    make.counted(course)
    make.watching(make.employment().person, course)
    make.watching(make.employment(person=make.person(verified_at=None)).person, course)
    make.watching(make.person(), course)
    recount_year(year=2020)
    return course


def links_of(client: Client, path: str) -> Links:
    links = Links()
    answer = client.get(path)
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        assert not answer.streaming
        links.feed(answer.content.decode())
    return links


def pages_behind(client: Client, path: str) -> Iterator[str]:
    """The console's pages that one click leads to, a list's export left out."""
    for link in links_of(client, path).pages:
        target = urljoin(path, link)
        parts = urlsplit(target)
        is_page = parts.path.startswith("/console/") and "format=" not in parts.query
        if is_page and not parts.fragment:
            yield target


def is_seconds(path: str) -> bool:
    try:
        return resolve(urlsplit(path).path).url_name == SECONDS
    except Resolver404:
        return False


def clicks_to_seconds(client: Client, figure: str) -> int | None:
    """The clicks from the overview by this figure, the figure's own among them."""
    seen, reached = {figure}, [figure]
    for clicks in range(1, MOST_CLICKS + 1):
        if any(is_seconds(page) for page in reached):
            return clicks
        further = [
            page
            for path in reached
            for page in pages_behind(client, path)
            if clicks < MOST_CLICKS
        ]
        reached = [page for page in dict.fromkeys(further) if page not in seen]
        seen.update(reached)
    return None


def test_each_figure_leads_down_to_seconds_in_four_clicks(auditor: Client) -> None:
    figures = links_of(auditor, "/console/").figures
    people = [(path, text) for path, text in figures if text.strip() not in {"", "0"}]

    assert {text for _, text in people} >= {"1", "4"}
    for path, text in people:
        clicks = clicks_to_seconds(auditor, urljoin("/console/", path))
        assert clicks is not None, (path, text)


def test_each_number_of_people_on_the_overview_is_a_link(auditor: Client) -> None:
    """Shares, days, money and the plan's targets are no people and have no list."""
    page = auditor.get("/console/")
    figures = page.context["figures"]
    linked = [text for _, text in links_of(auditor, "/console/").figures]

    assert linked.count(f"{figures.excluded}") >= 1
    assert linked.count(f"{figures.began}") >= 1
    cells = re.findall(r'<td class="n"[^>]*>(.*?)</td>', page.content.decode())
    bare = [cell for cell in cells if re.fullmatch(r"\s*[\d,]+\s*", cell)]
    assert not bare


def test_the_seconds_behind_a_figure_are_those_of_the_person(auditor: Client) -> None:
    """As an auditor goes: figure, list, person, lesson."""
    [listing] = [
        path
        for path, _ in links_of(auditor, "/console/").figures
        if "reason=counted" in path and "district" not in path
    ]
    person = next(
        page
        for page in pages_behind(auditor, listing)
        if "/people/" in page and urlsplit(page).path != "/console/people/"
    )
    lesson = next(page for page in pages_behind(auditor, person) if is_seconds(page))

    assert auditor.get(lesson).context["line"].credited == 150
