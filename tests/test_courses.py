"""Composing and publishing courses, over the services and the pages."""

import pytest
from django.test import Client
from django.urls import reverse

from ankang.audit.models import AuditEntry
from ankang.learning.models import Course, WatchSession
from ankang.learning.services.courses import (
    LessonTwice,
    LessonWatched,
    NeededByExam,
    NotPublishable,
    NotTheEditor,
    Plan,
    add_lesson,
    create_course,
    drop_lesson,
    lower_lesson,
    publish_course,
    raise_lesson,
    retire_bank_question,
    save_course,
    withdraw_course,
)
from tests import make


def plan(**fields: object) -> Plan:
    return Plan(
        **{
            "title": "焊工专题",
            "summary": "",
            "year": 2020,
            "is_required": False,
            "industries": (),
            "posts": ("电焊工",),
            "exam_draw": {"safety": 1, "policy": 0},
            "exam_minutes": 20,
            **fields,
        }
    )


def titles(course: Course) -> list[str]:
    return [
        lesson.courseware.slug for lesson in course.lessons.order_by("position", "pk")
    ]


def test_a_course_is_composed_and_published() -> None:
    editor = make.membership()
    make.question()
    first, second = make.courseware().courseware, make.courseware().courseware
    course = create_course(membership=editor, plan=plan(), at=make.MORNING)
    assert course.exam_draw == {"safety": 1}

    add_lesson(course=course, membership=editor, courseware=first, at=make.MORNING)
    lesson = add_lesson(
        course=course, membership=editor, courseware=second, at=make.MORNING
    )
    with pytest.raises(LessonTwice):
        add_lesson(course=course, membership=editor, courseware=first, at=make.MORNING)
    raise_lesson(lesson=lesson, membership=editor, at=make.MORNING)
    assert titles(course) == [second.slug, first.slug]
    raise_lesson(lesson=lesson, membership=editor, at=make.MORNING)
    lower_lesson(lesson=lesson, membership=editor, at=make.MORNING)
    assert titles(course) == [first.slug, second.slug]

    publish_course(course=course, membership=editor, at=make.MORNING)
    assert Course.objects.published(2020).get() == course
    withdraw_course(course=course, membership=editor, at=make.MORNING)
    assert not Course.objects.published(2020).exists()
    assert AuditEntry.objects.filter(act="发布课程").exists()


def test_a_course_is_not_published_before_it_works() -> None:
    editor = make.membership()
    course = create_course(membership=editor, plan=plan(), at=make.MORNING)

    def publish() -> None:
        publish_course(course=course, membership=editor, at=make.MORNING)

    with pytest.raises(NotPublishable, match="还没有章节"):
        publish()
    draft = make.draft()
    add_lesson(
        course=course, membership=editor, courseware=draft.courseware, at=make.MORNING
    )
    with pytest.raises(NotPublishable, match="“有限空间”还没有发布"):
        publish()
    draft.courseware.published = draft
    draft.courseware.save()
    with pytest.raises(NotPublishable, match="抽 1 道题，题库里可用的只有 0 道"):
        publish()
    make.question()
    publish()


def test_a_published_course_cannot_be_broken() -> None:
    editor = make.membership()
    question = make.question()
    course = make.course(exam_draw={"safety": 1})

    with pytest.raises(NotPublishable, match="只有 1 道"):
        save_course(
            course=course,
            membership=editor,
            plan=plan(exam_draw={"safety": 2}),
            at=make.MORNING,
        )
    with pytest.raises(NotPublishable, match="抽题数都是 0"):
        save_course(
            course=course, membership=editor, plan=plan(exam_draw={}), at=make.MORNING
        )
    with pytest.raises(NotPublishable, match="还没有章节"):
        drop_lesson(lesson=course.lessons.get(), membership=editor, at=make.MORNING)
    with pytest.raises(NotPublishable):
        add_lesson(
            course=course,
            membership=editor,
            courseware=make.draft().courseware,
            at=make.MORNING,
        )
    with pytest.raises(NeededByExam, match="2020 通用"):
        retire_bank_question(
            question=question.question, membership=editor, at=make.MORNING
        )
    course.refresh_from_db()
    question.question.refresh_from_db()
    assert (course.title, course.lessons.count()) == ("2020 通用", 1)
    assert not question.question.is_retired


def test_a_lesson_that_was_watched_stays() -> None:
    editor = make.membership()
    version = make.courseware()
    course = make.course(version, is_published=False)
    lesson = course.lessons.get()
    WatchSession.objects.create(
        person=make.person(),
        lesson=lesson,
        version=version,
        edition=make.edition(),
        device="d",
        opened_at=make.MORNING,
        cap=100,
    )

    with pytest.raises(LessonWatched):
        drop_lesson(lesson=lesson, membership=editor, at=make.MORNING)


@pytest.mark.parametrize("office", ["emergency", "health", "finance"])
def test_only_the_labor_office_composes_courses(office: str) -> None:
    other = make.membership(office=office)
    course = make.course()
    lesson = course.lessons.get()

    for act in (
        lambda: create_course(membership=other, plan=plan(), at=make.MORNING),
        lambda: save_course(
            course=course, membership=other, plan=plan(), at=make.MORNING
        ),
        lambda: publish_course(course=course, membership=other, at=make.MORNING),
        lambda: withdraw_course(course=course, membership=other, at=make.MORNING),
        lambda: raise_lesson(lesson=lesson, membership=other, at=make.MORNING),
        lambda: drop_lesson(lesson=lesson, membership=other, at=make.MORNING),
    ):
        with pytest.raises(NotTheEditor):
            act()


def test_the_pages_lead_from_a_new_course_to_its_publication(client: Client) -> None:
    make.city()
    make.question()
    client.force_login(make.staff())
    version = make.courseware()

    form = client.get(reverse("courses:course-create"))
    assert "题库里可用的有 1 道" in form.content.decode()
    sent = {"title": "通用", "year": "2020", "exam_minutes": "30", "draw_safety": "1"}
    answer = client.post(reverse("courses:course-create"), {**sent, "title": ""})
    assert answer.status_code == 422
    client.post(reverse("courses:course-create"), sent)
    course = Course.objects.get()

    page = reverse("courses:course-detail", args=[course.pk])
    assert "还没有章节" in client.get(page).content.decode()
    added = client.post(
        reverse("courses:lesson-add", args=[course.pk]),
        {"courseware": version.courseware_id},
        headers={"HX-Request": "true"},
    )
    assert 'id="lessons"' in added.content.decode()
    refused = client.post(
        reverse("courses:lesson-add", args=[course.pk]),
        {"courseware": version.courseware_id},
    )
    assert refused.status_code == 422
    client.post(reverse("courses:course-publish", args=[course.pk]))
    listed = client.get(reverse("courses:course-list") + "?state=published")
    assert "通用" in listed.content.decode()
    edit = client.get(reverse("courses:course-edit", args=[course.pk]))
    assert 'value="1"' in edit.content.decode()
    sheet = client.get(reverse("courses:course-list") + "?export=1")
    assert b"".join(sheet).startswith(b"PK")
    sheet.close()


def test_districts_and_employers_see_published_courses_only(client: Client) -> None:
    open_to_all = make.course()
    hidden = make.course(is_published=False)
    client.force_login(make.staff("employer"))

    shown = client.get(reverse("courses:course-detail", args=[open_to_all.pk]))
    assert shown.status_code == 200
    assert "加入课程" not in shown.content.decode()
    assert (
        client.get(reverse("courses:course-detail", args=[hidden.pk])).status_code
        == 404
    )
    assert client.get(reverse("courses:course-create")).status_code == 403
    post = client.post(reverse("courses:course-withdraw", args=[open_to_all.pk]))
    assert post.status_code == 403
