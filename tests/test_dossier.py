"""One person's dossier: sums, findings, proofs, the one file, and who sees what."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.counting.models import PersonMerge
from ankang.counting.recording import record_missing
from ankang.evidence.services import seal
from ankang.integrity.models import Decision
from ankang.integrity.services.deciding import decide_case
from ankang.learning.models import (
    Course,
    PresenceCheck,
    RefusedClaim,
)
from ankang.learning.services.objections import answer_objection
from tests import make, suspects
from tests.dossiers import client_of, page_of, sealed_person, short_course
from tests.test_learner_objections import objection

EVERYTHING_ELSE = re.compile(
    r"""(?i)(?:src|href|action)\s*=|url\(|@import|https?:|//\w"""
)


@pytest.fixture
def course() -> Course:
    return short_course()


@pytest.fixture
def someone(course: Course) -> Person:
    return sealed_person(course)


def test_what_was_claimed_is_what_was_credited_and_what_was_not(
    someone: Person, course: Course
) -> None:
    session = someone.watch_sessions.get()
    for reason, seconds in (("clock", 40), ("presence", 20)):
        RefusedClaim.objects.create(
            session=session, reason=reason, seconds=seconds, last_at=make.MORNING
        )
    PresenceCheck.objects.create(
        session=session,
        nonce="x",
        position=150,
        issued_at=make.MORNING,
        lost_seconds=20,
        result="missed",
    )
    answer = client_of("auditor").get(f"/console/people/{someone.pk}/")

    context = answer.context
    assert (context["claimed"], context["credited"], context["refused"]) == (
        210,
        150,
        60,
    )
    for name in ("claimed", "credited"):
        assert sum(getattr(one, name) for one in context["strands"]) == context[name]
        assert sum(getattr(one, name) for one in context["lines"]) == context[name]
    assert "超过实际时间 40，没回应在场确认 20" in answer.content.decode()


def test_a_lesson_of_which_nothing_was_credited_is_there_with_the_reason(
    course: Course,
) -> None:
    person = make.employment().person
    session = make.watching(person, course)
    person.coverages.all().delete()
    RefusedClaim.objects.create(
        session=session, reason="too_fast", seconds=300, last_at=make.MORNING
    )

    context = client_of("auditor").get(f"/console/people/{person.pk}/").context

    assert [(one.claimed, one.credited) for one in context["lines"]] == [(300, 0)]


def test_the_paper_stands_there_with_each_answer_and_the_right_one(
    someone: Person,
) -> None:
    page = page_of(client_of("evaluator"), someone)

    assert page.count("先通风") >= 2
    assert "戴口罩下去" in page
    assert "正确答案：先通风" in page


def test_the_file_needs_nothing_else_and_names_no_full_number(
    someone: Person,
) -> None:
    file = page_of(client_of("auditor"), someone, "dossier/")

    shown = re.sub(r'<script id="proof".*?</script>', "", file)
    assert not EVERYTHING_ELSE.findall(shown)
    assert someone.id_number() not in file
    assert someone.mobile() not in file
    assert someone.id_mask in file


def test_signals_and_decisions_stand_on_the_page_and_in_the_file(
    someone: Person,
) -> None:
    case = suspects.case(someone)
    client = client_of("auditor")
    assert "轮到市人社局" in page_of(client, someone)
    decide_case(
        case=case,
        membership=make.membership(),
        verdict=Decision.Verdict.UPHOLD,
        comment="本人承认由他人代学。",
        exclude=[someone],
        at=make.MORNING,
    )

    for part in ("", "dossier/"):
        shown = page_of(client, someone, part)
        assert "本人承认由他人代学。" in shown
        assert "学习记录不计入" in shown
        assert "轮到市人社局" not in shown
    provider = client_of(
        "district", district=someone.employments.get().employer.district
    )
    assert "学习记录不计入" not in page_of(provider, someone)


def test_a_merge_stands_on_both_records(someone: Person) -> None:
    other = make.employment().person
    PersonMerge.objects.create(
        duplicate=other,
        into=someone,
        reason="同一身份证，换过手机号",
        actor=make.staff(),
        at=make.MORNING,
    )
    client = client_of("auditor")

    for person, number in ((someone, other.number), (other, someone.number)):
        for part in ("", "dossier/"):
            assert number in page_of(client, person, part)


def test_an_answered_objection_stands_there(someone: Person) -> None:
    asked = objection()
    labor = make.membership()
    answer_objection(
        objection=asked,
        actor=labor.user,
        membership=labor,
        answer="核对了记录，已补计。",
        at=make.MORNING,
    )
    assert asked.person is not None

    assert "核对了记录，已补计。" in page_of(client_of("auditor"), asked.person)


def test_whoever_opened_the_full_number_is_named_to_auditor_and_city_only(
    someone: Person,
) -> None:
    client_of("city").post(f"/console/people/{someone.pk}/id-number/")
    district = someone.employments.get().employer.district

    for scope in ("auditor", "city"):
        page = page_of(client_of(scope), someone)
        assert "谁看过完整号码" in page
        assert "示例市labor局" in page
    assert "谁看过完整证件号码" in page_of(client_of("auditor"), someone, "dossier/")
    for client in (client_of("evaluator"), client_of("district", district=district)):
        assert "谁看过完整号码" not in page_of(client, someone)


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("city", 200),
        ("auditor", 200),
        ("evaluator", 200),
        ("district", 403),
        ("employer", 403),
        ("provider", 403),
    ],
)
@pytest.mark.parametrize("part", ["dossier/", "proof/"])
def test_who_takes_the_file_away(
    someone: Person, scope: str, status: int, part: str
) -> None:
    employer = someone.employments.get().employer
    places: dict[str, dict[str, Any]] = {
        "district": {"district": employer.district},
        "employer": {"employer": employer},
    }
    client = client_of(scope, **places.get(scope, {}))

    answer = client.get(f"/console/people/{someone.pk}/{part}")

    assert answer.status_code == status
    if scope in {"district", "employer"}:
        assert "下载整份档案" not in page_of(client, someone)


@pytest.mark.parametrize("part", ["", "proof/"])
def test_a_dossier_takes_the_same_queries_for_more_of_everything(
    someone: Person, course: Course, part: str
) -> None:
    client = client_of("auditor")
    path = f"/console/people/{someone.pk}/{part}"
    suspects.case(someone)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for _ in range(4):
        session = make.watching(someone, course)
        PresenceCheck.objects.create(
            session=session, nonce=f"n{session.pk}", position=9, issued_at=make.MORNING
        )
        make.paper(someone, course)
        make.credit(someone)
        make.employment(person=someone)
        suspects.case(someone, device=f"{session.pk:016d}")
        client.post(f"/console/people/{someone.pk}/id-number/")
    record_missing()
    seal(at=timezone.now())
    with CaptureQueriesContext(connection) as many:
        client.get(path)

    assert len(many) == len(few)
