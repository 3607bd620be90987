"""Each signal in watching fires on its cheat and is silent on the honest person beside it."""

from datetime import timedelta

import pytest

from ankang.accounts.models import Person
from ankang.integrity.models import Case, Signal, Subject
from ankang.integrity.signals.catalog import BY_CODE
from ankang.learning.accounting import Reason
from ankang.learning.models import Course, Lesson, WatchSession
from tests import make, suspects
from tests.suspects import found, staff_of

Code = Signal.Code
MIDNIGHT = make.MORNING.replace(hour=0)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
OTHER = WatchSession.Closed.OTHER_SESSION
TABLET = "tablet"


@pytest.fixture(autouse=True)
def _edition() -> None:
    make.edition()


@pytest.fixture
def course() -> Course:
    return make.course(*[make.courseware() for _ in range(3)])


@pytest.fixture
def lessons(course: Course) -> list[Lesson]:
    return list(course.lessons.order_by("position"))


def test_a_machine_that_plays_day_and_night_is_marked(lessons: list[Lesson]) -> None:
    someone = make.person()
    for hour in (0, 5, 10):
        at = MIDNIGHT + timedelta(hours=hour)
        suspects.session(someone, lessons[0], at=at, minutes=200)

    assert Code.IMPOSSIBLE_HOURS in found()
    signal = Signal.objects.get(code=Code.IMPOSSIBLE_HOURS)
    assert signal.evidence["seconds"] == 10 * 3600
    assert [row["session"] for row in signal.evidence["rows"]] == list(
        WatchSession.objects.values_list("pk", flat=True)
    )


def test_a_whole_day_of_class_with_breaks_is_not(lessons: list[Lesson]) -> None:
    for hour in (8, 10, 13, 15):
        at = MIDNIGHT + timedelta(hours=hour)
        suspects.session(make.person(), lessons[0], at=at, minutes=100)

    assert found() == set()


def test_a_page_left_open_alone_is_no_learning(lessons: list[Lesson]) -> None:
    at = MIDNIGHT + timedelta(hours=8)
    ends_at = at + timedelta(hours=15)
    suspects.session(make.person(), lessons[0], at=at, closed_at=ends_at)

    assert found() == set()


def test_a_night_spent_learning_is_a_weak_mark(lessons: list[Lesson]) -> None:
    at = MIDNIGHT - timedelta(hours=1)
    suspects.session(make.person(), lessons[0], at=at, minutes=320)

    assert found() == {Code.NIGHT_SESSION}
    assert BY_CODE[Code.NIGHT_SESSION].is_weak


def test_a_shift_worker_who_learns_after_the_shift_is_not_marked(
    lessons: list[Lesson],
) -> None:
    at = MIDNIGHT + timedelta(hours=2)
    suspects.session(make.person(), lessons[0], at=at, minutes=90)

    assert found() == set()


def passed_to_and_fro(someone: Person, lesson: Lesson, claimed: int) -> None:
    """Two devices that take the session from each other eight times."""
    for turn in range(8):
        at = make.MORNING + turn * 5 * MINUTE
        device = (TABLET, "phone")[turn % 2]
        one = suspects.session(
            someone, lesson, at=at, device=device, closed_by=OTHER, minutes=4
        )
        if claimed:
            suspects.refused(one, Reason.AHEAD, times=4, seconds=claimed)


def test_two_devices_that_both_claim_on_are_marked(lessons: list[Lesson]) -> None:
    passed_to_and_fro(make.person(), lessons[0], claimed=60)

    assert found() == {Code.TWO_DEVICES}
    evidence = Signal.objects.get().evidence
    assert evidence["claimed_after"] == 7 * 60


def test_changing_between_phone_and_computer_is_not(lessons: list[Lesson]) -> None:
    passed_to_and_fro(make.person(), lessons[0], claimed=0)

    assert found() == set()


def test_one_device_for_many_people_is_one_case_that_touches_them_all(
    lessons: list[Lesson],
) -> None:
    people = suspects.use(TABLET, 6, lessons[0])

    assert found() == {Code.SHARED_DEVICE}
    case = Case.objects.get()
    assert (case.kind, case.device) == (Subject.DEVICE, TABLET)
    assert {one.person_id for one in case.involvements.all()} == {
        one.pk for one in people
    }


def test_a_family_with_one_phone_is_not(lessons: list[Lesson]) -> None:
    suspects.use(TABLET, 4, lessons[0])

    assert found() == set()


def test_browsers_that_kept_no_mark_are_not_one_device(lessons: list[Lesson]) -> None:
    suspects.use("", 12, lessons[0])

    assert found() == set()


def test_a_device_is_marked_again_only_when_its_people_doubled(
    lessons: list[Lesson],
) -> None:
    suspects.use(TABLET, 5, lessons[0])
    found()
    suspects.use(TABLET, 3, lessons[0])
    found()
    assert Signal.objects.count() == 1

    suspects.use(TABLET, 4, lessons[0])
    found()
    assert Signal.objects.count() == 2


def watch_together(
    people: list[Person], lessons: list[Lesson], apart: timedelta, drift: int
) -> None:
    for place, someone in enumerate(people):
        for turn, lesson in enumerate(lessons):
            at = make.MORNING + turn * 10 * MINUTE
            late = (place * (3 + drift * turn)) % (2 * len(people))
            suspects.session(someone, lesson, at=at + apart * late)


def test_a_script_that_runs_many_accounts_in_step_is_marked(
    lessons: list[Lesson],
) -> None:
    people = staff_of(6)
    watch_together(people, lessons, apart=timedelta(milliseconds=100), drift=0)

    assert found() == {Code.LOCKSTEP}
    case = Case.objects.get()
    assert case.employer == people[0].employments.get().employer
    assert case.involvements.count() == 6


def test_a_class_that_begins_together_is_not(lessons: list[Lesson]) -> None:
    watch_together(staff_of(12), lessons, apart=5 * SECOND, drift=4)

    assert found() == set()


@pytest.mark.parametrize(
    ("reason", "times", "seconds"),
    [
        (Reason.MALFORMED, 12, 0),
        (Reason.TOO_LONG, 12, 0),
        (Reason.CLOCK, 12, 200),
        (Reason.TOO_FAST, 80, 1200),
        (Reason.AHEAD, 80, 1200),
    ],
)
def test_beats_that_no_player_sends_are_marked(
    lessons: list[Lesson], reason: Reason, times: int, seconds: int
) -> None:
    one = suspects.session(make.person(), lessons[0], at=make.MORNING)
    suspects.refused(one, reason, times=times, seconds=seconds)

    assert found() == {Code.REFUSED_BEATS}


@pytest.mark.parametrize(
    ("reason", "times", "seconds"),
    [
        (Reason.CLOCK, 20, 20),
        (Reason.CLOCK, 3, 40),
        (Reason.AHEAD, 30, 450),
        (Reason.TOO_FAST, 25, 400),
        (Reason.HIDDEN, 200, 3000),
        (Reason.DAILY_CAP, 200, 3000),
        (Reason.PRESENCE, 9, 300),
    ],
)
def test_a_poor_network_or_a_curious_finger_is_not(
    lessons: list[Lesson], reason: Reason, times: int, seconds: int
) -> None:
    one = suspects.session(make.person(), lessons[0], at=make.MORNING)
    suspects.refused(one, reason, times=times, seconds=seconds)

    assert found() == set()


def test_a_flood_of_beats_is_marked_and_a_queue_after_a_tunnel_is_not(
    lessons: list[Lesson],
) -> None:
    suspects.session(make.person(), lessons[0], at=make.MORNING, beats=60)
    assert found() == set()

    suspects.session(make.person(), lessons[0], at=make.MORNING, beats=400)
    assert found() == {Code.REFUSED_BEATS}


def test_a_video_that_plays_to_nobody_is_marked(lessons: list[Lesson]) -> None:
    one = suspects.session(make.person(), lessons[0], at=make.MORNING, minutes=60)
    suspects.checks(one, missed=40, passed=1)

    assert found() == {Code.ABSENT}


def test_who_dozed_off_over_one_lesson_is_not(lessons: list[Lesson]) -> None:
    one = suspects.session(make.person(), lessons[0], at=make.MORNING, minutes=20)
    suspects.checks(one, missed=8, passed=1)
    other = suspects.session(make.person(), lessons[0], at=make.MORNING, minutes=99)
    suspects.checks(other, missed=16, passed=9)

    assert found() == set()
