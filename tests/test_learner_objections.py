"""Answering what learners object to."""

from datetime import date, timedelta

import pytest
from django.test import Client

from ankang.audit.models import AuditEntry
from ankang.core.days import working_days
from ankang.core.errors import Refusal
from ankang.learning.models import Objection
from ankang.learning.services.objections import (
    AlreadyAnswered,
    NotOursToAnswer,
    answer_objection,
)
from ankang.learning.services.watch import object_to
from ankang.notices.models import Notice
from tests import make

LIST = "/console/courses/objections/"


def objection(**fields: object) -> Objection:
    defaults = {
        "person": make.learner().person,
        "subject": "presence-check:1",
        "about": "《有限空间》未认定 32 秒",
        "text": "当时手机没信号。",
        "at": make.MORNING,
    }
    return object_to(**{**defaults, **fields})  # type: ignore[arg-type]


def client_of(scope: str, **fields: object) -> Client:
    client = Client()
    client.force_login(make.staff(scope, **fields))
    return client


def test_an_answer_reaches_the_person_and_the_audit_and_is_given_once() -> None:
    make.edition()
    waiting = objection()
    office = client_of("city")
    path = f"{LIST}{waiting.pk}/"

    assert office.post(path, {"answer": " "}).status_code == 422
    assert office.post(path, {"answer": "已查实，补看即可。"}).status_code == 302
    assert office.post(path, {"answer": "再答一次"}).status_code == 422

    message = Notice.objects.get(person=waiting.person)
    assert message.path == f"/mine/objections/{waiting.pk}/"
    assert AuditEntry.objects.filter(act="答复申诉").count() == 1
    learner = Client()
    learner.force_login(waiting.person.user)
    assert "已查实，补看即可。" in learner.get(message.path).content.decode()
    assert "申诉" in learner.get("/mine/").content.decode()
    stranger = Client()
    stranger.force_login(make.learner())
    assert stranger.get(message.path).status_code == 404


def test_after_the_answer_the_same_line_can_be_objected_to_again() -> None:
    first = objection()
    actor = make.staff()
    answer_objection(
        objection=first,
        actor=actor,
        membership=actor.memberships.get(),
        answer="不予认定。",
        at=make.MORNING,
    )

    again = objection(person=first.person)

    assert again.pk != first.pk
    with pytest.raises(AlreadyAnswered):
        answer_objection(
            objection=first,
            actor=actor,
            membership=actor.memberships.get(),
            answer="改口。",
            at=make.MORNING,
        )


@pytest.mark.parametrize("scope", ["district", "employer", "evaluator"])
def test_objections_are_not_for_employers_districts_and_evaluators(scope: str) -> None:
    waiting = objection()
    client = client_of(scope)

    for path in [LIST, f"{LIST}export/", f"{LIST}{waiting.pk}/"]:
        assert client.get(path).status_code == 403


def test_the_auditor_and_other_offices_read_and_do_not_answer() -> None:
    waiting = objection()
    for client in [
        client_of("auditor"),
        client_of("city", department=make.department("finance")),
    ]:
        body = client.get(f"{LIST}{waiting.pk}/").content.decode()
        assert "当时手机没信号" in body
        assert "答复并通知本人" not in body
        answer = client.post(f"{LIST}{waiting.pk}/", {"answer": "好"})
        assert answer.status_code == 422
    actor = make.staff("auditor")
    with pytest.raises(NotOursToAnswer):
        answer_objection(
            objection=waiting,
            actor=actor,
            membership=actor.memberships.get(),
            answer="好",
            at=make.MORNING,
        )
    assert issubclass(NotOursToAnswer, Refusal)


def test_the_list_begins_with_the_one_that_waits_longest() -> None:
    make.city()
    old = objection(about="最早的")
    new = objection(about="刚提的", at=make.MORNING + timedelta(days=7))
    done = objection(about="答过的", at=make.MORNING - timedelta(days=7))
    Objection.objects.filter(pk=done.pk).update(
        state="answered", answered_at=make.MORNING, answer="好"
    )

    body = client_of("provider").get(LIST).content.decode()

    places = [body.index(one.about) for one in (old, new, done)]
    assert places == sorted(places)
    assert "5 个工作日" in body
    export = client_of("city").get(f"{LIST}export/")
    assert b"".join(export.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    export.close()


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (date(2020, 9, 4), date(2020, 9, 4), 0),
        (date(2020, 9, 4), date(2020, 9, 6), 0),
        (date(2020, 9, 4), date(2020, 9, 7), 1),
        (date(2020, 9, 1), date(2020, 9, 15), 10),
        (date(2020, 9, 5), date(2020, 9, 14), 6),
        (date(2020, 9, 5), date(2020, 9, 1), 0),
    ],
)
def test_working_days_are_mondays_to_fridays(
    since: date, until: date, days: int
) -> None:
    assert working_days(since, until) == days
