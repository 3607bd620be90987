"""A team season on two phones, by keyboard: signing up, together, its end and its rest."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.practice_city import Worker, practice_city, sessions, worker
from tests.site import Site
from tests.test_journey_browser import CHROMIUM, _database, browser

__all__ = ["_database", "browser"]

NAMES = ["季一二", "班三四", "不五六"]
SEASONS = """[params.teams.seasons]
days = 14
rest_days = 7
late_days = 3
settle_days = 2
team_size = 5
least_size = 2
active_days = 1
least_active = 2
spare = 0
recalls_each = 1
recalls_per_day = 3
days_each = 0
"""
NONE = "[params.teams.seasons]\ndays = 0 # 本版没有班组赛季\n"
# The days of what happened are moved back instead of the clock forward.
PASS = """
import json
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from ankang.practice.models import PracticeAnswer
from ankang.teams.models import Season, SeasonMember
from ankang.teams.services.seasons import keep_seasons
days = timedelta(days={days})
for season in Season.objects.filter(closed_at=None):
    season.ends_on = {starts} + timedelta(days=13)
    season.starts_on = {starts}
    season.save()
PracticeAnswer.objects.update(day=F("day") - days)
SeasonMember.objects.update(joined_at=F("joined_at") - days)
keep_seasons(at=timezone.now())
coming = Season.objects.order_by("-starts_on").first()
ended = timezone.localdate() - timedelta(days=3)
print(json.dumps([str(coming.starts_on), coming.starts_on.weekday(), str(ended)]))
"""

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if not CHROMIUM:
        pytest.skip("Chromium is missing: apt-get install chromium")
    folder = tmp_path_factory.mktemp("teams")
    city: Path = practice_city(folder, NAMES)
    edition = city / "editions/2021.toml"
    text = edition.read_text()
    assert NONE in text
    text = text.replace(NONE, SEASONS)
    edition.write_text(text.replace("shows_seasons = false", "shows_seasons = true"))
    site = Site(folder, city)
    with site.served():
        yield site


@pytest.fixture
def phones(site: Site, browser: Browser) -> Iterator[list[Worker]]:
    """Two people who will take part and one who will not; script errors fail the test."""
    keys = sessions(site, NAMES)
    people = [worker(site, browser, name, keys[name]) for name in NAMES]
    errors: list[str] = []
    for person in people:
        person.page.on("pageerror", lambda error: errors.append(str(error)))
    yield people
    for person in people:
        person.page.context.close()
    assert errors == []


def days_pass(site: Site, days: int, *, starts: str) -> tuple[date, int, date]:
    """So many days later. When the newest season starts, on which day of the week, and
    when a season ended that is settled today."""
    said = site.python(PASS.format(days=days, starts=starts)).splitlines()[-1]
    day, weekday, ended = json.loads(said)
    return date.fromisoformat(day), weekday, date.fromisoformat(ended)


def test_a_season_from_signing_up_to_its_rest(site: Site, phones: list[Worker]) -> None:
    one, other, outside = phones
    days_pass(site, 0, starts="season.starts_on")

    for person in (one, other):
        person.open("/mine/team/")
        main = person.page.locator("main")
        expect(main).to_contain_text("自愿参加，随时可以退出")
        expect(main).to_contain_text(f"你的姓（如“{person.name[0]}**”）和练了几天")
        person.reach("form[action='/mine/team/joining/'] button")
        person.press("Enter")
        expect(main).to_contain_text("报名了，")

    days_pass(site, 0, starts="timezone.localdate()")
    for person in (one, other):
        person.begin("daily")
        while "/result/" not in person.page.url:
            place = person.place
            person.answer()
            person.page.locator(f"[data-place='{place}'][data-answered]").wait_for()
            person.press("Enter")
            person.page.wait_for_function(
                """place => location.pathname.endsWith('/result/') ||
                document.querySelector('.ak-place:not([hidden])').dataset.place !== place""",
                arg=place,
            )

    one.open("/mine/team/")
    main = one.page.locator("main")
    expect(main).to_contain_text("目标做到了")
    expect(main).to_contain_text(f"{other.name[0]}**")
    expect(main).to_contain_text("练了 1 天")
    expect(main).not_to_contain_text(other.name)
    wider = "() => document.documentElement.scrollWidth - innerWidth"
    assert one.page.evaluate(wider) <= 0
    outside.open("/mine/team/")
    expect(outside.page.locator("main")).to_contain_text("这个赛季已经开始")
    expect(outside.page.locator("main")).not_to_contain_text(f"{one.name[0]}**")

    over = "timezone.localdate() - timedelta(days=16)"
    coming, weekday, ended = days_pass(site, 16, starts=over)
    one.open("/mine/team/")
    expect(main).to_contain_text("我们队一起达到了目标")
    expect(main).to_contain_text("一起答对")
    expect(main).to_contain_text(f"下一个班组赛季：{coming.month}月{coming.day}日开始")
    assert weekday == 0
    assert coming - ended > timedelta(days=7)
