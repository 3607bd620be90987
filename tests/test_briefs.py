"""The daily brief carries the stated figures and the checkpoint that covers them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ankang.console.queries.briefs import brief_of, stated_days
from ankang.counting.recording import record_missing
from ankang.counting.services import recount_year
from ankang.counting.stating import state_counts
from ankang.evidence.models import Checkpoint, Record
from ankang.evidence.queries import latest_checkpoint
from ankang.evidence.services import seal
from ankang.learning.models import Course
from tests import make

DAY = timedelta(days=1)


@pytest.fixture
def course() -> Course:
    make.edition(required_credit_hours="0.1")
    return make.course()


def client_of(scope: str) -> Client:
    client = Client()
    client.force_login(make.staff(scope))
    return client


def count_today(course: Course, people: int) -> None:
    """Some more people count, and it is stated."""
    for _ in range(people):
        make.counted(course)
    recount_year(year=2020)
    record_missing()
    state_counts(at=timezone.now())


def test_the_brief_says_the_figures_of_the_log_under_a_checkpoint(
    course: Course,
) -> None:
    count_today(course, 2)
    today = timezone.localdate()

    page = client_of("auditor").get(f"/console/briefs/{today}/").content.decode()

    brief = brief_of(2020, today)
    assert brief
    people = {line.label: line.people for line in brief.lines}
    assert (people["开始学习"], people["计入"], people["未计入"]) == (2, 2, 0)
    assert brief.checkpoint.size > (brief.stated.record.position or 0)
    assert brief.checkpoint.note.splitlines()[2] in page
    assert sum(n for _, n in brief.entered) == brief.stated.size


def test_a_brief_stays_as_it_was_when_more_people_count_the_next_day(
    course: Course,
) -> None:
    count_today(course, 1)
    today = timezone.localdate()
    before = brief_of(2020, today)
    make.counted(course)
    recount_year(year=2020)
    record_missing()
    state_counts(at=timezone.now() + DAY)

    assert brief_of(2020, today) == before
    tomorrow = brief_of(2020, today + DAY)
    assert tomorrow
    assert tomorrow.before == before.stated if before else False
    counted = next(line for line in tomorrow.lines if line.label == "计入")
    assert (counted.people, counted.change) == (2, 1)
    assert [one.day for one in stated_days(2020)] == [today + DAY, today]


def test_each_reason_of_the_brief_sums_to_who_is_not_counted(course: Course) -> None:
    make.watching(make.person(), course)
    count_today(course, 1)

    brief = brief_of(2020, timezone.localdate())

    assert brief
    reasons = [one.people for one in brief.lines if one.label.startswith("其中")]
    assert sum(reasons) == brief.stated.excluded == 1
    assert brief.stated.began == brief.stated.counted + brief.stated.excluded


def test_an_earlier_checkpoint_is_at_an_open_address(
    client: Client, course: Course
) -> None:
    count_today(course, 1)
    first = latest_checkpoint()
    assert first
    count_today(course, 1)

    answer = client.get(f"/evidence/checkpoints/{first.size}")

    assert answer.content.decode() == first.note
    assert client.get("/evidence/checkpoints/999999").status_code == 404


@pytest.mark.parametrize(
    "day",
    ["2020-13-01", "yesterday", "20200901", "0001-01-01", "9999-12-31", "2020-09-01"],
)
def test_a_day_without_a_brief_is_not_found(course: Course, day: str) -> None:
    assert client_of("city").get(f"/console/briefs/{day}/").status_code == 404


def test_the_list_and_the_brief_take_the_same_queries_for_more_days(
    course: Course,
) -> None:
    client = client_of("auditor")
    count_today(course, 1)
    paths = ["/console/briefs/", f"/console/briefs/{timezone.localdate()}/"]

    def queries() -> list[int]:
        found = []
        for path in paths:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                assert client.get(path).status_code == 200
            found.append(len(captured))
        return found

    queries()
    few = queries()
    for number in range(1, 4):
        state_counts(at=timezone.now() + number * DAY)

    assert queries() == few


def test_the_bundles_of_entries_are_the_records_under_the_tiles(
    course: Course,
) -> None:
    """C2SP tlog-tiles: each entry behind its length in two bytes, big-endian."""
    count_today(course, 1)
    latest = latest_checkpoint()
    assert latest
    client = client_of("auditor")

    answer = client.get(f"/console/evidence/tile/entries/000.p/{latest.size}")

    entries, rest = [], answer.content
    while rest:
        length = int.from_bytes(rest[:2], "big")
        entries.append(rest[2 : 2 + length].decode())
        rest = rest[2 + length :]
    bodies = Record.objects.order_by("position").values_list("body", flat=True)
    assert entries == list(bodies)
    assert "private" in answer["Cache-Control"]


def test_no_bundle_beyond_the_checkpoint(course: Course) -> None:
    count_today(course, 1)
    latest = latest_checkpoint()
    assert latest
    client = client_of("auditor")

    for place in (f"000.p/{latest.size + 1}", "000", "001.p/1", "0", "x"):
        path = f"/console/evidence/tile/entries/{place}"
        assert client.get(path).status_code == 404


def test_anybody_takes_the_verifier_and_the_guide(client: Client) -> None:
    program = client.get("/evidence/verify.py").content.decode()

    compile(program, "verify.py", "exec")
    assert "核验安康存证导出包" in program
    assert "不靠我们自己核对" in client.get("/evidence/guide/").content.decode()


def test_a_quiet_day_has_its_brief_too(course: Course) -> None:
    count_today(course, 1)
    state_counts(at=timezone.now() + DAY)

    brief = brief_of(2020, timezone.localdate() + DAY)

    assert brief
    assert {line.change for line in brief.lines} == {0}
    assert [label for label, _ in brief.entered] == ["计数结果"]
    assert Checkpoint.objects.count() >= 2
    assert seal(at=timezone.now() + DAY) is None
