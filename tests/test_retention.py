"""The retained-knowledge index: people are the unit, few people are hidden."""

import math
import random
from datetime import timedelta
from typing import Any

import pytest

from ankang.counting.merging import merge_people
from ankang.jobs.models import Job
from ankang.policies.models import Rules
from ankang.policies.retention import RetentionRules
from ankang.practice.memory import recall
from ankang.reports.models import RetentionCell, RetentionRun
from ankang.reports.retention import HORIZONS, Tally, shown_keys, student_t
from ankang.reports.services import reckon_retention, start_retention_if_due
from tests import make, remembering
from tests.params import PARAMS

LATER = make.MORNING + timedelta(days=10)
By = RetentionCell.By


def cell(by: By, **asked: Any) -> RetentionCell:
    area = {"district": None, "employer": None, **asked}
    return RetentionCell.objects.get(by=by, **area)


def labels(by: By, **asked: Any) -> list[str]:
    area = {"district": None, "employer": None, **asked}
    rows = RetentionCell.objects.filter(by=by, **area).order_by("place")
    return list(rows.values_list("label", flat=True))


def test_the_index_is_the_curve_of_fsrs_at_each_horizon() -> None:
    make.edition()
    remembering.people(20, remembering.questions("通风"), stability=10.0)

    reckon_retention(at=LATER)

    means = [figure["mean"] for figure in cell(By.ALL).figures]
    assert means == pytest.approx([recall(10.0, 10 + days) for days in HORIZONS])
    assert means[0] == pytest.approx(0.9)


def test_somebody_who_practices_a_lot_weighs_no_more_than_anybody() -> None:
    make.edition()
    many = remembering.questions("通风", 10)
    remembering.people(19, many[:1], stability=1000.0)
    remembering.people(1, many, stability=1.0)

    reckon_retention(at=LATER)

    good, bad = recall(1000.0, 10), recall(1.0, 10)
    assert cell(By.ALL).figures[0]["mean"] == pytest.approx((19 * good + bad) / 20)
    assert (cell(By.ALL).people, cell(By.ALL).answers) == (20, 58)


def test_the_interval_holds_the_true_mean_nineteen_times_in_twenty() -> None:
    chance = random.Random(5)
    covered = 0
    for _ in range(2000):
        tally = Tally()
        for _ in range(25):
            tally.add([chance.betavariate(8, 2)] * len(HORIZONS), 1)
        first = tally.figures()[0]
        covered += first.low <= 0.8 <= first.high

    assert covered / 2000 == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(("people", "quantile"), [(20, 2.0930), (61, 2.0003)])
def test_the_quantile_is_that_of_student(people: int, quantile: float) -> None:
    assert student_t(people) == pytest.approx(quantile, abs=0.002)


def test_fewer_than_twenty_people_are_nowhere_in_the_table() -> None:
    make.edition()
    remembering.people(19, remembering.questions("通风"))

    reckon_retention(at=LATER)

    assert not RetentionCell.objects.exists()
    assert RetentionRun.objects.get().people == 19


def test_a_hidden_line_cannot_be_had_by_subtracting_the_others() -> None:
    make.edition()
    [version] = remembering.questions("通风")
    for number, count in enumerate([30, 25, 5], start=1):
        home = make.district(f"99010{number}")
        remembering.workers_of(count, make.employer(district=home), version)

    reckon_retention(at=LATER)

    assert labels(By.DISTRICT) == ["示例01区"]
    assert cell(By.ALL).left_out["district"] == 2
    assert cell(By.ALL).people == 60


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ({"a": 30, "b": 20}, {"a", "b"}),
        ({"a": 30, "b": 19}, set()),
        ({"a": 50, "b": 30, "c": 3}, {"a"}),
        ({"a": 50, "b": 30, "c": 3, "d": 4}, {"a"}),
        ({"a": 50, "b": 12, "c": 11}, {"a"}),
        ({}, set()),
    ],
)
def test_what_stays_hidden_is_more_than_one_line_and_enough_people(
    people: dict[str, int], shown: set[str]
) -> None:
    assert shown_keys(people, 20) == shown


def test_lines_stand_in_the_order_of_code_or_name_however_much_is_known() -> None:
    make.edition()
    [version] = remembering.questions("通风")
    for code, stability in (("990103", 900.0), ("990101", 1.0), ("990102", 90.0)):
        home = make.employer(district=make.district(code), name=f"示例厂{code[-1]}")
        remembering.people(20, [version], stability, employer=home)

    reckon_retention(at=LATER)

    assert labels(By.DISTRICT) == ["示例01区", "示例02区", "示例03区"]
    assert labels(By.EMPLOYER) == ["示例厂1", "示例厂2", "示例厂3"]


def test_each_area_has_its_own_tables() -> None:
    make.edition()
    air, lifting = remembering.questions("通风") + remembering.questions("起重")
    home = make.employer(name="示例厂")
    remembering.people(20, [air], employer=home, post="电焊工")
    remembering.people(20, [lifting], post="电工")

    reckon_retention(at=LATER)

    assert labels(By.TOPIC) == ["起重", "通风"]
    assert labels(By.POST) == ["电工", "电焊工"]
    assert labels(By.TOPIC, employer=home) == ["通风"]
    assert labels(By.POST, employer=home) == ["电焊工"]
    assert labels(By.TOPIC, district=home.district) == ["起重", "通风"]


def test_a_merged_duplicate_is_not_one_more_person() -> None:
    make.edition()
    found = remembering.people(21, remembering.questions("通风"))
    merge_people(
        membership=make.membership(),
        duplicate=found[0],
        into=found[1],
        reason="同一个人两份档案",
        at=make.MORNING,
    )

    assert reckon_retention(at=LATER).people == 20


def test_the_next_night_takes_the_place_of_the_last() -> None:
    make.edition()
    remembering.people(20, remembering.questions("通风"))
    reckon_retention(at=LATER)

    reckon_retention(at=LATER + timedelta(days=1))
    reckon_retention(at=LATER + timedelta(days=1, hours=1))

    assert RetentionRun.objects.get().day == (LATER + timedelta(days=1)).date()
    assert RetentionCell.objects.filter(by=By.ALL).count() == 2  # city and district


def test_calibration_compares_prediction_and_outcome() -> None:
    make.edition()
    [version] = remembering.questions("通风")
    for number, person in enumerate(remembering.people(20, [version])):
        remembering.second_answer(person, version, 0.8, is_right=number < 10)

    run = reckon_retention(at=LATER)

    [tenth] = run.bins
    assert tenth["predicted"] == pytest.approx(0.8)
    assert tenth["actual"] == pytest.approx(0.5)
    assert run.error == pytest.approx(0.3)
    assert run.log_loss == pytest.approx(-(math.log(0.8) + math.log(0.2)) / 2)
    assert (run.again_people, run.again_answers) == (20, 20)


def test_few_people_or_sure_predictions_break_nothing() -> None:
    make.edition()
    [version] = remembering.questions("通风")
    people = remembering.people(20, [version])
    for person in people[1:]:
        remembering.second_answer(person, version, 1.0, is_right=False)

    assert reckon_retention(at=LATER).bins == []

    remembering.second_answer(people[0], version, 0.0, is_right=True)
    run = reckon_retention(at=LATER)
    assert run.log_loss == pytest.approx(-math.log(0.001))
    assert run.bins == []
    assert run.error == pytest.approx(1.0)


def test_it_is_reckoned_once_a_night() -> None:
    make.edition()
    remembering.people(1, remembering.questions("通风"))
    early = make.MORNING.replace(hour=3)

    assert start_retention_if_due(early) is None
    assert start_retention_if_due(early + timedelta(hours=1)) is not None
    assert start_retention_if_due(early + timedelta(hours=2)) is None
    assert start_retention_if_due(early + timedelta(days=1, hours=2)) is not None
    assert Job.objects.count() == 2


@pytest.mark.parametrize(
    ("table", "named"),
    [
        (3, "retention"),
        ({"calibration_days": 180}, "fewest_people"),
        ({"fewest_people": 4, "calibration_days": 180}, "fewest_people"),
        ({"fewest_people": True, "calibration_days": 180}, "fewest_people"),
        ({"fewest_people": 20, "calibration_days": 0}, "calibration_days"),
    ],
)
def test_an_edition_that_would_show_single_persons_is_refused(
    table: object, named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        RetentionRules.from_table(table)


def test_an_edition_from_before_the_index_hides_below_twenty() -> None:
    params = {name: value for name, value in PARAMS.items() if name != "retention"}

    assert Rules.from_params(params).retention.fewest_people == 20
