"""The exam over HTTP: every known way of cheating, and what the pages may tell."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ankang.accounts.models import User
from ankang.credits.models import Certificate, CreditEntry
from ankang.learning.models import Course, Paper
from tests import make, passing

EXPLANATION = "先通风，再检测，后进入。"


@pytest.fixture
def course() -> Course:
    return passing.exam_course()


@pytest.fixture
def learner(course: Course) -> User:
    user = make.learner()
    passing.lessons_learned(user.person, course)
    return user


@pytest.fixture
def browser(learner: User, client: Client) -> Client:
    client.force_login(learner)
    return client


def test_from_start_to_certificate_without_javascript(
    browser: Client, course: Course
) -> None:
    start = browser.get(reverse("learning:exam", args=[course.pk]))
    assert "开始考试" in start.content.decode()
    paper = begin(browser, course)
    page = browser.get(reverse("learning:paper", args=[paper.pk]))
    assert page.content.decode().count('type="radio"') == 9

    answers = {
        f"question-{position}": places for position, places in right(paper).items()
    }
    result = browser.post(hand_in_address(paper), answers, follow=True)

    body = result.content.decode()
    assert "考试通过" in body
    assert Certificate.objects.get().serial in body


def test_each_answer_is_saved_and_stands_on_every_device(
    browser: Client, learner: User, course: Course
) -> None:
    paper = begin(browser, course)
    response = save(browser, paper, 2, [1])
    assert response.status_code == 200
    assert 0 < response.json()["seconds_left"] <= 1800

    other = Client()
    other.force_login(learner)
    page = other.get(reverse("learning:paper", args=[begin(other, course).pk]))

    assert page.content.decode().count(" checked") == 1
    assert Paper.objects.count() == 1


def test_handing_in_twice_gives_one_result_and_one_certificate(
    browser: Client, course: Course
) -> None:
    paper = begin(browser, course)
    wrong = {f"question-{n}": [] for n in right(paper)}
    browser.post(hand_in_address(paper), wrong)

    again = {f"question-{n}": places for n, places in right(paper).items()}
    response = browser.post(hand_in_address(paper), again, follow=True)

    assert "这次没通过" in response.content.decode()
    paper.refresh_from_db()
    assert (paper.score, paper.is_passed) == (0, False)
    assert not CreditEntry.objects.exists()


def test_nothing_is_saved_or_credited_after_time(
    browser: Client, course: Course
) -> None:
    paper = begin(browser, course)
    Paper.objects.update(deadline=timezone.now() - timedelta(seconds=1))

    response = save(browser, paper, 1, right(paper)[1])
    assert response.status_code == 422
    late = {f"question-{n}": places for n, places in right(paper).items()}
    browser.post(hand_in_address(paper), late)

    paper.refresh_from_db()
    assert paper.score == 0
    assert not CreditEntry.objects.exists()
    assert not paper.questions.exclude(chosen=[]).exists()


def test_an_answer_after_handing_in_changes_nothing(
    browser: Client, course: Course
) -> None:
    paper = begin(browser, course)
    browser.post(hand_in_address(paper))

    response = save(browser, paper, 1, right(paper)[1])

    assert response.status_code == 422
    assert not paper.questions.exclude(chosen=[]).exists()


def test_anothers_paper_does_not_exist_for_me(browser: Client, course: Course) -> None:
    other = make.learner()
    passing.lessons_learned(other.person, course)
    stranger = Client()
    stranger.force_login(other)
    paper = begin(browser, course)

    statuses = {
        stranger.get(reverse("learning:paper", args=[paper.pk])).status_code,
        stranger.get(reverse("learning:paper-result", args=[paper.pk])).status_code,
        stranger.post(hand_in_address(paper)).status_code,
        save(stranger, paper, 1, right(paper)[1]).status_code,
    }

    assert statuses == {404}
    paper.refresh_from_db()
    assert paper.handed_in_at is None
    assert not paper.questions.exclude(chosen=[]).exists()


@pytest.mark.parametrize(
    ("position", "places"),
    [("99", ["0"]), ("x", ["0"]), ("1", ["9"]), ("1", ["-1"]), ("1", ["0", "1"])],
)
def test_answers_to_what_is_not_on_the_paper_are_refused(
    browser: Client, course: Course, position: str, places: list[str]
) -> None:
    paper = begin(browser, course)

    response = browser.post(
        reverse("learning:paper-answer", args=[paper.pk]),
        {"position": position, "places": places},
    )

    assert response.status_code == 422
    assert not paper.questions.exclude(chosen=[]).exists()


def test_a_hand_in_with_questions_of_no_paper_saves_nothing(
    browser: Client, course: Course
) -> None:
    paper = begin(browser, course)
    answers = {f"question-{n}": places for n, places in right(paper).items()}

    response = browser.post(hand_in_address(paper), {**answers, "question-77": [0]})

    assert response.status_code == 422
    paper.refresh_from_db()
    assert paper.handed_in_at is None
    assert not paper.questions.exclude(chosen=[]).exists()


def test_the_exam_cannot_be_begun_by_reading_or_before_the_lessons(
    client: Client, course: Course
) -> None:
    unready = make.learner()
    client.force_login(unready)
    address = reverse("learning:exam", args=[course.pk])

    assert "还有课没有学完" in client.get(address).content.decode()
    assert client.post(address).status_code == 422
    assert not Paper.objects.exists()


def test_no_page_tells_an_answer_before_the_end(
    browser: Client, course: Course
) -> None:
    for _ in range(2):
        paper = begin(browser, course)
        seen = [
            browser.get(reverse("learning:exam", args=[course.pk])),
            browser.get(reverse("learning:paper", args=[paper.pk])),
            save(browser, paper, 1, [0]),
            browser.post(
                hand_in_address(paper),
                {"question-1": [wrong_place(paper, 1)]},
                follow=True,
            ),
            browser.get(reverse("learning:exam", args=[course.pk])),
        ]
        bodies = "".join(response.content.decode() for response in seen)
        assert EXPLANATION not in bodies
        assert "正确</em>" not in bodies
        assert "答案在通过后" in bodies

    paper = begin(browser, course)
    end = browser.post(hand_in_address(paper), follow=True).content.decode()
    assert EXPLANATION in end


def test_the_paper_shows_the_same_whatever_the_right_answer_is(
    browser: Client, course: Course
) -> None:
    paper = begin(browser, course)
    address = reverse("learning:paper", args=[paper.pk])
    before = browser.get(address)

    for row in paper.questions.select_related("question"):
        row.question.answer = [2]
        row.question.explanation = "别的解析"
        row.question.save()
    after = browser.get(address)

    assert [q.options for q in before.context["questions"]] == [
        q.options for q in after.context["questions"]
    ]
    assert "别的解析" not in after.content.decode()


def test_the_exam_pages_use_few_queries(
    browser: Client, course: Course, django_assert_max_num_queries: object
) -> None:
    paper = begin(browser, course)

    with django_assert_max_num_queries(8):  # type: ignore[operator]
        browser.get(reverse("learning:paper", args=[paper.pk]))


def test_staff_without_a_person_are_told_where_to_go(
    client: Client, course: Course
) -> None:
    client.force_login(make.staff())

    assert client.get(reverse("learning:exam", args=[course.pk])).status_code == 403


def begin(browser: Client, course: Course) -> Paper:
    response = browser.post(reverse("learning:exam", args=[course.pk]))
    assert response.status_code == 302
    return Paper.objects.get(pk=int(response["Location"].split("/")[-2]))


def hand_in_address(paper: Paper) -> str:
    return reverse("learner:paper-hand-in", args=[paper.pk])


def save(browser: Client, paper: Paper, position: int, places: list[int]):  # type: ignore[no-untyped-def]
    return browser.post(
        reverse("learning:paper-answer", args=[paper.pk]),
        {"position": position, "places": places},
    )


def right(paper: Paper) -> dict[int, list[int]]:
    """The places of the right options, by question."""
    return {
        row.position: [row.option_order.index(n) for n in row.question.answer]
        for row in paper.questions.select_related("question")
    }


def wrong_place(paper: Paper, position: int) -> int:
    return (right(paper)[position][0] + 1) % 3
