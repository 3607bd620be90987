"""The fraud desk over HTTP: from a real signal to not counted, and back again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.counting.services import recount_year
from ankang.integrity.models import Case, Decision, Signal
from ankang.integrity.services.deciding import decide_case
from ankang.integrity.services.objecting import object_to_finding
from ankang.learning.models import Course, Objection
from ankang.notices.models import Notice
from ankang.organizations.models import Membership
from tests import make, suspects
from tests.dossiers import client_of, short_course

DAY = make.MORNING.date().isoformat()


@pytest.fixture
def course() -> Course:
    return short_course()


def client_for(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.status_code
    return str(answer.content.decode())


def all_day(course: Course) -> Person:
    """Somebody counted whose player ran for ten hours, found by the real scan."""
    someone = make.counted(course)
    lesson = course.lessons.get()
    suspects.session(someone, lesson, at=make.MORNING, minutes=600)
    assert "impossible_hours" in suspects.found()
    recount_year(year=2020)
    return someone


def decision(person: Person, **fields: Any) -> dict[str, Any]:
    return {
        "verdict": "uphold",
        "exclude": [person.pk],
        "comment": "本人电话中承认挂机。",
        **fields,
    }


def counted_now(client: Client) -> int:
    recount_year(year=2020)
    return int(client.get("/console/").context["figures"].counted)


def test_from_a_signal_to_not_counted_and_back_by_an_objection(course: Course) -> None:
    someone = all_day(course)
    case = Case.objects.get()
    first, second = make.membership(), make.membership()
    client, other = client_for(first), client_for(second)
    assert counted_now(client) == 1
    assert f"/console/cases/{case.pk}/" in text_of(client, "/console/cases/")

    asked = client.post(f"/console/cases/{case.pk}/decision/", decision(someone))
    assert "学习记录不计入" in asked.content.decode()
    assert "本人电话中承认挂机。" in asked.content.decode()
    assert not Decision.objects.exists()
    assert not Notice.objects.exists()

    sent = dict(asked.context["fields"]) | {"confirmed": "1"}
    done = client.post(f"/console/cases/{case.pk}/decision/", sent)
    assert done.status_code == 302
    assert counted_now(client) == 0
    page = client.get("/console/exclusions/").content.decode()
    assert "诚信核查认定不计" in page
    told = asked.context["told"]
    assert [sentence for _, sentence in told] == [
        notice.text for notice in Notice.objects.filter(person=someone)
    ]

    case.refresh_from_db()
    objection = object_to_finding(
        case=case, person=someone, text="是单位统一放的课。", at=timezone.now()
    )
    path = f"/console/cases/objections/{objection.pk}/"
    answer = {"verdict": "reverse", "answer": "查了排班，确是本人。"}
    refused = client.post(path, answer)
    assert refused.status_code == 422
    assert "请换另一人" in refused.content.decode()
    assert counted_now(client) == 0
    assert other.post(path, answer).status_code == 302
    assert counted_now(client) == 1
    assert "已撤销" in text_of(client, f"/console/cases/{case.pk}/")


def test_a_kept_finding_stays_and_says_why(course: Course) -> None:
    someone = all_day(course)
    objection = objected(someone)
    client = client_for(make.membership())
    path = f"/console/cases/objections/{objection.pk}/"
    client.post(path, {"verdict": "keep", "answer": "与门禁记录不符。"})

    assert counted_now(client) == 0
    assert "与门禁记录不符。" in text_of(client, path)


def objected(someone: Person, by: Membership | None = None) -> Objection:
    """An objection to the finding that excludes the person."""
    case = Case.objects.filter(involvements__person=someone).get()
    decide_case(
        case=case,
        membership=by or make.membership(),
        verdict=Decision.Verdict.UPHOLD,
        comment="本人承认。",
        exclude=[someone],
        at=make.MORNING,
    )
    return object_to_finding(
        case=case, person=someone, text="是我自己学的。", at=make.MORNING
    )


def test_the_evidence_is_told_with_the_threshold_of_its_edition(
    course: Course,
) -> None:
    someone = all_day(course)
    case = Case.objects.get()
    page = text_of(client_of("auditor"), f"/console/cases/{case.pk}/")

    hours = Signal.objects.get(code="impossible_hours").edition.rules().signals
    assert f"一天里播放活动超过 {hours.day_open_hours} 小时。" in page
    assert "共播放 600 分，分 1 段。" in page
    assert "单位整天集中培训" in page
    assert someone.name in page


@pytest.mark.parametrize("code", Signal.Code.values)
def test_every_signal_has_words_even_if_little_of_it_was_kept(code: str) -> None:
    make.edition()
    someone = make.person()
    case = suspects.case(someone)
    case.signals.update(code=code)

    page = text_of(client_of("auditor"), f"/console/cases/{case.pk}/")
    assert Signal.Code(code).label in page
    assert "{" not in page.split('id="day"')[0].split("<main")[1]


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
    assert [lane.label for lane in day.lanes] == ["设备 aaaaaaaa", "设备 bbbbbbbb"]
    assert (day.before, day.after) == (None, later.date())
    assert client.get(f"{path}?day=nonsense").context["timeline"].day == newest.day
    assert "这一天没有记录" in text_of(client, f"{path}?day=2019-01-01")


def test_exams_and_practice_stand_on_the_day_too(course: Course) -> None:
    someone = make.counted(course)
    employer = someone.employments.get().employer_id
    page = client_of("city").get(f"/console/employers/{employer}/timeline/?day={DAY}")

    kinds = {row.event.kind for row in page.context["timeline"].rows}
    assert {"学习", "考试"} <= kinds


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


def test_whoever_comes_second_loses_no_words() -> None:
    make.edition()
    someone = make.person()
    case = suspects.case(someone)
    late = client_for(make.membership())
    asked = late.post(f"/console/cases/{case.pk}/decision/", decision(someone))
    decide_case(
        case=case,
        membership=make.membership(),
        verdict=Decision.Verdict.DISMISS,
        comment="单位作了说明。",
        at=make.MORNING,
    )

    for sent in (
        decision(someone),
        dict(asked.context["fields"]) | {"confirmed": "1"},
    ):
        answer = late.post(f"/console/cases/{case.pk}/decision/", sent)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "已经由另一人处理" in page
        assert "本人电话中承认挂机。" in page
        assert "单位作了说明。" in page
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"comment": " "}, "请写明理由"),
        ({"exclude": []}, "请勾选不计的人员"),
        ({"verdict": ""}, "请选择认定或者不成立"),
    ],
)
def test_a_decision_that_lacks_something_says_what(
    change: dict[str, Any], sentence: str
) -> None:
    make.edition()
    someone = make.person()
    case = suspects.case(someone)
    answer = client_of("city").post(
        f"/console/cases/{case.pk}/decision/", decision(someone, **change)
    )

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Decision.objects.exists()


def test_going_back_from_the_preview_keeps_what_was_written() -> None:
    make.edition()
    someone, other = make.person(), make.person()
    case = suspects.case(someone, other, device="d" * 16)
    page = client_of("city").post(
        f"/console/cases/{case.pk}/decision/", decision(someone, edit="1")
    )

    assert page.status_code == 200
    shown = page.content.decode()
    assert "本人电话中承认挂机。" in shown
    assert page.context["form"]["exclude"].value() == [str(someone.pk)]


def test_a_dismissal_tells_the_person_and_excludes_nobody_ticked() -> None:
    make.edition()
    someone = make.person()
    case = suspects.case(someone)
    sent = decision(someone, verdict="dismiss", confirmed="1")
    client_of("city").post(f"/console/cases/{case.pk}/decision/", sent)

    made = Decision.objects.get()
    assert (made.verdict, made.exclusions.count()) == ("dismiss", 0)
    assert "照常计入" in Notice.objects.get(person=someone).text


def test_the_weightiest_case_is_first_and_filters_narrow() -> None:
    make.edition()
    employer = make.employer(district=make.district("990103"), name="示例重工")
    light = suspects.case(make.employment().person)
    light.signals.update(code=Signal.Code.NIGHT_SESSION)
    heavy = suspects.case(make.employment(employer=employer).person, make.person())
    middle = suspects.case(make.employment().person)
    client = client_of("city")

    def listed(query: str = "") -> list[int]:
        page = client.get(f"/console/cases/?{query}").context["listing"].page
        return [case.pk for case in page]

    assert listed() == [heavy.pk, middle.pk, light.pk]
    assert listed("code=night_session") == [light.pk]
    assert listed(f"district={employer.district_id}") == [heavy.pk]
    assert listed(f"employer={employer.pk}") == [heavy.pk]
    assert listed(f"q={light.pk}") == [light.pk]
    assert listed("kind=device") == []
    assert listed("state=upheld") == []
    assert "没有这样的核查件" in text_of(client, "/console/cases/?state=upheld")
    sheet = client.get("/console/cases/?format=xlsx")
    assert sheet["Content-Type"].endswith("sheet")
    b"".join(sheet)


def test_an_overdue_objection_is_marked_and_the_clock_counts_working_days() -> None:
    make.edition()
    someone = make.employment().person
    suspects.case(someone)
    objection = objected(someone)
    client = client_of("auditor")

    assert client.get("/console/cases/objections/?state=overdue").context["rows"]
    Objection.objects.filter(pk=objection.pk).update(
        due_on=timezone.localdate() + timedelta(days=7), created_at=timezone.now()
    )
    page = client.get("/console/cases/objections/")
    ((_, _, used, left, is_late),) = page.context["rows"]
    assert (used, left, is_late) == (0, 5, False)
    assert "还剩 5 个工作日" in page.content.decode()
    assert not client.get("/console/cases/objections/?state=overdue").context["rows"]
    sheet = client.get("/console/cases/objections/?format=xlsx")
    b"".join(sheet)


def test_todo_says_whose_move_it_is() -> None:
    make.edition()
    someone = make.employment().person
    suspects.case(make.employment().person)
    suspects.case(someone)
    decider, second = make.membership(), make.membership()
    objected(someone, by=decider)

    def titles(membership: Membership) -> dict[str, str]:
        context = client_for(membership).get("/console/todo/").context
        return {item.title: item.whose for item in context["mine"] + context["others"]}

    late = "，1 件已超期"
    assert titles(second) == {
        f"核查 1 件{late}": "轮到你",
        f"答复认定申诉 1 件{late}": "轮到你",
    }
    assert titles(decider)[f"答复认定申诉 1 件{late}"] == "人社另一人"
    assert titles(make.membership("auditor"))[f"核查 1 件{late}"] == "人社"
    assert titles(make.membership("provider")) == {}


def test_what_waits_to_be_decided_stands_beside_the_exclusions() -> None:
    make.edition()
    someone = make.employment().person
    suspects.case(someone)

    for scope, sees in (("city", True), ("auditor", True), ("employer", False)):
        page = text_of(client_of(scope), "/console/exclusions/")
        assert ("1 件待核查，涉及 1 人" in page) is sees


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
