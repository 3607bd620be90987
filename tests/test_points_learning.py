"""Points from what was really learned: lessons, minutes; never from opening a page."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.learning.models import CheckAnswer, Lesson, WatchSession
from ankang.learning.services.rewards import reward_watching
from ankang.learning.services.watch import answer_check_question
from ankang.points.models import Act, PointEntry
from ankang.points.services.choosing import switch_on
from tests import make, passing, points_rules


def answered(someone: Person, lesson: Lesson, chosen: int = 0) -> CheckAnswer:
    """The person answers the lesson's check question; the first option is right."""
    check = lesson.courseware.check_questions.get()
    return answer_check_question(
        person=someone,
        lesson=lesson,
        question=check.question.versions.get(),
        chosen=[chosen],
        at=make.MORNING,
    )


def covered_lesson(someone: Person) -> Lesson:
    """A lesson that was watched whole, its question not yet answered."""
    course = make.course()
    passing.lessons_learned(someone, course)
    CheckAnswer.objects.all().delete()
    return course.lessons.get()


def booked() -> dict[str, int]:
    return {one.act: one.points for one in PointEntry.objects.all()}


def test_a_lesson_done_earns_once_however_often_its_question_is_answered() -> None:
    points_rules.edition(2020)
    someone = make.person()
    lesson = covered_lesson(someone)

    answered(someone, lesson, chosen=1)
    assert booked() == {}
    answered(someone, lesson)
    answered(someone, lesson)

    assert booked() == {Act.SIGN_IN: 1, Act.ARTICLE: 1}
    assert PointEntry.objects.count() == 2


def test_under_2026_a_lesson_earns_two_points_for_whoever_joined_and_nobody_else() -> (
    None
):
    points_rules.edition(2020, of=2026)
    joined, other = make.person(), make.person()
    switch_on(person=joined, at=make.MORNING)

    for someone in (joined, other):
        answered(someone, covered_lesson(someone))

    assert [(e.person, e.act, e.points) for e in PointEntry.objects.all()] == [
        (joined, Act.LESSON, 2)
    ]


def test_full_minutes_watched_are_booked_once_each_up_to_the_cap() -> None:
    """有效阅读累计 1 分钟积 1 分，每日上限 6 分 (edition of 2020)."""
    points_rules.edition(2020)
    someone = make.person()
    session = make.watching(
        someone, make.course(), spent=150, last_beat_at=make.MORNING
    )
    since = make.MORNING - timedelta(minutes=1)

    for _ in range(2):
        reward_watching(since=since, at=make.MORNING)
    minutes = PointEntry.objects.filter(act=Act.ARTICLE_MINUTE)
    assert minutes.count() == 2

    WatchSession.objects.filter(pk=session.pk).update(spent=3600)
    reward_watching(since=since, at=make.MORNING)
    assert minutes.count() == 6
    assert sum(one.points for one in minutes) == 6


def test_under_2026_time_earns_nothing() -> None:
    """学习时长 is no basis for anything (国办函 2026 no. 12)."""
    points_rules.edition(2020, of=2026, is_default=True)
    make.watching(make.person(), make.course(), spent=3600, last_beat_at=make.MORNING)

    since = make.MORNING - timedelta(minutes=1)
    assert reward_watching(since=since, at=make.MORNING) == 0
    assert not PointEntry.objects.exists()


def test_opening_pages_never_earns_anything(client: Client) -> None:
    points_rules.edition(2020)
    user = make.learner()
    client.force_login(user)
    lesson = make.course(year=timezone.localdate().year).lessons.get()

    for path in ("/", "/mine/", "/mine/points/", f"/learning/lessons/{lesson.pk}/"):
        assert client.get(path).status_code == 200, path

    assert not PointEntry.objects.exists()
