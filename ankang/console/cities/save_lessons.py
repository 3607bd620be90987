"""Saving questions, lessons and courses; a version is added only if words changed."""

from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from django.db import models
from django.db.models import Max

from ankang.attachments.models import Attachment
from ankang.console.cities.specs import CitySpec, CourseSpec, LessonSpec, QuestionSpec
from ankang.content.models import Courseware, CoursewareVersion, ReviewStep
from ankang.learning.drafted import item_of
from ankang.learning.models import CheckQuestion, Course, Lesson
from ankang.organizations.models import Industry, Strand
from ankang.quizzes.models import Question
from ankang.quizzes.services.bank import reword
from ankang.quizzes.wording import Wording

Media = dict[Path, Attachment]
Row = TypeVar("Row", bound=models.Model)


class Saver(Protocol):
    """What is needed of a loading."""

    spec: CitySpec
    media: Media
    at: datetime
    changes: Any

    def put(
        self, model: type[Row], keys: dict[str, Any], values: dict[str, Any]
    ) -> Row: ...


def save_lessons(saving: Saver) -> None:
    """Save the question bank, the lessons and the courses."""
    strands = {one.code: one for one in Strand.objects.all()}
    for question in saving.spec.questions:
        _save_question(saving, question, Question.Purpose.EXAM, strands)
    for question in saving.spec.practice:
        _save_question(saving, question, Question.Purpose.PRACTICE, strands)
    for lesson in saving.spec.lessons:
        courseware = _save_courseware(saving, lesson, strands)
        _save_check_questions(saving, courseware, lesson, strands)
    for course in saving.spec.courses:
        _save_course(saving, course)


def _save_question(
    saving: Saver,
    one: QuestionSpec,
    purpose: Question.Purpose,
    strands: dict[str, Strand],
) -> Question:
    question = saving.put(
        Question,
        {"code": one.code},
        {
            "strand": strands[one.strand],
            "purpose": purpose,
            "topic": one.topic,
            "difficulty": one.difficulty,
            "industries": one.industries,
            "posts": one.posts,
        },
    )
    versions = question.versions.count()
    reword(question=question, wording=_wording(saving, one), at=saving.at)
    if question.versions.count() > versions:
        saving.changes["试题版本"] += 1
    return question


def _wording(saving: Saver, one: QuestionSpec) -> Wording:
    return Wording(
        kind=one.kind,
        stem=one.stem,
        options=tuple(one.options),
        answer=tuple(one.answer),
        explanation=one.explanation,
        source=one.source,
        hint=one.hint,
        picture=str(saving.media[one.picture].pk) if one.picture else "",
    )


def _save_courseware(
    saving: Saver, one: LessonSpec, strands: dict[str, Strand]
) -> Courseware:
    values = {
        "kind": one.kind,
        "strand": strands[one.strand],
        "topic": one.topic,
        "title": one.title,
    }
    found = Courseware.objects.filter(slug=one.slug).first()
    courseware = found or Courseware(slug=one.slug, created_at=saving.at)
    different = [key for key in values if getattr(courseware, key, None) != values[key]]
    if found is None or different:
        for key, value in values.items():
            setattr(courseware, key, value)
        courseware.save()
        saving.changes["课件"] += 1
    words = {
        "title": one.title,
        "summary": one.summary,
        "body_html": one.body_html,
        "sources": one.sources,
        "video": saving.media.get(one.video) if one.video else None,
        "captions": saving.media.get(one.captions) if one.captions else None,
        "poster": saving.media.get(one.poster) if one.poster else None,
        "duration_seconds": one.duration_seconds,
    }
    if courseware.published is None or any(
        getattr(courseware.published, key) != words[key] for key in words
    ):
        items = [
            item_of(q.code, _wording(saving, q), q.at_second) for q in one.questions
        ]
        _publish(saving, courseware, {**words, "check_questions": items})
    return courseware


def _publish(saving: Saver, courseware: Courseware, words: dict[str, Any]) -> None:
    last = courseware.versions.aggregate(last=Max("number"))["last"] or 0
    version = CoursewareVersion.objects.create(
        courseware=courseware,
        number=last + 1,
        created_at=saving.at,
        published_at=saving.at,
        state=CoursewareVersion.State.PUBLISHED,
        **words,
    )
    ReviewStep.objects.create(
        version=version,
        decision=ReviewStep.Decision.APPROVED,
        comment="随城市资料装入，由资料的提供者审定。",
        at=saving.at,
    )
    if courseware.published is not None:
        courseware.published.state = CoursewareVersion.State.REPLACED
        courseware.published.save(update_fields=["state"])
    courseware.published = version
    courseware.save(update_fields=["published"])
    saving.changes["课件版本"] += 1


def _save_check_questions(
    saving: Saver, courseware: Courseware, one: LessonSpec, strands: dict[str, Strand]
) -> None:
    kept = []
    for spec in one.questions:
        question = _save_question(saving, spec, Question.Purpose.CHECK, strands)
        saving.put(
            CheckQuestion,
            {"question": question},
            {"courseware": courseware, "at_second": spec.at_second},
        )
        kept.append(question.pk)
    dropped = Question.objects.filter(
        code__startswith=f"{one.slug}-", checkquestion__courseware=courseware
    ).exclude(pk__in=kept)
    for question in dropped:
        CheckQuestion.objects.filter(question=question).delete()
        saving.put(Question, {"pk": question.pk}, {"is_retired": True})


def _save_course(saving: Saver, one: CourseSpec) -> None:
    course = saving.put(
        Course,
        {"slug": one.slug},
        {
            "title": one.title,
            "summary": one.summary,
            "year": one.year,
            "is_required": one.is_required,
            "posts": one.posts,
            "exam_draw": one.exam_draw,
            "exam_minutes": one.exam_minutes,
            "is_published": True,
        },
    )
    wanted = set(Industry.objects.filter(code__in=one.industries))
    if set(course.industries.all()) != wanted:
        course.industries.set(wanted)
        saving.changes["课程"] += 1
    for position, slug in enumerate(one.lessons, start=1):
        keys = {"course": course, "courseware": Courseware.objects.get(slug=slug)}
        saving.put(Lesson, keys, {"position": position})
