"""An employer reads what was found about itself, objects, and sees the answer."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from ankang.integrity.models import Case, Decision, Signal
from ankang.integrity.services.deciding import decide_case
from ankang.integrity.services.objecting import Answer, answer_case_objection
from ankang.learning.models import Objection
from ankang.organizations.models import Employer, Employment
from tests import make, suspects

LIST = "/console/findings/"


@pytest.fixture(autouse=True)
def _edition() -> None:
    make.edition()


@pytest.fixture
def employer() -> Employer:
    return make.employer()


@pytest.fixture
def client(employer: Employer) -> Client:
    browser = Client()
    browser.force_login(make.staff("employer", employer=employer))
    return browser


def upheld(employer: Employer, **fields: Any) -> Case:
    person = make.employment(employer=employer).person
    found = suspects.case(person, employer=employer)
    Signal.objects.filter(case=found).update(
        code=Signal.Code.PERFECT_CLUSTER,
        evidence={
            "rows": [{"person": person.pk, "paper": 1, "score": 100}],
            "total": 1,
            "people": 6,
        },
    )
    defaults = {
        "membership": make.membership(),
        "verdict": Decision.Verdict.UPHOLD,
        "comment": "培训室里一人代答，单位承认。",
        "exclude": [person],
        "at": timezone.now(),
    }
    decide_case(case=found, **{**defaults, **fields})
    return found


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_finding_is_on_the_to_do_list_the_list_and_a_page(
    client: Client, employer: Employer
) -> None:
    assert "没有对本单位的认定" in page(client, LIST)

    found = upheld(employer)

    assert "看对本单位的核查认定 1 件" in page(client, "/console/todo/")
    assert f'href="{LIST}{found.pk}/"' in page(client, LIST)
    text = page(client, f"{LIST}{found.pk}/")
    assert "培训室里一人代答" in text
    assert "同单位集中满分" in text
    assert 'data-label="涉及人数">6<' in text
    assert "reason=finding" in text
    assert "10 个工作日内答复" in text


def test_no_name_and_no_other_employer_is_shown(
    client: Client, employer: Employer
) -> None:
    neighbor = make.employer(name="示例隔壁厂")
    person = make.employment(
        employer=employer, person=make.person(name="王小五")
    ).person
    found = upheld(employer)
    others = upheld(neighbor)
    alone = suspects.case(person)
    decide_case(
        case=alone,
        membership=make.membership(),
        verdict=Decision.Verdict.UPHOLD,
        comment="考试代答。",
        exclude=[person],
        at=timezone.now(),
    )
    still_open = suspects.case(person, employer=employer)

    for path in (LIST, f"{LIST}{found.pk}/", "/console/todo/"):
        text = page(client, path)
        assert "王小五" not in text
        assert "隔壁厂" not in text
    assert client.get(f"{LIST}{others.pk}/").status_code == 404
    assert client.get(f"{LIST}{alone.pk}/").status_code == 404
    assert client.get(f"{LIST}{still_open.pk}/").status_code == 404
    answer = client.post(f"{LIST}{others.pk}/", {"text": "不对"})
    assert answer.status_code == 404


def test_an_objection_starts_the_clock_is_made_once_and_moves_the_to_do(
    client: Client, employer: Employer
) -> None:
    path = f"{LIST}{upheld(employer).pk}/"

    assert client.post(path, {"text": ""}).status_code == 422
    assert client.post(path, {"text": "有签到表为证。"}).status_code == 302

    made = Objection.objects.get(employer=employer)
    due = made.due_on
    assert due is not None
    text = page(client, path)
    assert f"截止 {due.year}年{due.month}月{due.day}日" in text
    assert "提交申诉" not in text
    again = client.post(path, {"text": "再说一遍。"})
    assert again.status_code == 422
    assert "已经申诉过一次" in again.content.decode()
    todo = page(client, "/console/todo/")
    assert "看对本单位的核查认定" not in todo
    assert "答复本单位的核查申诉 1 件" in todo
    Objection.objects.update(due_on=make.MORNING.date())
    assert "已经过期" in page(client, path)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [(Answer.KEEP, "维持认定"), (Answer.REVERSE, "不计的人恢复计入")],
)
def test_the_answer_stands_on_the_page(
    client: Client, employer: Employer, verdict: Answer, words: str
) -> None:
    path = f"{LIST}{upheld(employer).pk}/"
    client.post(path, {"text": "有签到表为证。"})
    answer_case_objection(
        objection=Objection.objects.get(),
        membership=make.membership(),
        verdict=verdict,
        answer="核对了签到表。",
        at=timezone.now(),
    )

    text = page(client, path)
    assert words in text
    assert "核对了签到表。" in text
    assert "核查" in page(client, f"{LIST}?state={Case.State.REVERSED}")


def test_an_old_finding_leaves_the_to_do_list_and_stays_on_the_other(
    client: Client, employer: Employer
) -> None:
    found = upheld(employer, at=timezone.now() - timedelta(days=60))

    assert "看对本单位的核查认定" not in page(client, "/console/todo/")
    assert f'href="{LIST}{found.pk}/"' in page(client, LIST)


def test_the_list_is_exported_as_it_is_filtered_with_reasons_and_without_names(
    client: Client, employer: Employer
) -> None:
    assert f"{LIST}export/" not in page(client, LIST)
    found = upheld(employer)
    upheld(make.employer(name="示例隔壁厂"))
    person = Employment.objects.get(employer=employer).person
    client.post(f"{LIST}{found.pk}/", {"text": "有签到表为证。"})

    assert f'href="{LIST}export/?' in page(client, LIST)
    (row,) = exported(client, "")
    assert row["查到了什么"] == "同单位集中满分"
    assert row["认定理由"] == "培训室里一人代答，单位承认。"
    assert row["不计人数"] == 1
    assert (row["申诉"], row["申诉理由"]) == ("待答复", "有签到表为证。")
    assert row["答复期限"]
    assert person.name not in str(row)
    assert exported(client, f"?state={Case.State.REVERSED}") == []


def exported(client: Client, query: str) -> list[dict[str, Any]]:
    answer = client.get(f"{LIST}export/{query}")
    assert answer.status_code == 200
    file = BytesIO(b"".join(answer.streaming_content))
    headings, *rows = load_workbook(file).active.values
    return [dict(zip(headings, row, strict=True)) for row in rows]


def test_a_finding_is_printed_whole_and_without_what_is_pressed(
    client: Client, employer: Employer
) -> None:
    text = page(client, f"{LIST}{upheld(employer).pk}/")

    assert "data-print" in text
    assert '<section class="card ak-screen" id="object">' in text


def test_the_list_takes_the_same_queries_however_many_findings(
    client: Client, employer: Employer
) -> None:
    upheld(employer)
    page(client, LIST)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as taken:
            page(client, path)
        return len(taken)

    few = queries(LIST), queries("/console/todo/")
    for _ in range(4):
        upheld(employer)

    assert (queries(LIST), queries("/console/todo/")) == few
