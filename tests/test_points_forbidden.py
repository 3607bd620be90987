"""What 国办函 2026 no. 12 forbids is never shown: no ranking by points, no league table.

Every page that an edition without boards serves is opened as every scope and as a
learner who takes part, and looked at for the words of a ranking.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from ankang.accounts.models import User
from ankang.points.models import Act
from ankang.points.services import award
from ankang.points.services.boards import fold_boards
from ankang.points.services.choosing import switch_on
from ankang.policies.points import Board, Period
from ankang.teams.models import Season
from ankang.teams.services.joining import join_season
from ankang.teams.services.seasons import keep_seasons
from tests import make, points_rules, practicing, teaming
from tests.access_matrix import MATRIX, SCOPES
from tests.test_access import ELSEWHERE, Address

RANKING = re.compile("排行|排名|名次|榜单|积分榜|日榜|周榜|月榜|总榜|第 ?[0-9]+ ?名")
# said of boards in order to say that there are none, or of what is read aloud to nobody
DENIALS = re.compile("没有任何榜单|没有排名|没有榜单|不排名")


def taking_part(of: int) -> User:
    """A learner with points, and others with more, under the edition shipped for `of`."""
    points_rules.edition(2020, of=of)
    now = timezone.now()
    for n in range(3):
        someone = make.employment().person
        switch_on(person=someone, at=now)
        award(person=someone, act=Act.DAILY, source=f"a:{n}", at=now, times=n + 1)
    user = make.learner(person=someone)
    fold_boards(at=now)
    return user


def assert_ranks_nobody(path: str, answer: Any) -> None:
    if answer.streaming:
        b"".join(answer)
        return
    if "text/html" not in answer.headers.get("Content-Type", ""):
        return
    text = DENIALS.sub("", answer.content.decode())
    assert not RANKING.search(text), (path, RANKING.search(text))
    assert "/boards/" not in text, path


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_no_console_page_ranks_anybody_under_the_edition_of_2026(name: str) -> None:
    taking_part(2026)
    access = MATRIX[name]
    for scope in SCOPES:
        staff = make.staff(scope)
        client = Client()
        client.force_login(staff)
        path = reverse(name, kwargs=access.arguments(staff))
        assert_ranks_nobody(path, getattr(client, access.method)(path))


def path_of(address: Address, known: dict[str, int]) -> str:
    """The address with what there is put in; empty where it needs something else."""
    parts = {part: known.get(part, "daily") for part in address.parts}
    try:
        return reverse(address.name, kwargs=parts)
    except NoReverseMatch:
        return ""


def test_no_learner_page_ranks_anybody_under_the_edition_of_2026(
    client: Client,
) -> None:
    client.force_login(taking_part(2026))
    course = make.course(year=2020)
    lesson = course.lessons.get()
    known = {"course_id": course.pk, "lesson_id": lesson.pk}
    opened = 0
    for address in ELSEWHERE:
        if address.name in {"points:board", "demo-enter"}:
            continue
        path = path_of(address, known)
        if not path:
            continue
        answer = client.get(path)
        opened += answer.status_code == 200
        assert_ranks_nobody(path, answer)
        if path.startswith("/accounts/sign-out"):
            client.force_login(User.objects.get(person__isnull=False, is_staff=False))

    assert opened >= 12
    mine = client.get("/mine/points/").content.decode()
    assert "今天" in mine
    assert "段位" in mine


def test_no_page_of_friends_or_teams_ranks_anybody_under_the_edition_of_2026(
    client: Client,
) -> None:
    """With friends, a running team, and after its end; the most diligent stand nowhere."""
    user = taking_part(2026)
    person = user.person
    assert person
    client.force_login(user)
    now, today = timezone.now(), timezone.localdate()
    keep_seasons(at=now)
    others = [make.person(name=name) for name in ("李四", "王五", "赵六")]
    for n, one in enumerate(others):
        teaming.friends(person, one, at=now + timedelta(minutes=n))
        join_season(person=one, season=Season.objects.get(), at=now)
    join_season(person=person, season=Season.objects.get(), at=now)
    Season.objects.update(starts_on=today, ends_on=today + timedelta(days=13))
    keep_seasons(at=now)
    versions = practicing.questions(4)
    for n, one in enumerate(others):
        teaming.practice(one, today, versions[: n + 1])

    pages = []
    for path in ("/mine/friends/", "/mine/team/"):
        answer = client.get(path)
        assert_ranks_nobody(path, answer)
        pages.append(answer.content.decode())
    # by joining, not by merit: whoever answered most stands last among the friends
    assert pages[0].index("李四") < pages[0].index("王五") < pages[0].index("赵六")
    assert "李**" in pages[1]
    for page in pages:
        assert not re.search("[0-9]+ ?分[^钟]", page)

    Season.objects.update(starts_on=today - timedelta(days=20), ends_on=today)
    Season.objects.update(ends_on=today - timedelta(days=6))
    keep_seasons(at=now)
    over = client.get("/mine/team/")
    assert "上个赛季" in over.content.decode()
    assert_ranks_nobody("/mine/team/", over)


@pytest.mark.parametrize("board", list(Board))
@pytest.mark.parametrize("period", list(Period))
def test_the_addresses_of_boards_exist_only_where_the_edition_has_them(
    client: Client, board: str, period: str
) -> None:
    """Same code, two data sets."""
    path = f"/mine/points/boards/{board}/{period}/"
    client.force_login(taking_part(2026))
    assert client.get(path).status_code == 404

    points_rules.edition(2020, of=2020)
    page = client.get(path)
    assert page.status_code == 200
    assert RANKING.search(page.content.decode())


@pytest.mark.parametrize(
    "path", ["/mine/points/boards/city/year/", "/mine/points/boards/district/day/"]
)
def test_a_board_of_districts_exists_in_no_edition(client: Client, path: str) -> None:
    client.force_login(taking_part(2020))

    assert client.get(path).status_code == 404


def test_the_console_cannot_sort_or_sum_people_by_points() -> None:
    taking_part(2020)
    client = Client()
    client.force_login(make.staff("city"))

    page = client.get("/console/points/?sort=points").content.decode()

    assert "?sort=points" not in page.replace("?sort=points&", "")
    assert "sort=-points" not in page


def test_who_left_sees_no_points_and_no_board(client: Client) -> None:
    user = taking_part(2020)
    client.force_login(user)
    client.post("/mine/points/leaving/")

    page = client.get("/mine/points/").content.decode()

    assert "开启积分" in page
    assert "段位</dt>" not in page
    assert client.get("/mine/points/boards/city/day/").status_code == 404


def test_joining_leaving_and_consenting_to_a_name_over_http(client: Client) -> None:
    points_rules.edition(2020, of=2020)
    user = make.learner()
    client.force_login(user)
    for path, words in (
        ("/mine/points/leaving/", "积分关闭了"),
        ("/mine/points/joining/", "积分开启了"),
    ):
        assert words in client.post(path, follow=True).content.decode()
    award(person=user.person, act=Act.DAILY, source="a:1", at=timezone.now())  # type: ignore[arg-type]
    client.post("/mine/points/name/", {"shows": "yes"})
    fold_boards(at=timezone.now())

    assert "只显示姓" in client.get("/mine/points/boards/city/day/").content.decode()


def test_the_labor_office_corrects_on_the_page_and_others_only_read() -> None:
    user = taking_part(2020)
    path = f"/console/points/people/{user.person_id}/"
    client = Client()
    client.force_login(make.staff("city"))
    form = {
        "kind": "deduct",
        "points": "2",
        "comment": "同一答案刷分，已核实。",
        "source": "form:0123456789abcdef",
    }

    wrong = client.post(f"{path}corrections/", {**form, "points": "-2"})
    assert wrong.status_code == 422
    assert "整数" in wrong.content.decode()
    over = client.post(f"{path}corrections/", {**form, "points": "900"})
    assert "最多只能扣" in over.content.decode()
    assert client.post(f"{path}corrections/", form).status_code == 302
    assert "同一答案刷分" in client.get(path).content.decode()

    finance = Client()
    finance.force_login(make.membership(office="finance").user)
    assert "更正积分" not in finance.get(path).content.decode()
    assert finance.post(f"{path}corrections/", form).status_code == 403
