"""A day beside each other, who sees what of the desk, and what its pages cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ankang.accounts.models import SignIn
from ankang.integrity.models import Case, Decision
from ankang.learning.models import Course
from ankang.policies.models import edition_for
from ankang.practice.models import PracticeGroup
from tests import make, suspects
from tests.desk import (
    DAY,
    client_for,
    decision,
    objected,
    text_of,
)
from tests.dossiers import client_of, short_course


@pytest.fixture
def course() -> Course:
    return short_course()


def test_who_shared_a_device_stand_beside_each_other(course: Course) -> None:
    people = suspects.use("d" * 16, 8, course.lessons.get())
    suspects.found()
    case = Case.objects.get(kind="device")
    client = client_of("city")

    timeline = client.get(f"/console/cases/{case.pk}/").context["timeline"]["timeline"]
    assert [len(lane.events) for lane in timeline.lanes] == [1] * 8
    starts = [lane.blocks[0].start for lane in timeline.lanes]
    assert starts == sorted(starts)
    assert len(set(starts)) == 8

    page = client.get(f"/console/devices/{'d' * 16}/timeline/?day={DAY}")
    lanes = page.context["timeline"].lanes
    assert [lane.path.split("/")[3] for lane in lanes] == [str(p.pk) for p in people]


def test_a_person_has_a_lane_for_each_device_and_days_to_step_to(
    course: Course,
) -> None:
    someone, lesson = make.employment().person, course.lessons.get()
    later = make.MORNING + timedelta(days=3)
    suspects.session(someone, lesson, at=make.MORNING, device="a" * 16)
    suspects.session(
        someone, lesson, at=make.MORNING + timedelta(hours=1), device="b" * 16
    )
    suspects.session(someone, lesson, at=later, device="a" * 16)
    client = client_of("city")
    path = f"/console/people/{someone.pk}/timeline/"

    newest = client.get(path).context["timeline"]
    assert newest.day == later.date()
    assert (newest.before, newest.after) == (make.MORNING.date(), None)
    day = client.get(f"{path}?day={DAY}").context["timeline"]
    assert [lane.label for lane in day.lanes] == [f"设备 {one * 16}" for one in "ab"]
    assert (day.before, day.after) == (None, later.date())
    assert client.get(f"{path}?day=nonsense").context["timeline"].day == newest.day
    assert "这一天没有记录" in text_of(client, f"{path}?day=2019-01-01")


def test_exams_practice_and_sign_ins_stand_on_the_day_too(course: Course) -> None:
    someone = make.counted(course)
    employer = someone.employments.get().employer_id
    SignIn.objects.create(person=someone, device="a" * 16, at=make.MORNING)
    PracticeGroup.objects.create(
        person=someone,
        edition=edition_for(2020),
        mode="daily",
        seed=1,
        opened_at=make.MORNING,
        due_at=make.MORNING + timedelta(hours=1),
    )
    page = client_of("city").get(f"/console/employers/{employer}/timeline/?day={DAY}")

    kinds = [row.event.kind for row in page.context["timeline"].rows]
    assert sorted(kinds) == ["学习", "登录", "练习", "考试"]


def test_a_district_sees_and_remarks_on_its_own_cases_alone() -> None:
    make.edition()
    here = make.membership("district")
    own = suspects.case(
        make.employment(employer=make.employer(district=here.district)).person
    )
    elsewhere = make.employer(district=make.district("990103"))
    worker = make.employment(employer=elsewhere).person
    other = suspects.case(worker)
    client = client_for(here)

    listing = client.get("/console/cases/").context["listing"]
    assert [case.pk for case in listing.page] == [own.pk]
    for path in (
        f"/console/cases/{other.pk}/",
        f"/console/people/{worker.pk}/timeline/",
        f"/console/employers/{elsewhere.pk}/timeline/",
    ):
        assert client.get(path).status_code == 404
    client.post(f"/console/cases/{own.pk}/comments/", {"text": "单位在赶工。"})
    assert own.comments.get().text == "单位在赶工。"
    posted = client.post(f"/console/cases/{other.pk}/comments/", {"text": "。"})
    assert posted.status_code == 404


def test_a_district_does_not_read_names_of_other_districts(course: Course) -> None:
    here = make.membership("district")
    own = make.employment(employer=make.employer(district=here.district)).person
    elsewhere = make.employer(district=make.district("990103"))
    other = make.employment(
        employer=elsewhere, person=make.person(name="欧阳别处")
    ).person
    for place, someone in enumerate([own, other]):
        at = make.MORNING + place * timedelta(minutes=10)
        suspects.session(someone, course.lessons.get(), at=at, device="d" * 16)
    case = suspects.case(own, other, device="d" * 16)
    client = client_for(here)

    for path in (f"cases/{case.pk}/", f"devices/{'d' * 16}/timeline/?day={DAY}"):
        page = text_of(client, f"/console/{path}")
        assert "欧阳别处" not in page
        assert own.name in page
        assert "欧阳别处" in text_of(client_of("city"), f"/console/{path}")


@pytest.mark.parametrize(
    ("scope", "office"),
    [("city", "finance"), ("auditor", ""), ("evaluator", ""), ("district", "")],
)
def test_who_may_not_decide_reads_and_has_no_form(scope: str, office: str) -> None:
    make.edition()
    membership = make.membership(scope, office)
    employer = make.employer(district=make.district())
    case = suspects.case(make.employment(employer=employer).person)
    client = client_for(membership)

    page = text_of(client, f"/console/cases/{case.pk}/")
    assert "/decision/" not in page
    assert "轮到市人社局" in page
    assert ("写意见" in page) is (scope == "district")
    assert client.post(
        f"/console/cases/{case.pk}/decision/", decision(make.person())
    ).status_code in {403, 422}
    assert not Decision.objects.exists()


def test_finance_reads_and_does_not_remark() -> None:
    make.edition()
    case = suspects.case(make.employment().person)
    client = client_for(make.membership(office="finance"))

    posted = client.post(f"/console/cases/{case.pk}/comments/", {"text": "好"})
    assert posted.status_code == 422
    assert "只能查看" in posted.content.decode()
    assert not case.comments.exists()


def seed(course: Course, times: int) -> Case:
    """A case about a device that many used, with objections to another finding."""
    people = suspects.use("d" * 16, times, course.lessons.get())
    for someone in people:
        make.employment(person=someone)
        suspects.case(make.employment().person)
    suspects.found()
    return Case.objects.get(kind="device")


def test_pages_of_the_desk_take_the_same_queries_for_more_people(
    course: Course,
) -> None:
    case = seed(course, 8)
    person = case.involvements.earliest("pk").person_id
    employer = make.employer()
    client = client_of("city")
    paths = [
        "/console/cases/",
        f"/console/cases/{case.pk}/",
        f"/console/devices/{'d' * 16}/timeline/?day={DAY}",
        f"/console/employers/{employer.pk}/timeline/?day={DAY}",
        f"/console/people/{person}/timeline/?day={DAY}",
        "/console/cases/objections/",
        "/console/todo/",
    ]

    def counts() -> list[int]:
        found = []
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return found

    objected(suspects.case(make.employment(employer=employer).person).person)
    busy(employer, course, 2)
    few = counts()
    seed(course, 9)
    busy(employer, course, 6)
    for _ in range(4):
        objected(suspects.case(make.employment().person).person)
    assert counts() == few


def busy(employer: Any, course: Course, times: int) -> None:
    """People of the employer who learn on the day."""
    for _ in range(times):
        someone = make.employment(employer=employer).person
        suspects.session(someone, course.lessons.get(), at=make.MORNING)
