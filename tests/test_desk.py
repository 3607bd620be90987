"""The fraud desk over HTTP: from a real signal to not counted, and back again."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ankang.core.days import working_days
from ankang.integrity.models import Case, Decision, Signal
from ankang.integrity.services.deciding import decide_case
from ankang.integrity.services.objecting import object_to_finding
from ankang.learning.models import Course, Objection
from ankang.notices.models import Notice
from ankang.organizations.models import Membership
from tests import make, suspects
from tests.desk import (
    all_day,
    client_for,
    counted_now,
    decision,
    objected,
    text_of,
)
from tests.dossiers import client_of, short_course


@pytest.fixture
def course() -> Course:
    return short_course()


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
    assert '<td data-label="' in page
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

    page = client.get("/console/cases/objections/?state=overdue")
    ((_, _, clock),) = page.context["rows"]
    assert clock.over == working_days(objection.due_on, timezone.localdate())
    assert f"已超期 {clock.over} 个工作日" in page.content.decode()
    Objection.objects.filter(pk=objection.pk).update(
        due_on=timezone.localdate() + timedelta(days=7), created_at=timezone.now()
    )
    page = client.get("/console/cases/objections/")
    ((_, _, clock),) = page.context["rows"]
    assert (clock.used, clock.left, clock.is_late) == (0, 5, False)
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
