"""The learner's own pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.learner.catalog import catalog, forget
from ankang.learner.queries import home_of
from ankang.learning.models import (
    CheckAnswer,
    Course,
    Objection,
    PresenceCheck,
    RefusedClaim,
)
from ankang.learning.queries import courses_for
from ankang.learning.services.watch import AlreadyObjected, object_to
from ankang.notices.models import Notice
from ankang.organizations.models import Industry
from tests import make


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def notice(person: Person, **fields: Any) -> Notice:
    defaults = {
        "kind": "system",
        "text": "新课程已经发布。",
        "sent_on": make.MORNING.date(),
        "created_at": make.MORNING,
    }
    return Notice.objects.create(person=person, **{**defaults, **fields})


def missed_check(person: Person, course: Course) -> PresenceCheck:
    session = make.watching(person, course, spent=150, beats=10)
    return PresenceCheck.objects.create(
        session=session,
        nonce=f"nonce-{session.pk}",
        position=90,
        issued_at=make.MORNING + timedelta(seconds=90),
        lost_from=60,
        lost_to=92,
        lost_seconds=32,
        result="missed",
    )


def finish(person: Person, course: Course) -> None:
    """Cover every lesson and answer its question."""
    for lesson in course.lessons.select_related("courseware__published"):
        version = lesson.courseware.published
        assert version is not None
        make.watching(person, course, version=version, seconds=version.duration_seconds)
        link = lesson.courseware.check_questions.first()
        assert link is not None
        question = link.question.versions.first()
        CheckAnswer.objects.create(
            person=person,
            lesson=lesson,
            question=question,
            chosen=[0],
            is_right=True,
            at=make.MORNING,
        )


def test_the_warm_home_takes_five_queries_however_many_lessons_there_are() -> None:
    make.edition()
    first = make.course(make.courseware(), make.courseware())
    user = make.learner()
    make.watching(user.person, first)
    notice(user.person)
    client = signed_in(user)
    client.get("/")

    with CaptureQueriesContext(connection) as small:
        assert client.get("/").status_code == 200
    for _ in range(3):
        make.course(*[make.courseware() for _ in range(6)])
    forget()
    client.get("/")
    with CaptureQueriesContext(connection) as large:
        assert client.get("/").status_code == 200

    assert len(small) == len(large) == 5, [q["sql"] for q in large]


def test_my_record_takes_the_same_number_of_queries_for_one_loss_and_for_many() -> None:
    make.edition()
    course = make.course()
    user = make.learner()
    missed_check(user.person, course)
    client = signed_in(user)
    client.get("/mine/")
    with CaptureQueriesContext(connection) as one:
        client.get("/mine/")
    for _ in range(5):
        check = missed_check(user.person, course)
        RefusedClaim.objects.create(
            session=check.session, reason="hidden", seconds=9, last_at=make.MORNING
        )
    with CaptureQueriesContext(connection) as many:
        client.get("/mine/")

    assert len(one) == len(many)


def test_a_stranger_is_welcomed_and_shown_where_to_sign_in() -> None:
    make.city(slogan="关注工伤预防")
    body = Client().get("/").content.decode()

    assert "示例市" in body
    assert "关注工伤预防" in body
    assert "/accounts/sign-in/" in body
    assert "/certificates/verify/" in body
    assert "/console/" in body
    assert "ak-tabs" not in body


def test_a_stranger_is_welcomed_even_before_a_city_is_loaded() -> None:
    assert Client().get("/").status_code == 200
    assert "还在准备" in signed_in(make.learner()).get("/").content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/mine/", "/mine/certificates/", "/mine/notices/", "/courses/1/"]
)
def test_staff_without_a_person_are_sent_to_the_console(path: str) -> None:
    answer = signed_in(make.staff()).get(path)

    assert answer.status_code == 403
    assert "/console/" in answer.content.decode()


def test_home_leads_to_the_first_unfinished_lesson() -> None:
    make.edition()
    course = make.course(make.courseware(), make.courseware())
    user = make.learner()
    first, second = course.lessons.order_by("position")
    client = signed_in(user)
    assert f'"btn btn-next ak-go" href="/learning/lessons/{first.pk}/"' in (
        client.get("/").content.decode()
    )

    CheckAnswer.objects.create(
        person=user.person,
        lesson=first,
        question=make.question(purpose="check"),
        chosen=[0],
        is_right=True,
        at=make.MORNING,
    )
    make.watching(user.person, course, seconds=300)

    body = client.get("/").content.decode()
    assert f'"btn btn-next ak-go" href="/learning/lessons/{second.pk}/"' in body
    assert body.count("btn-next") == 1


def test_home_leads_to_the_question_of_a_lesson_that_is_covered() -> None:
    make.edition()
    course = make.course()
    user = make.learner()
    make.watching(user.person, course, seconds=290)

    body = signed_in(user).get("/").content.decode()

    assert f"/learning/lessons/{course.lessons.get().pk}/question/" in body


def test_home_leads_to_the_exam_and_then_to_the_certificate() -> None:
    make.edition()
    course = make.course()
    user = make.learner()
    finish(user.person, course)
    client = signed_in(user)
    assert "去考试" in client.get("/").content.decode()

    make.paper(user.person, course, score=60, is_passed=False)
    assert "上次 60 分" in client.get("/").content.decode()

    make.paper(user.person, course)
    held = make.certificate(user.person, source=f"course:{course.pk}")
    body = client.get("/").content.decode()
    assert "考试合格，90 分" in body
    assert f"/certificates/{held.pk}/" in body
    assert body.count("btn-next") == 1


def test_home_says_so_when_there_is_no_course_and_no_employer() -> None:
    make.edition()
    user = make.learner()
    user.person.employments.update(to_date=make.MORNING.date())

    body = signed_in(user).get("/").content.decode()

    assert "还没有你的课程" in body
    assert "扫车间墙上的二维码" in body


def test_home_chooses_the_courses_that_the_rules_of_learning_choose() -> None:
    make.edition()
    other = Industry.objects.create(
        code="06", name="示例采矿", section="B", section_name="采矿业"
    )
    own = Industry.objects.create(
        code="37", name="示例造船", section="C", section_name="制造业"
    )
    user = make.learner()
    employment = user.person.employments.select_related("employer").get()
    employment.employer.industry = own
    employment.employer.save()
    make.course()
    make.course(title="造船").industries.add(own)
    make.course(title="采矿").industries.add(other)
    make.course(title="电焊", posts=["电焊工"])
    make.course(title="架子", posts=["架子工"])
    make.course(title="未发布", is_published=False)
    make.course(title="去年", year=2019)

    shelf = catalog(timezone.now())
    assert shelf is not None
    home = home_of(person=user.person, shelf=shelf, at=timezone.now())

    assert [one.course.title for one in home.courses] == ["2020 通用", "造船", "电焊"]
    assert [one.course for one in home.courses] == list(courses_for(user.person, 2020))


def test_the_large_home_leaves_out_what_is_secondary() -> None:
    make.edition()
    make.course()
    user = make.learner()
    client = signed_in(user)
    assert "我的课程" in client.get("/").content.decode()

    client.cookies["large"] = "1"
    body = client.get("/").content.decode()

    assert "我的课程" not in body
    assert "ak-ring" not in body
    assert "打电话问 12333" in body
    assert "读给我听" in body
    assert "在所有设备上退出" not in client.get("/mine/").content.decode()


def test_the_bankbook_says_what_counted_what_did_not_why_and_what_to_do() -> None:
    make.edition()
    course = make.course()
    user = make.learner()
    check = missed_check(user.person, course)
    RefusedClaim.objects.create(
        session=check.session, reason="hidden", seconds=15, last_at=make.MORNING
    )

    body = signed_in(user).get("/mine/").content.decode()

    assert "+1:58" in body
    assert "未认定 0:32" in body
    assert "视频 1:00 到 1:32 之间不计" in body
    assert "页面不在前台" in body
    assert "不要切到别的应用" in body
    assert f"?subject=presence-check:{check.pk}" in body


def test_a_line_is_objected_to_once_until_it_is_answered() -> None:
    make.edition()
    user = make.learner()
    check = missed_check(user.person, make.course())
    client = signed_in(user)
    path = f"/mine/objections/new/?subject=presence-check:{check.pk}"

    assert client.post(path, {"text": ""}).status_code == 422
    first = client.post(path, {"text": "当时手机没信号。"})
    assert first.status_code == 302
    assert client.post(path, {"text": "再说一次。"}).status_code == 422
    assert client.get(path).headers["Location"] == first.headers["Location"]

    assert Objection.objects.get().about.startswith("《有限空间》2020年9月1日 09:01")
    assert "申诉等待答复" in client.get("/mine/").content.decode()
    with pytest.raises(AlreadyObjected):
        object_to(
            person=user.person,
            subject=f"presence-check:{check.pk}",
            about="",
            text="",
            at=make.MORNING,
        )


@pytest.mark.parametrize(
    "subject", ["presence-check:{}", "presence-check:x", "paper:1", "", "employment:²"]
)
def test_nobody_objects_to_what_is_not_theirs(subject: str) -> None:
    make.edition()
    check = missed_check(make.learner().person, make.course())
    client = signed_in(make.learner())

    path = f"/mine/objections/new/?subject={subject.format(check.pk)}"

    assert client.get(path).status_code == 404
    assert client.post(path, {"text": "是我的。"}).status_code == 404


def test_a_person_can_say_that_an_employer_is_not_theirs() -> None:
    make.edition()
    user = make.learner()
    employment = user.person.employments.get()
    client = signed_in(user)
    path = f"/mine/objections/new/?subject=employment:{employment.pk}"

    assert "不是我的单位" in client.get(path).content.decode()
    client.post(path, {"text": "我去年就走了。"})

    assert Objection.objects.get().about == "示例五金加工店：不是我的单位"
    assert "等待答复" in client.get("/mine/").content.decode()


def test_another_persons_objection_and_message_are_not_found() -> None:
    make.edition()
    other = make.person()
    objection = object_to(
        person=other, subject="employment:1", about="", text="x", at=make.MORNING
    )
    message = notice(other)
    client = signed_in(make.learner())

    assert client.get(f"/mine/objections/{objection.pk}/").status_code == 404
    assert client.post(f"/mine/notices/{message.pk}/read/").status_code == 404


def test_messages_are_marked_read_by_opening_them_and_never_lead_outside() -> None:
    make.edition()
    user = make.learner()
    inside = notice(user.person, path="/mine/")
    outside = notice(user.person, path="//elsewhere.example/")
    client = signed_in(user)
    assert "2 条未读" in client.get("/mine/notices/").content.decode()

    assert (
        client.post(f"/mine/notices/{inside.pk}/read/").headers["Location"] == "/mine/"
    )
    assert (
        client.post(f"/mine/notices/{outside.pk}/read/").headers["Location"]
        == "/mine/notices/"
    )

    assert "未读" not in client.get("/mine/notices/").content.decode()
    notice(user.person)
    client.post("/mine/notices/read/")
    assert not Notice.objects.filter(read_at=None).exists()


def test_every_certificate_is_listed_and_none_says_where_they_come_from() -> None:
    make.edition()
    user = make.learner()
    client = signed_in(user)
    assert "还没有证明" in client.get("/mine/certificates/").content.decode()

    certificate = make.certificate(user.person)

    assert certificate.serial in client.get("/mine/certificates/").content.decode()


def test_a_course_lists_its_lessons_as_they_stand_and_drafts_are_not_found() -> None:
    make.edition()
    course = make.course(make.courseware(), make.courseware())
    draft = make.course(is_published=False)
    user = make.learner()
    make.watching(user.person, course)
    client = signed_in(user)

    body = client.get(f"/courses/{course.pk}/").content.decode()

    assert "已认定 2 分 30 秒，共 5 分" in body
    assert "还没有开始" in body
    assert client.get(f"/courses/{draft.pk}/").status_code == 404
