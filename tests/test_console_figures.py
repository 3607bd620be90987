"""The way down from the city's figure to one person's seconds, for every scope."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from ankang.__main__ import main
from ankang.accounts.sms import MemorySender
from ankang.audit.models import AuditEntry
from ankang.budgets.models import BudgetLine
from ankang.counting.models import Standing
from ankang.counting.services import recount_year
from ankang.jobs.models import Job
from ankang.jobs.services import run_job
from ankang.learning.models import Course, PresenceCheck, RefusedClaim
from ankang.notices.models import Notice
from ankang.organizations.models import Employer
from ankang.projects.models import AnnualPlan, DistrictQuota, Target
from ankang.reports.queries import overview
from tests import make

LISTS = [
    "employers/",
    "people/",
    "people/?reason=begun",
    "people/?reason=due",
    "exclusions/",
    "todo/",
    "",
]


@pytest.fixture
def course() -> Course:
    make.edition(required_credit_hours="0.1")
    plan = AnnualPlan.objects.create(
        year=2020,
        title="2020年度工伤预防实施计划",
        document_number="示例 2020 年 1 号",
        document_date=date(2020, 6, 1),
    )
    target = Target.objects.create(
        plan=plan,
        code="online",
        name="网络培训",
        people=1000,
        starts_on=date(2020, 8, 1),
        deadline=date(2021, 6, 30),
    )
    for code in ("990102", "990103"):
        DistrictQuota.objects.create(
            target=target, district=make.district(code), people=500
        )
    BudgetLine.objects.create(
        year=2020, code="training", name="培训费", amount=Decimal(5_100_000)
    )
    return make.course()


@pytest.fixture
def people(course: Course) -> dict[str, Any]:
    own = make.employer(name="示例造船有限公司")
    foreign = make.employer(name="示例港口有限公司", district=make.district("990103"))
    made = {
        "own": own,
        "foreign": foreign,
        "counted": make.counted(course, employer=own),
        "due": make.employment(employer=own).person,
        "other": make.counted(course, employer=foreign),
        "leaver": make.employment(employer=foreign, to_date=date(2021, 1, 1)).person,
    }
    make.watching(made["leaver"], course)
    recount_year(year=2020)
    return made


def client_of(scope: str, **fields: Any) -> Client:
    client = Client()
    client.force_login(make.staff(scope, **fields))
    return client


def test_the_figures_of_the_overview_sum_up(people: dict[str, Any]) -> None:
    figures = overview(year=2020, at=make.MORNING, membership=None)

    assert (figures.began, figures.counted, figures.excluded) == (3, 2, 1)
    assert sum(line.people for line in figures.reasons) == figures.excluded
    assert sum(line.counted for line in figures.districts) == figures.counted
    assert figures.pace is not None
    assert figures.pace.expected == 1000 * 32 // 334
    assert figures.pace.ahead == 2 - figures.pace.expected
    assert figures.pace.curve == [(date(2020, 8, 1), 0), (date(2020, 9, 1), 2)]


def test_each_scope_sees_its_own_figures(people: dict[str, Any]) -> None:
    scopes: dict[str, tuple[dict[str, Any], int]] = {
        "city": ({}, 3),
        "auditor": ({}, 3),
        "district": ({"district": people["own"].district}, 1),
        "employer": ({"employer": people["foreign"]}, 1),
        "provider": ({}, 0),
    }
    for scope, (fields, began) in scopes.items():
        membership = make.staff(scope, **fields).memberships.get()
        figures = overview(year=2020, at=make.MORNING, membership=membership)
        assert figures.began == began, scope


def test_every_figure_of_the_overview_equals_the_list_it_links_to(
    people: dict[str, Any],
) -> None:
    client = client_of("city")
    figures = overview(year=2020, at=make.MORNING, membership=None)

    def listed(query: str) -> int:
        answer = client.get(f"/console/people/?year=2020&{query}")
        return int(answer.context["listing"].count)

    assert listed("reason=counted") == figures.counted
    assert listed("reason=begun") == figures.began
    for line in figures.reasons:
        assert listed(f"reason={line.code}") == line.people
    for district in figures.districts:
        where = f"district={district.pk}"
        assert listed(f"{where}&reason=counted") == district.counted
        assert listed(f"{where}&reason=begun") == district.began


def test_the_progress_command_prints_the_figures_of_the_page(
    people: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["progress", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    page = client_of("city").get("/console/").context["figures"].as_json()

    assert printed | {"at": ""} == page | {"at": ""}
    assert printed["counted"] == 2


@pytest.mark.parametrize("path", LISTS)
def test_a_console_page_takes_the_same_queries_for_more_rows(
    people: dict[str, Any], course: Course, path: str
) -> None:
    client = client_of("city")
    client.get(f"/console/{path}")
    with CaptureQueriesContext(connection) as few:
        assert client.get(f"/console/{path}").status_code == 200
    for _ in range(12):
        make.counted(course)
        make.employment(employer=people["own"])
    recount_year(year=2020)
    with CaptureQueriesContext(connection) as many:
        client.get(f"/console/{path}")

    assert len(many) == len(few)


def test_an_employer_sees_only_its_own_people(people: dict[str, Any]) -> None:
    client = client_of("employer", employer=people["own"])

    page = client.get("/console/people/").context["listing"]

    assert {row.pk for row in page.page} == {people["counted"].pk, people["due"].pk}
    assert client.get(f"/console/people/{people['counted'].pk}/").status_code == 200
    assert client.get(f"/console/people/{people['other'].pk}/").status_code == 404
    assert client.get(f"/console/employers/{people['foreign'].pk}/").status_code == 404
    assert (
        client.get(f"/console/people/?employer={people['foreign'].pk}").status_code
        == 404
    )


def test_a_district_sees_its_own_and_a_provider_nobody(people: dict[str, Any]) -> None:
    district = client_of("district", district=people["foreign"].district)
    provider = client_of("provider")

    rows = district.get("/console/people/").context["listing"].page
    assert {row.pk for row in rows} == {people["other"].pk}
    assert district.get(f"/console/people/{people['counted'].pk}/").status_code == 404
    assert provider.get("/console/people/").context["listing"].count == 0
    assert provider.get("/console/employers/").context["listing"].count == 0


def test_a_person_is_found_by_name_exact_number_and_mobile(
    people: dict[str, Any],
) -> None:
    client = client_of("city")
    someone = people["due"]
    for text in (someone.id_number(), someone.mobile(), someone.number):
        listing = client.get("/console/people/", {"q": text}).context["listing"]
        assert [row.pk for row in listing.page] == [someone.pk]
    assert client.get("/console/people/?q=张三").context["listing"].count == 4
    assert client.get("/console/people/?q=赵").context["listing"].count == 0


def test_exports_hold_masked_numbers_only(
    people: dict[str, Any], tmp_path: Any
) -> None:
    client = client_of("city")
    file = tmp_path / "people.xlsx"
    answer = client.get("/console/people/?format=xlsx&reason=counted")
    file.write_bytes(b"".join(answer.streaming_content))

    rows = list(load_workbook(file).active.values)

    assert len(rows) == 3
    assert rows[1][1] == people["other"].id_mask
    answer = client.get("/console/employers/?format=xlsx&q=造船")
    file.write_bytes(b"".join(answer.streaming_content))
    assert list(load_workbook(file).active.values)[1][0] == "示例造船有限公司"


def test_the_dossier_goes_down_to_the_seconds(
    people: dict[str, Any], course: Course
) -> None:
    someone = people["counted"]
    session = someone.watch_sessions.get()
    RefusedClaim.objects.create(
        session=session, reason="clock", seconds=40, last_at=make.MORNING
    )
    PresenceCheck.objects.create(
        session=session,
        nonce="x",
        position=150,
        issued_at=make.MORNING,
        lost_from=150,
        lost_to=170,
        lost_seconds=20,
        result="missed",
    )
    client = client_of("city")

    page = client.get(f"/console/people/{someone.pk}/")
    lesson = client.get(f"/console/people/{someone.pk}/lessons/{session.lesson_id}/")

    assert page.context["claimed"] == 150 + 40 + 20
    assert "超过实际时间 40" in page.content.decode()
    stretches = [(s.first, s.last, s.tone) for s in lesson.context["stretches"]]
    assert stretches == [(0, 150, "ok"), (150, 170, "wait")]


def test_looking_at_a_full_number_is_written_down(people: dict[str, Any]) -> None:
    client = client_of("city")
    someone = people["due"]
    path = f"/console/people/{someone.pk}/"
    assert someone.id_number() not in client.get(path).content.decode()

    page = client.post(f"{path}id-number/")

    assert someone.id_number() in page.content.decode()
    entry = AuditEntry.objects.get(act="查看完整证件号码")
    assert entry.target == f"person:{someone.pk}"
    assert entry.acting_for
    assert client.get(f"{path}id-number/").status_code == 405


def remind(client: Client, employer: Employer) -> str:
    answer = client.post(f"/console/employers/{employer.pk}/reminders/", follow=True)
    return str(answer.content.decode())


def test_an_employer_reminds_who_is_due_once_a_day(people: dict[str, Any]) -> None:
    client = client_of("employer", employer=people["own"])

    assert "已提醒 1 人" in remind(client, people["own"])
    again = remind(client, people["own"])

    assert "已提醒 0 人，1 人今天已经提醒过" in again
    assert [notice.person for notice in Notice.objects.all()] == [people["due"]]
    entry = AuditEntry.objects.filter(act="发送学习提醒").earliest("pk")
    assert entry.detail == {"sent": 1, "capped": 0}


def test_the_texts_of_reminders_go_out_once_even_if_the_work_is_done_twice(
    people: dict[str, Any],
) -> None:
    remind(client_of("employer", employer=people["own"]), people["own"])
    MemorySender.sent.clear()
    job = Job.objects.get(kind="reminder-texts")

    run_job(job.pk)
    Job.objects.filter(pk=job.pk).update(state="waiting")
    run_job(job.pk)

    assert [mobile for mobile, _ in MemorySender.sent] == [people["due"].mobile()]


def test_an_auditor_may_look_but_not_remind(people: dict[str, Any]) -> None:
    client = client_of("auditor")
    path = f"/console/employers/{people['own'].pk}/"

    assert client.get(path).status_code == 200
    assert client.post(f"{path}reminders/").status_code == 403
    assert not Notice.objects.exists()


def test_a_year_may_be_chosen(people: dict[str, Any]) -> None:
    AnnualPlan.objects.create(
        year=2021, title="2021", document_number="示例", document_date=date(2021, 6, 1)
    )
    client = client_of("city")

    assert client.get("/console/?year=2021").context["figures"].began == 0
    assert client.get("/console/?year=1999").context["figures"].began == 3
    assert Standing.objects.count() == 3
