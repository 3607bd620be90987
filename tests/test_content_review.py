"""The review chain of courseware, and what is kept of it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from ankang.audit.models import AuditEntry
from ankang.content.models import CoursewareVersion, ReviewStep
from ankang.content.services.drafts import (
    NotAnAuthor,
    NothingPublished,
    ReviewedDraft,
    VersionAlreadyOpen,
    VersionClosed,
    Words,
    create_courseware,
    discard_draft,
    save_draft,
)
from ankang.content.services.review import (
    AlreadyDecided,
    CommentMissing,
    NotReady,
    NotTheReviewer,
    OwnSubmission,
    approve_version,
    return_version,
    submit_version,
)
from ankang.core.errors import Refusal
from ankang.learning.models import CheckQuestion
from ankang.learning.services.check_questions import (
    PastTheEnd,
    drop_check_question,
    publish_version,
    save_check_question,
    start_next_version,
)
from ankang.organizations.models import Membership
from ankang.quizzes.models import QuestionVersion
from ankang.quizzes.wording import Wording
from tests import make

LATER = make.MORNING + timedelta(days=1)
WORDS = Words(title="登高作业", body_html="<p>挂好安全带。</p>", reading_minutes=4)


def submitted(by: Membership | None = None) -> CoursewareVersion:
    author = by or make.membership()
    version = make.draft(by=author)
    submit_version(version=version, membership=author, at=make.MORNING)
    return version


def test_a_draft_is_reviewed_by_the_strands_office_and_then_published() -> None:
    version = submitted()
    reviewer = make.membership(office="emergency")

    publish_version(version=version, membership=reviewer, comment="", at=LATER)

    version.refresh_from_db()
    assert version.state == "published"
    assert version.published_at == LATER
    assert version.courseware.published == version
    steps = version.review_steps.order_by("pk")
    assert [step.decision for step in steps] == ["submitted", "approved"]
    assert [step.department.code for step in steps] == ["labor", "emergency"]
    acts = AuditEntry.objects.filter(target=f"courseware:{version.courseware_id}")
    assert {entry.act for entry in acts} == {"课件提交审核", "课件审核通过并发布"}


def test_publishing_makes_the_drafted_check_questions_live() -> None:
    version = submitted()
    assert not CheckQuestion.objects.exists()

    publish_version(
        version=version,
        membership=make.membership(office="emergency"),
        comment="",
        at=LATER,
    )

    link = CheckQuestion.objects.get(courseware=version.courseware)
    assert link.at_second == 60
    assert link.question.purpose == "check"
    assert link.question.versions.get().stem == "下罐之前先做什么？"


@pytest.mark.parametrize("office", ["labor", "health", "finance"])
def test_an_office_that_does_not_answer_for_the_strand_cannot_review(
    office: str,
) -> None:
    version = submitted()
    stranger = make.membership(office=office)

    with pytest.raises(NotTheReviewer, match="emergency"):
        approve_version(version=version, membership=stranger, comment="", at=LATER)
    with pytest.raises(NotTheReviewer):
        return_version(version=version, membership=stranger, comment="改", at=LATER)


@pytest.mark.parametrize("scope", ["district", "employer", "provider", "auditor"])
def test_nobody_outside_the_city_reviews(scope: str) -> None:
    version = submitted()

    with pytest.raises(NotTheReviewer):
        approve_version(
            version=version, membership=make.membership(scope), comment="", at=LATER
        )


def test_a_version_is_returned_with_a_comment_and_can_be_submitted_again() -> None:
    author = make.membership()
    version = submitted(author)
    reviewer = make.membership(office="emergency")

    with pytest.raises(CommentMissing):
        return_version(version=version, membership=reviewer, comment=" ", at=LATER)
    return_version(
        version=version, membership=reviewer, comment="第二段缺依据", at=LATER
    )
    version.refresh_from_db()
    assert version.state == "returned"
    with pytest.raises(ReviewedDraft):
        discard_draft(version=version, membership=author, at=LATER)

    submit_version(version=version, membership=author, at=LATER)
    version.refresh_from_db()
    assert version.state == "in_review"
    assert version.review_steps.get(decision="returned").comment == "第二段缺依据"


def test_nobody_reviews_what_they_submitted_for_the_same_office() -> None:
    author = make.membership()
    policy = make.strand("policy")
    policy.reviewer = make.department("labor")
    policy.save()
    version = make.draft(by=author, strand=policy)
    submit_version(version=version, membership=author, at=make.MORNING)

    with pytest.raises(OwnSubmission):
        approve_version(version=version, membership=author, comment="", at=LATER)
    approve_version(version=version, membership=make.membership(), comment="", at=LATER)


def test_one_person_may_review_for_another_office_than_submitted_for() -> None:
    author = make.membership()
    version = submitted(author)
    other_hat = Membership.objects.create(
        user=author.user, scope="city", department=make.department("emergency")
    )

    approve_version(version=version, membership=other_hat, comment="", at=LATER)

    version.refresh_from_db()
    assert version.state == "published"


def test_the_second_reviewer_is_told_that_it_is_done() -> None:
    version = submitted()
    first, second = (
        make.membership(office="emergency"),
        make.membership(office="emergency"),
    )
    approve_version(version=version, membership=first, comment="", at=LATER)

    with pytest.raises(AlreadyDecided, match="赵六审核通过并发布"):
        return_version(version=version, membership=second, comment="改", at=LATER)
    assert ReviewStep.objects.filter(version=version).count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_the_same_moment_exactly_one_decides() -> None:
    version = submitted()
    reviewers = [make.membership(office="emergency") for _ in range(2)]
    start = threading.Barrier(2)
    refused: list[Refusal] = []

    def review(membership: Membership) -> None:
        start.wait()
        try:
            approve_version(
                version=version, membership=membership, comment="", at=LATER
            )
        except AlreadyDecided as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=review, args=[one]) for one in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert version.review_steps.filter(decision="approved").count() == 1


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"body_html": "<p> </p>"}, "正文还是空的"),
        ({"duration_seconds": 0}, "时长还不知道"),
        ({"check_questions": []}, "至少要有一道课后小题"),
        ({"duration_seconds": 30}, "对应时间超过了时长"),
        ({"kind": "video"}, "先上传视频"),
    ],
)
def test_an_unfinished_draft_is_not_submitted(
    fields: dict[str, object], missing: str
) -> None:
    author = make.membership()
    version = make.draft(by=author, **fields)

    with pytest.raises(NotReady, match=missing):
        submit_version(version=version, membership=author, at=make.MORNING)


def test_the_next_version_begins_as_a_copy_and_replaces_the_one_before() -> None:
    author, reviewer = make.membership(), make.membership(office="emergency")
    first = submitted(author)
    courseware = first.courseware
    with pytest.raises(VersionAlreadyOpen):
        start_next_version(courseware=courseware, membership=author, at=LATER)
    publish_version(version=first, membership=reviewer, comment="", at=LATER)

    second = start_next_version(courseware=courseware, membership=author, at=LATER)
    assert (second.number, second.state) == (2, "draft")
    assert second.check_questions == first.check_questions
    save_draft(version=second, membership=author, words=WORDS, at=LATER)
    code = second.check_questions[0]["code"]
    drop_check_question(version=second, membership=author, code=code)
    save_check_question(
        version=second,
        membership=author,
        wording=Wording("true_false", "要挂安全带吗？", ("对", "错"), (0,), "要。"),
        at_second=30,
    )
    assert CheckQuestion.objects.get().question.code == code
    submit_version(version=second, membership=author, at=LATER)
    publish_version(version=second, membership=reviewer, comment="", at=LATER)

    first.refresh_from_db()
    courseware.refresh_from_db()
    assert (first.state, courseware.title) == ("replaced", "登高作业")
    assert first.title == "有限空间：先通风，再检测，后进入"
    assert courseware.published_id == second.pk
    live = CheckQuestion.objects.get()
    assert live.question.versions.get().stem == "要挂安全带吗？"
    assert QuestionVersion.objects.filter(question__code=code).exists()


def test_a_reworded_check_question_is_the_next_version_of_the_same_question() -> None:
    author, reviewer = make.membership(), make.membership(office="emergency")
    version = submitted(author)
    publish_version(version=version, membership=reviewer, comment="", at=LATER)
    second = start_next_version(
        courseware=version.courseware, membership=author, at=LATER
    )
    save_check_question(
        version=second,
        membership=author,
        code=second.check_questions[0]["code"],
        wording=Wording("single", "进罐第一步？", ("通风", "进入"), (0,), "先通风。"),
        at_second=60,
    )
    submit_version(version=second, membership=author, at=LATER)
    publish_version(version=second, membership=reviewer, comment="", at=LATER)

    question = CheckQuestion.objects.get().question
    versions = question.versions.order_by("number")
    assert [one.is_current for one in versions] == [False, True]


def test_published_versions_are_never_changed() -> None:
    author = make.membership()
    version = submitted(author)
    with pytest.raises(VersionClosed, match="正在审核"):
        save_draft(version=version, membership=author, words=WORDS, at=LATER)
    approve_version(
        version=version,
        membership=make.membership(office="emergency"),
        comment="",
        at=LATER,
    )

    with pytest.raises(VersionClosed, match="已发布的版本不再改动"):
        save_draft(version=version, membership=author, words=WORDS, at=LATER)
    with pytest.raises(VersionClosed):
        discard_draft(version=version, membership=author, at=LATER)
    with pytest.raises(VersionClosed):
        drop_check_question(version=version, membership=author, code="x")


def test_only_the_labor_office_and_providers_write_courseware() -> None:
    for stranger in [
        make.membership(office="emergency"),
        make.membership("district"),
        make.membership("employer"),
        make.membership("evaluator"),
        make.membership("auditor"),
    ]:
        with pytest.raises(NotAnAuthor):
            create_courseware(
                membership=stranger,
                kind="article",
                strand=make.strand(),
                words=WORDS,
                at=LATER,
            )


def test_a_provider_changes_its_own_drafts_only() -> None:
    own = make.membership("provider")
    version = create_courseware(
        membership=own, kind="article", strand=make.strand(), words=WORDS, at=LATER
    )
    save_draft(version=version, membership=own, words=WORDS, at=LATER)

    with pytest.raises(NotAnAuthor):
        save_draft(
            version=version,
            membership=make.membership("provider"),
            words=WORDS,
            at=LATER,
        )
    save_draft(version=version, membership=make.membership(), words=WORDS, at=LATER)


def test_a_first_draft_is_thrown_away_with_its_courseware() -> None:
    author = make.membership()
    version = make.draft(by=author)
    with pytest.raises(VersionAlreadyOpen):
        start_next_version(courseware=version.courseware, membership=author, at=LATER)

    discard_draft(version=version, membership=author, at=LATER)

    assert not CoursewareVersion.objects.exists()
    assert AuditEntry.objects.filter(act="删除课件草稿").exists()


def test_a_check_question_cannot_be_about_a_second_past_the_end() -> None:
    author = make.membership()
    version = make.draft(by=author)

    with pytest.raises(PastTheEnd):
        save_check_question(
            version=version,
            membership=author,
            wording=Wording("single", "？", ("甲", "乙"), (0,), "甲。"),
            at_second=241,
        )


def test_nothing_is_copied_before_the_first_publication() -> None:
    author = make.membership()
    version = make.draft(by=author)
    CoursewareVersion.objects.filter(pk=version.pk).update(state="replaced")

    with pytest.raises(NothingPublished):
        start_next_version(courseware=version.courseware, membership=author, at=LATER)


@pytest.mark.parametrize(
    ("seconds", "planned"), [(179, False), (180, True), (481, False)]
)
def test_a_lesson_is_meant_to_take_three_to_eight_minutes(
    seconds: int, planned: bool
) -> None:
    assert make.draft(duration_seconds=seconds).has_planned_length() is planned
