"""The list of the bank: figures of the night, filters, several questions at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from ankang.console.services.items import ITEMS_KIND, reckon_items, start_items_if_due
from ankang.jobs.models import Job
from ankang.quizzes.models import ItemFigures, Question, QuestionVersion
from ankang.quizzes.services.review import draft_question, submit_question
from ankang.quizzes.wording import Wording
from tests import make, practicing

LIST = reverse("console:question-list")
TOGETHER = reverse("console:questions-together")
WORDS = Wording("single", "先做什么？", ("通风", "进入"), (0,), "先通风。")


def reckon() -> int:
    return reckon_items(at=make.MORNING, report=lambda done, total: None)


def drafts(count: int) -> list[QuestionVersion]:
    writer = make.membership()
    return [
        draft_question(
            question=Question(
                code=f"p-{number}", purpose="practice", strand=make.strand()
            ),
            membership=writer,
            wording=WORDS,
            at=make.MORNING,
        )
        for number in range(count)
    ]


def ticked(versions: list[QuestionVersion], act: str, **more: str) -> dict[str, object]:
    return {"act": act, "question": [one.question_id for one in versions], **more}


def states(versions: list[QuestionVersion]) -> list[str]:
    rows = QuestionVersion.objects.filter(pk__in=[one.pk for one in versions])
    return list(rows.order_by("pk").values_list("state", flat=True))


def test_the_figures_of_the_night_are_those_of_the_page_and_can_be_filtered(
    client: Client,
) -> None:
    make.city()
    make.edition()
    client.force_login(make.membership().user)
    easy, unasked = practicing.question("true_false"), practicing.question("single")
    for _ in range(30):
        group = practicing.group(make.person())
        practicing.answer(group, 1, seconds=9.0)

    assert reckon() == 1
    assert reckon() == 1

    kept = {one.version_id: one for one in ItemFigures.objects.all()}
    flagged = next(pk for pk, one in kept.items() if one.needs_look)
    other = ({easy.pk, unasked.pk} - {flagged}).pop()
    assert (kept[flagged].answers, kept[flagged].easiness) == (30, 1.0)
    assert kept[flagged].seconds == 9.0
    assert kept[flagged].reasons[0] in client.get(LIST).content.decode()
    assert (kept[other].answers, kept[other].easiness) == (0, None)
    page = client.get(LIST, {"look": "yes"}).content.decode()
    codes = {
        pk: QuestionVersion.objects.get(pk=pk).question.code for pk in (flagged, other)
    }
    assert codes[flagged] in page
    assert codes[other] not in page
    assert "太容易" in page
    assert "100%" in page
    assert "9 秒" in page
    for way in ("easiness", "-easiness"):
        listed = client.get(LIST, {"sort": way}).content.decode()
        assert listed.index(codes[flagged]) < listed.index(codes[other])
    assert "每夜统计一次" in page


def test_a_topic_narrows_the_list(client: Client) -> None:
    make.city()
    client.force_login(make.membership().user)
    one = practicing.question(topic="粉尘").question
    other = practicing.question(topic="触电").question

    page = client.get(LIST, {"topic": "粉尘"}).content.decode()

    assert one.code in page
    assert other.code not in page


def test_figures_are_reckoned_once_a_night() -> None:
    night = make.MORNING.replace(hour=4)

    assert start_items_if_due(night - timedelta(hours=2)) is None
    assert start_items_if_due(night) is not None
    assert start_items_if_due(night + timedelta(minutes=30)) is None
    assert start_items_if_due(night + timedelta(days=1)) is not None
    assert Job.objects.filter(kind=ITEMS_KIND).count() == 2


def test_several_are_submitted_and_approved_at_once(client: Client) -> None:
    make.city()
    made = drafts(3)
    client.force_login(make.membership().user)

    answer = client.post(
        f"{TOGETHER}?state=draft", ticked(made[:2], "submit"), follow=True
    )
    assert answer.redirect_chain == [(f"{LIST}?state=draft", 302)]
    assert "已提交审核 2 道" in answer.content.decode()
    assert states(made) == ["submitted", "submitted", "draft"]

    client.force_login(make.membership("city", "emergency").user)
    answer = client.post(TOGETHER, ticked(made, "approve"), follow=True)
    page = answer.content.decode()
    assert "已审定 2 道" in page
    assert "1 道没有处理：这一版现在不在审核中" in page
    assert states(made) == ["approved", "approved", "draft"]


def test_nobody_approves_own_questions_by_ticking_them(client: Client) -> None:
    make.city()
    own = make.membership("city", "emergency")
    (version,) = drafts(1)
    submit_question(version=version, membership=own, at=make.MORNING)
    client.force_login(own.user)

    page = client.post(TOGETHER, ticked([version], "approve"), follow=True)

    assert "不能审核自己写的或自己提交的题" in page.content.decode()
    assert states([version]) == ["submitted"]


def test_a_return_needs_its_reason_and_nothing_ticked_does_nothing(
    client: Client,
) -> None:
    make.city()
    (version,) = drafts(1)
    submit_question(version=version, membership=make.membership(), at=make.MORNING)
    client.force_login(make.membership("city", "emergency").user)

    page = client.post(TOGETHER, ticked([version], "return"), follow=True)
    assert "退回时请写明要改什么" in page.content.decode()
    client.post(TOGETHER, ticked([version], "return", comment="写清楚"))
    assert states([version]) == ["returned"]
    for odd in ({}, {"act": "submit"}, {"act": "fly", "question": "1"}):
        page = client.post(TOGETHER, odd, follow=True)
        assert "请先在列表里勾选试题" in page.content.decode()
    for key in ("99999999", "9" * 40, "一"):
        unknown = client.post(TOGETHER, {"act": "submit", "question": [key]})
        assert unknown.status_code == 404


@pytest.mark.parametrize("office", ["labor", "health"])
def test_only_what_waits_can_be_ticked(client: Client, office: str) -> None:
    make.city()
    make.question()
    client.force_login(make.membership("city", office).user)
    assert 'name="question"' not in client.get(LIST).content.decode()

    drafts(1)

    assert 'name="question"' in client.get(LIST).content.decode()
