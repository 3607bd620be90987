"""From signals to cases: merging, scanning day by day, thresholds, devices."""

from datetime import timedelta

import pytest
from django.test import Client

from ankang.integrity.models import Case, Decision, ScannedDay, Signal
from ankang.integrity.services.deciding import decide_case
from ankang.integrity.services.scanning import (
    days_to_scan,
    scan_day,
    start_scan_if_due,
)
from ankang.integrity.signals.catalog import BY_CODE, ENTRIES
from ankang.jobs.models import Job
from ankang.learning.models import Course, Lesson, WatchSession
from ankang.policies.models import Rules, edition_for
from ankang.policies.thresholds import Thresholds
from ankang.quizzes.models import QuestionVersion
from tests import make, params, suspects
from tests.suspects import found

Code = Signal.Code
DAY = make.MORNING.date()
AFTER = make.MORNING + timedelta(days=1)
MINUTE = timedelta(minutes=1)
TABLET = "tablet"


@pytest.fixture(autouse=True)
def _edition() -> None:
    make.edition()


@pytest.fixture
def course() -> Course:
    return make.course()


@pytest.fixture
def lessons(course: Course) -> list[Lesson]:
    return list(course.lessons.all())


@pytest.fixture
def questions() -> list[QuestionVersion]:
    return [make.question() for _ in range(10)]


def test_signals_of_one_person_and_year_make_one_case(
    course: Course, lessons: list[Lesson], questions: list[QuestionVersion]
) -> None:
    someone = make.person()
    one = suspects.session(someone, lessons[0], at=make.MORNING, minutes=60)
    suspects.checks(one, missed=40)
    suspects.paper(
        someone, course, questions, at=make.MORNING, pauses=[1, 2, 1, 3, 1] * 2
    )
    found()

    case = Case.objects.get()
    assert case.signals.count() == 2
    assert case.involvements.count() == 1
    assert case.due_on.isoformat() == "2020-09-30"


def test_a_scan_done_again_finds_nothing_new(lessons: list[Lesson]) -> None:
    suspects.use(TABLET, 6, lessons[0])

    assert scan_day(day=DAY, at=AFTER) == 1
    assert scan_day(day=DAY, at=AFTER) == 0
    assert Case.objects.count() == 1


def test_a_dismissed_case_is_not_reopened_by_the_same_evidence(
    lessons: list[Lesson],
) -> None:
    suspects.use(TABLET, 6, lessons[0])
    found()
    decide_case(
        case=Case.objects.get(),
        membership=make.membership(),
        verdict=Decision.Verdict.DISMISS,
        comment="培训室的公用平板。",
        at=AFTER,
    )
    found()

    assert Case.objects.get().state == Case.State.DISMISSED


def test_new_evidence_after_a_decision_opens_a_new_case(lessons: list[Lesson]) -> None:
    someone = make.person()
    next_day = DAY + timedelta(days=1)
    for days in range(2):
        at = make.MORNING + timedelta(days=days)
        one = suspects.session(someone, lessons[0], at=at, minutes=60)
        suspects.checks(one, missed=40)
    found()
    decide_case(
        case=Case.objects.get(),
        membership=make.membership(),
        verdict=Decision.Verdict.DISMISS,
        comment="本人说看睡着了。",
        at=AFTER,
    )
    scan_day(day=next_day, at=AFTER)

    assert sorted(case.state for case in Case.objects.all()) == ["dismissed", "open"]


def test_evidence_holds_no_names(
    course: Course, lessons: list[Lesson], questions: list[QuestionVersion]
) -> None:
    suspects.use(TABLET, 6, lessons[0])
    suspects.copy(course, questions, [(2, 5)] * 3)
    found()

    for signal in Signal.objects.all():
        assert "张三" not in str(signal.evidence)
        assert signal.evidence["total"] == len(signal.evidence["rows"])


def test_each_signal_has_a_sentence_with_its_thresholds() -> None:
    limits = edition_for(2020).rules().signals

    assert {entry.code for entry in ENTRIES} == set(Code)
    assert BY_CODE[Code.FAST_EXAM].told(limits) == "考试合格，平均每题不到 4 秒。"
    for entry in ENTRIES:
        assert "{" not in entry.told(limits)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"device_people": "5"}, "device_people"),
        ({"device_people": -1}, "device_people"),
        ({"device_people": True}, "device_people"),
        ({"night_hours": "四"}, "night_hours"),
        ({"night_hours": "NaN"}, "night_hours"),
    ],
)
def test_a_wrong_threshold_is_refused_by_its_name(
    change: dict[str, object], word: str
) -> None:
    table = {**params.PARAMS["signals"], **change}
    with pytest.raises(ValueError, match=word):
        Thresholds.from_table(table)


def test_an_edition_without_a_threshold_is_refused() -> None:
    signals = {**params.PARAMS["signals"]}
    del signals["device_people"]
    with pytest.raises(ValueError, match="device_people"):
        Rules.from_params({**params.PARAMS, "signals": signals})
    with pytest.raises(ValueError, match="signals"):
        Rules.from_params({**params.PARAMS, "signals": 7})


def test_the_worker_looks_through_each_day_once_when_it_is_over(
    lessons: list[Lesson],
) -> None:
    suspects.session(make.person(), lessons[0], at=make.MORNING)
    early = make.MORNING + timedelta(days=2, hours=-8)
    late = make.MORNING + timedelta(days=2)

    assert days_to_scan(make.MORNING) == []
    assert days_to_scan(early) == [DAY]
    assert days_to_scan(late) == [DAY, DAY + timedelta(days=1)]
    scan_day(day=DAY, at=late)
    assert days_to_scan(late) == [DAY + timedelta(days=1)]
    assert ScannedDay.objects.get().signals == 0


def test_one_look_is_queued_at_a_time(lessons: list[Lesson]) -> None:
    assert start_scan_if_due(AFTER) is None
    suspects.session(make.person(), lessons[0], at=make.MORNING)

    job = start_scan_if_due(AFTER)
    assert job is not None
    assert start_scan_if_due(AFTER + MINUTE) is None
    Job.objects.update(state=Job.State.FAILED)
    assert start_scan_if_due(AFTER + MINUTE) is None
    assert start_scan_if_due(AFTER + timedelta(hours=2)) is not None


def test_a_browser_gets_a_mark_and_keeps_it(
    client: Client, course: Course, lessons: list[Lesson]
) -> None:
    client.force_login(make.learner())
    page = f"/learning/lessons/{lessons[0].pk}/"
    mark = client.get(page).cookies["device"]
    assert mark["httponly"]
    assert "device" not in client.get(page).cookies

    client.post(f"{page}sessions/")
    device = WatchSession.objects.get().device
    assert len(device) == 16
    other = Client()
    other.force_login(make.learner())
    other.get(page)
    other.post(f"{page}sessions/")
    assert WatchSession.objects.exclude(device=device).count() == 1


def test_a_day_without_facts_is_quickly_done() -> None:
    assert scan_day(day=DAY, at=AFTER) == 0
