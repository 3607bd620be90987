"""A learner is told what was decided, in plain words, and can object to it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ankang.accounts.models import Person
from ankang.integrity.models import Case, Decision, Signal
from ankang.integrity.services.deciding import decide_case
from ankang.integrity.services.objecting import Answer, answer_case_objection
from ankang.learner.findings import SAID
from ankang.learning.models import Objection
from ankang.notices.models import Notice
from tests import make, suspects

UPHOLD, DISMISS = Decision.Verdict.UPHOLD, Decision.Verdict.DISMISS
LATER = make.MORNING + timedelta(days=1)
REASON = "同一台设备交替替人学习，本人电话中承认。"


@pytest.fixture(autouse=True)
def _edition() -> None:
    make.edition()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(make.learner(person=person))
    return client


def decide(case: Case, **fields: Any) -> Decision:
    defaults = {
        "membership": make.membership(),
        "verdict": UPHOLD,
        "comment": REASON,
        "at": make.MORNING,
    }
    return decide_case(case=case, **{**defaults, **fields})


def path_of(decision: Decision) -> str:
    return f"/mine/decisions/{decision.pk}/"


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_notice_leads_to_what_was_found_what_it_means_and_how_to_object() -> None:
    someone = make.person()
    decide(suspects.case(someone), exclude=[someone])
    client = signed_in(someone)

    notice = Notice.objects.get()
    opened = client.post(f"/mine/notices/{notice.pk}/read/", follow=True)
    text = opened.content.decode()

    assert opened.redirect_chain == [(notice.path, 302)]
    assert "你2020年度的学习不计入培训人数" in text
    assert REASON in text
    assert SAID[Signal.Code.FAST_EXAM] in text
    assert "学习记录、学时、考试成绩都还在" in text
    assert "10 个工作日内答复" in text
    assert "提交申诉" in text


def test_an_objection_starts_the_clock_and_is_made_once() -> None:
    someone = make.person()
    decision = decide(suspects.case(someone), exclude=[someone])
    client = signed_in(someone)

    empty = client.post(path_of(decision), {"text": " "})
    assert empty.status_code == 422
    assert "请写明申诉的理由。" in empty.content.decode()
    assert client.post(path_of(decision), {"text": "是我自己学的。"}).status_code == 302

    made = Objection.objects.get(person=someone)
    due = made.due_on
    assert due is not None
    text = page(client, path_of(decision))
    assert "等待答复" in text
    assert f"截止 {due.year}年{due.month}月{due.day}日" in text
    assert "提交申诉" not in text
    again = client.post(path_of(decision), {"text": "再说一遍。"})
    assert again.status_code == 422
    assert "已经申诉过一次" in again.content.decode()
    assert f"最晚 {due.year}年{due.month}月{due.day}日" in page(client, "/mine/")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [(Answer.KEEP, "维持认定"), (Answer.REVERSE, "撤销认定，照常计入")],
)
def test_the_answer_of_the_second_person_stands_on_the_page(
    verdict: Answer, words: str
) -> None:
    someone = make.person()
    decision = decide(suspects.case(someone), exclude=[someone])
    client = signed_in(someone)
    client.post(path_of(decision), {"text": "是我自己学的。"})
    waiting = Objection.objects.get()

    answer_case_objection(
        objection=waiting,
        membership=make.membership(),
        verdict=verdict,
        answer="核对了排班表。",
        at=LATER,
    )

    text = page(client, path_of(decision))
    assert words in text
    assert "核对了排班表。" in text
    told = page(client, Notice.objects.latest("pk").path)
    assert "核对了排班表。" in told
    assert "再提一次申诉" not in told


def test_a_reversal_tells_that_one_counts_again() -> None:
    someone = make.person()
    decision = decide(suspects.case(someone), exclude=[someone])
    client = signed_in(someone)
    client.post(path_of(decision), {"text": "是我自己学的。"})
    answer_case_objection(
        objection=Objection.objects.get(),
        membership=make.membership(),
        verdict=Answer.REVERSE,
        answer="核对了排班表。",
        at=LATER,
    )

    reversal = Decision.objects.get(verdict="reverse")
    assert "学习恢复计入" in page(client, path_of(reversal))
    assert "这项认定已经撤销" in page(client, path_of(decision))
    assert "不计入培训人数" not in page(client, "/mine/")


def test_whoever_was_cleared_is_told_too_and_has_nothing_to_object_to() -> None:
    someone = make.person()
    decision = decide(suspects.case(someone), verdict=DISMISS)
    client = signed_in(someone)

    text = page(client, path_of(decision))
    assert "没有问题" in text
    assert "照常计入" in text
    assert "提交申诉" not in text
    assert client.post(path_of(decision), {"text": "没事找事"}).status_code == 422
    assert "核查决定" in page(client, "/mine/")


def test_the_evidence_speaks_of_the_reader_alone() -> None:
    reader, other = make.person(name="张三"), make.person(name="李四")
    case = suspects.case(reader, other, device="d" * 16)
    rows = [
        {"person": reader.pk, "sessions": 3, "from": "2020-09-01T09:00:00+08:00"},
        {"person": other.pk, "sessions": 77, "from": "2020-09-01T11:11:00+08:00"},
    ]
    Signal.objects.update(
        code=Signal.Code.SHARED_DEVICE, evidence={"rows": rows, "total": 2}
    )
    decision = decide(case, exclude=[reader, other])

    text = page(signed_in(reader), path_of(decision))

    assert "在这台设备上学了 3 次" in text
    assert "9月1日 09:00" in text
    assert "77 次" not in text
    assert "11:11" not in text
    assert "李四" not in text
    assert other.number not in text


def test_a_signal_about_others_in_the_same_case_is_not_shown() -> None:
    reader, other = make.person(), make.person()
    case = suspects.case(reader, other, employer=make.employer())
    mine = [{"person": reader.pk, "score": 100, "paper": 1}]
    theirs = [{"person": other.pk, "score": 100, "paper": 2}]
    Signal.objects.update(
        code=Signal.Code.PERFECT_CLUSTER, evidence={"rows": mine, "total": 1}
    )
    suspects_signal(case, Signal.Code.LOCKSTEP, theirs)
    decision = decide(case, exclude=[reader, other])

    text = page(signed_in(reader), path_of(decision))

    assert SAID[Signal.Code.PERFECT_CLUSTER] in text
    assert SAID[Signal.Code.LOCKSTEP] not in text


def suspects_signal(case: Case, code: Signal.Code, rows: list[Any]) -> Signal:
    first = case.signals.earliest("pk")
    return Signal.objects.create(
        case=case,
        edition=first.edition,
        code=code,
        year=case.year,
        subject=case.subject,
        key=f"{code}:{len(rows)}",
        evidence={"rows": rows, "total": len(rows)},
        at=make.MORNING,
        found_at=make.MORNING,
    )


def test_every_signal_has_words_for_the_one_it_is_about() -> None:
    assert set(SAID) == set(Signal.Code)


def test_rows_of_every_kind_read_as_sentences() -> None:
    someone = make.person()
    course = make.course()
    session = make.watching(someone, course)
    case = suspects.case(someone)
    rows = [
        {"session": session.pk, "position": 9, "lost_seconds": 45},
        {"session": session.pk, "reason": "clock", "times": 4, "seconds": 90},
        {"session": session.pk, "beats": 500, "seconds": 60},
        {"session": session.pk, "claimed_after": 88},
        {"paper": 1, "person": someone.pk, "score": 95, "pauses": [2, 2, 2]},
        {"group": 1, "question": 1, "seconds": 0.5},
    ]
    suspects_signal(case, Signal.Code.REFUSED_BEATS, rows[:3])
    suspects_signal(case, Signal.Code.SAME_TIMING, rows[3:])
    decision = decide(case, exclude=[someone])

    text = page(signed_in(someone), path_of(decision))

    for words in (
        "《有限空间》",
        "没有回应在场确认，45 秒不计",
        "多出的不计。共 4 次",
        "60 秒里报送了 500 次",
        "又报送 88 秒",
        "考试 95 分",
        "答了 4 题",
        "用了 0.5 秒",
    ):
        assert words in text, words


def test_of_many_rows_the_first_are_shown_and_the_rest_counted() -> None:
    someone = make.person()
    case = suspects.case(someone)
    suspects_signal(case, Signal.Code.FAST_PRACTICE, [{"group": 1, "seconds": 1}] * 9)
    decision = decide(case, exclude=[someone])

    text = page(signed_in(someone), path_of(decision))

    assert text.count("用了 1 秒") == 5
    assert "共 9 条，这里是前 5 条" in text


def test_another_persons_decision_is_not_found() -> None:
    named, other = make.person(), make.person()
    decision = decide(suspects.case(named, other, device="d" * 16), exclude=[named])
    stranger = signed_in(other)

    assert stranger.get(path_of(decision)).status_code == 404
    assert stranger.post(path_of(decision), {"text": "我"}).status_code == 404
    assert not Objection.objects.exists()
    assert "核查决定" not in page(stranger, "/mine/")
    assert "没有核查决定" in page(stranger, "/mine/decisions/")


def test_a_late_answer_is_said_to_be_late() -> None:
    someone = make.person()
    decision = decide(suspects.case(someone), exclude=[someone])
    client = signed_in(someone)
    client.post(path_of(decision), {"text": "是我自己学的。"})
    assert "已经过了答复期限" not in page(client, path_of(decision))

    Objection.objects.update(due_on=make.MORNING.date())

    assert "已经过了答复期限" in page(client, path_of(decision))


def test_the_page_takes_the_same_queries_however_much_was_found() -> None:
    someone = make.person()
    course = make.course()
    session = make.watching(someone, course)
    decision = decide(suspects.case(someone), exclude=[someone])
    client = signed_in(someone)
    row = {"session": session.pk, "from": "2020-09-01T09:00:00+08:00"}
    Signal.objects.update(evidence={"rows": [row], "total": 1})
    page(client, path_of(decision))

    def queries(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as taken:
            page(client, path)
        return len(taken)

    few = queries(path_of(decision)), queries("/mine/decisions/")
    for code in (Signal.Code.ABSENT, Signal.Code.LOCKSTEP, Signal.Code.NIGHT_SESSION):
        suspects_signal(decision.case, code, [row] * 9)
        decide(suspects.case(someone), verdict=DISMISS)

    assert (queries(path_of(decision)), queries("/mine/decisions/")) == few


def test_the_large_type_version_has_the_same_words() -> None:
    someone = make.person()
    decision = decide(suspects.case(someone), exclude=[someone])
    client = signed_in(someone)
    client.cookies["large"] = "1"

    assert "large" in page(client, path_of(decision))
    assert "去申诉" in page(client, "/mine/")
