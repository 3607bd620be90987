"""Practice on a phone with the keyboard alone, each mode, and with the network cut."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Route, expect

from tests.practice_city import Worker, practice_city, sessions, worker
from tests.site import Site, wait_for
from tests.test_journey_browser import CHROMIUM, _database, browser

__all__ = ["_database", "browser"]

NAMES = [f"练习{letter}" for letter in "甲乙丙丁戊己庚辛壬癸子丑寅"]
ANSWERS = """
select count(*), count(distinct version_id), sum(is_right)
from practice_practiceanswer where group_id = {group}
"""
SOME_DAYS_LATER = """
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from ankang.practice.models import ReviewCard
days = timedelta(days=40)
cards = ReviewCard.objects.filter(person__name={name!r})
for card in cards:
    card.last_at -= days
    card.due_at -= days
    card.last_day -= days.days
    card.right_on = card.right_on and card.right_on - days
ReviewCard.objects.bulk_update(cards, ["last_at", "due_at", "last_day", "right_on"])
"""

WIDER = """isLarge => {
  document.documentElement.classList.toggle("ak-large", isLarge);
  return document.documentElement.scrollWidth - innerWidth;
}"""

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if not CHROMIUM:
        pytest.skip("Chromium is missing: apt-get install chromium")
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder, practice_city(folder, NAMES))
    with site.served():
        yield site


@pytest.fixture(scope="module")
def keys(site: Site) -> dict[str, str]:
    return sessions(site, NAMES)


@pytest.fixture
def someone(site: Site, browser: Browser, keys: dict[str, str]) -> Iterator[Worker]:
    """A person who has not practiced yet; script errors fail the test."""
    name, session = keys.popitem()
    person = worker(site, browser, name, session)
    errors: list[str] = []
    person.page.on("pageerror", lambda error: errors.append(str(error)))
    yield person
    person.page.context.close()
    assert errors == []


def answer_all(someone: Worker, *, is_right: bool = True) -> list[str]:
    """Answer a group to its end by keys; the kinds that came."""
    kinds = []
    while "/result/" not in someone.page.url:
        place = someone.place
        kinds.append(someone.answer(is_right=is_right))
        done = someone.page.locator(f"[data-place='{place}'][data-answered]")
        expect(done).to_contain_text("答对了" if is_right else "不对")
        expect(done.locator("section")).to_be_visible()
        go_on(someone, place)
    return kinds


def go_on(someone: Worker, place: str) -> None:
    """Enter after the explanation: the next question, or the result."""
    someone.press("Enter")
    someone.page.wait_for_function(
        """place => location.pathname.endsWith('/result/') ||
        document.querySelector('.ak-place:not([hidden])').dataset.place !== place""",
        arg=place,
    )


def kept(someone: Worker, place: str) -> Locator:
    """The word that an answer waits in the phone."""
    return someone.page.locator(f"[data-place='{place}'] [data-part=kept]")


def group_of(someone: Worker) -> int:
    found = re.search(r"/groups/(\d+)/", someone.page.url)
    assert found
    return int(found[1])


def stored(site: Site, group: int) -> tuple[Any, ...]:
    """Answers, different questions among them, right ones: as the server has them."""
    return site.rows(ANSWERS.format(group=group))[0]


def test_the_day_is_answered_and_another_group_begun_by_keyboard(
    someone: Worker,
) -> None:
    someone.begin("daily")
    someone.reach("[data-part=hint] summary")
    someone.press("Enter")
    expect(someone.page.locator("[data-part=hint][open] p")).to_be_visible()

    kinds = answer_all(someone)

    assert sorted(kinds) == ["fill_in", "ordering", "single"]
    expect(someone.page.locator("main")).to_contain_text("全对")
    someone.reach("form[action='/practice/daily/groups/'] button")
    someone.press("Enter")
    someone.page.wait_for_url("**/practice/groups/*/")
    assert someone.place == "1"


def test_the_week_is_answered_once_by_keyboard(someone: Worker) -> None:
    someone.begin("weekly")

    answer_all(someone)

    someone.open("/practice/weekly/")
    expect(someone.page.locator("main")).to_contain_text("下周一再来")


def test_a_special_set_is_answered_against_the_clock_by_keyboard(
    someone: Worker,
) -> None:
    someone.begin("special")
    left = someone.page.locator("#time-left")
    expect(left).to_have_text(re.compile(r"剩余 [45]:\d\d"))
    assert answer_all(someone, is_right=False)
    expect(someone.page.locator("main")).to_contain_text("对 0 题")


def test_a_challenge_goes_on_to_the_first_mistake_and_keeps_the_best_run(
    someone: Worker,
) -> None:
    someone.begin("challenge")
    for run in ("1", "2"):
        place = someone.place
        someone.answer()
        expect(someone.page.locator("[data-part=run]")).to_have_text(run)
        go_on(someone, place)
    answer_all(someone, is_right=False)

    expect(someone.page.locator("main")).to_contain_text("连对 2 题")
    someone.open("/practice/challenge/")
    expect(someone.page.locator("main")).to_contain_text("最多连对过 2 题")


def test_hazards_are_found_with_the_arrow_keys(someone: Worker) -> None:
    someone.begin("hazard")
    assert answer_all(someone) == ["hazard"]
    expect(someone.page.locator("main")).to_contain_text("全对")


def test_a_mistake_stays_in_the_notebook_until_right_on_two_days(
    someone: Worker,
) -> None:
    someone.begin("daily")
    answer_all(someone, is_right=False)
    someone.begin("mistakes")
    assert len(answer_all(someone)) == 3
    someone.open("/practice/mistakes/")
    expect(someone.page.locator("main")).to_contain_text("3 道错题")
    expect(someone.page.locator("main")).to_contain_text("过一天再来")

    someone.site.python(SOME_DAYS_LATER.format(name=someone.name))
    someone.begin("mistakes")
    answer_all(someone)

    someone.open("/practice/mistakes/")
    expect(someone.page.locator("main")).to_contain_text("错题本是空的")


def test_what_is_nearly_forgotten_is_reviewed_by_keyboard(someone: Worker) -> None:
    someone.open("/practice/review/")
    expect(someone.page.locator("main")).to_contain_text("先做每日答题")
    someone.begin("daily")
    answer_all(someone)
    someone.site.python(SOME_DAYS_LATER.format(name=someone.name))

    someone.begin("review")

    assert len(answer_all(someone)) == 3
    someone.open("/practice/review/")
    expect(someone.page.locator("main")).to_contain_text("现在没有要复习的题")


def test_answers_given_without_network_are_sent_when_it_returns(
    site: Site, someone: Worker
) -> None:
    someone.begin("daily")
    group = group_of(someone)
    place = someone.place
    someone.answer()
    expect(someone.page.locator("[data-answered]")).to_have_count(1)
    go_on(someone, place)

    someone.page.context.set_offline(True)
    for _ in range(2):
        place = someone.place
        someone.answer()
        expect(kept(someone, place)).to_be_visible()
        someone.press("Enter")
    expect(someone.page.locator("[data-part=offline]")).to_be_visible()
    # who would leave now is kept until everything is sent
    leave = someone.page.locator("[data-part=leave]")
    expect(leave).to_be_hidden()
    assert "正确" not in someone.page.content()
    assert stored(site, group) == (1, 1, 1)

    someone.page.context.set_offline(False)
    expect(someone.page.locator("[data-answered]")).to_have_count(3)
    expect(someone.page.locator("[data-part=offline]")).to_be_hidden()
    someone.press("Enter")
    someone.page.wait_for_url("**/result/")
    assert stored(site, group) == (3, 3, 3)


def test_an_answer_is_neither_lost_nor_doubled_by_a_reload_or_a_lost_reply(
    site: Site, someone: Worker
) -> None:
    def lose_the_reply(route: Route) -> None:
        route.fetch()
        route.abort()

    someone.begin("daily")
    group, page = group_of(someone), someone.page
    answers = f"**/practice/groups/{group}/answers/"
    place = someone.place
    page.route(answers, lambda route: route.abort())
    someone.answer()
    expect(kept(someone, place)).to_be_visible()
    page.unroute(answers)
    page.reload()
    wait_for(lambda: stored(site, group)[0] == 1)

    page.reload()
    page.route(answers, lose_the_reply)
    place = someone.place
    someone.answer()
    expect(kept(someone, place)).to_be_visible()
    wait_for(lambda: stored(site, group)[0] == 2)
    page.unroute(answers)
    page.reload()
    expect(page.locator("[data-answered]")).to_have_count(2)

    answer_all(someone)
    assert stored(site, group) == (3, 3, 3)
    waiting = "Object.keys(localStorage).filter(key => key.startsWith('practice:'))"
    assert page.evaluate(waiting) == []


def test_who_is_signed_out_in_between_is_told_and_loses_nothing(
    site: Site, someone: Worker
) -> None:
    someone.begin("daily")
    group, page = group_of(someone), someone.page
    place = someone.place
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    someone.answer()
    told = page.locator(f"[data-place='{place}'] [data-part=note]")
    expect(told).to_contain_text("登录过期了")
    assert stored(site, group)[0] == 0

    page.context.add_cookies([one for one in cookies if one["name"] == "sessionid"])
    page.reload()
    wait_for(lambda: stored(site, group)[0] == 1)


def test_a_group_left_with_answers_waiting_is_sent_from_the_page_of_modes(
    site: Site, someone: Worker
) -> None:
    someone.begin("daily")
    group, page = group_of(someone), someone.page
    answers = f"**/practice/groups/{group}/answers/"
    page.route(answers, lambda route: route.abort())
    place = someone.place
    someone.answer()
    expect(kept(someone, place)).to_be_visible()

    someone.open()
    expect(page.locator("answer-outbox")).to_contain_text("有 1 个答案还没有送到")
    page.unroute(answers)
    page.reload()

    wait_for(lambda: stored(site, group)[0] == 1)
    expect(page.locator("answer-outbox [data-part=waiting]")).to_be_hidden()


def test_a_question_of_each_kind_is_accessible_before_and_after(
    someone: Worker,
) -> None:
    axe = Axe()
    for mode in ("daily", "hazard"):
        someone.begin(mode)
        while "/result/" not in someone.page.url:
            assert faults(someone, axe) == []
            place = someone.place
            someone.answer(is_right=False)
            someone.page.locator(f"[data-place='{place}'][data-answered]").wait_for()
            assert faults(someone, axe) == []
            go_on(someone, place)
    assert faults(someone, axe) == []


def faults(someone: Worker, axe: Axe) -> list[str]:
    """What axe finds serious; is the page wider than the phone, also in large type?"""
    page = someone.page
    found = [
        f"{one['id']} {[node['target'] for node in one['nodes'][:3]]}"
        for one in axe.run(page, options={"iframes": False}).response["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
    for type_ in ("large", "usual"):
        wider = page.evaluate(WIDER, type_ == "large")
        if wider > 0:
            found.append(f"{wider} px too wide in {type_} type")
    return found
