"""What waits for whom (待办): each item says whose move it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from ankang.console.queries.cases import first_opened
from ankang.console.queries.findings import to_object_to, waiting_objections
from ankang.console.queries.merges import visible_pairs
from ankang.content.models import CoursewareVersion
from ankang.counting.merging import may_merge
from ankang.integrity.models import Case, may_decide
from ankang.integrity.queries import case_objections, found_by
from ankang.learning.models import Objection
from ankang.organizations.models import Department, Membership
from ankang.quizzes.models import QuestionReview, QuestionVersion
from ankang.rosters.models import JoinRequest, RosterImport

# A finding stays on the list of things to do so long, read or not.
TOLD_FOR = timedelta(days=30)
DESK = {
    Membership.Scope.CITY,
    Membership.Scope.DISTRICT,
    Membership.Scope.AUDITOR,
    Membership.Scope.EVALUATOR,
}


@dataclass(frozen=True)
class Todo:
    """Some things of one kind that wait, since when, and whose move it is."""

    title: str
    people: int
    since: datetime
    whose: str
    is_mine: bool
    path: str


def todo_items(membership: Membership, at: datetime) -> list[Todo]:
    """What waits where this membership looks: its own moves first, oldest first."""
    found = [
        *_of_rosters(membership),
        *_of_reviews(membership),
        *_of_questions(membership),
        *_of_objections(membership),
        *_of_cases(membership, at),
        *_of_own_findings(membership, at),
        *_of_likely_duplicates(membership),
    ]
    return sorted(found, key=lambda item: (not item.is_mine, item.since))


def _of_rosters(membership: Membership) -> Iterator[Todo]:
    is_employer = membership.scope == Membership.Scope.EMPLOYER
    whose = "轮到你" if is_employer else "用人单位"
    waiting = JoinRequest.objects.visible_to(membership).filter(state="waiting")
    found = waiting.aggregate(people=Count("pk"), since=Min("created_at"))
    if found["people"]:
        yield Todo(
            f"确认加入申请 {found['people']:,} 人",
            found["people"],
            found["since"],
            whose,
            is_employer,
            reverse("rosters:join-requests"),
        )
    checked = RosterImport.objects.visible_to(membership).filter(state="checked")
    found = checked.aggregate(people=Count("pk"), since=Min("created_at"))
    if found["people"]:
        yield Todo(
            f"确认核对好的名册 {found['people']:,} 份",
            found["people"],
            found["since"],
            whose,
            is_employer,
            reverse("rosters:imports"),
        )


def _of_reviews(membership: Membership) -> Iterator[Todo]:
    if membership.scope not in {
        Membership.Scope.CITY,
        Membership.Scope.PROVIDER,
        Membership.Scope.AUDITOR,
    }:
        return
    waiting = CoursewareVersion.objects.filter(
        state=CoursewareVersion.State.IN_REVIEW
    ).values_list(
        "courseware__strand__name",
        "courseware__strand__reviewer",
        "courseware__strand__reviewer__short_name",
    )
    groups = waiting.annotate(number=Count("pk"), since=Min("created_at"))
    for strand, reviewer, name, number, since in groups.order_by("since"):
        is_mine = membership.department_id == reviewer
        yield Todo(
            f"审核课件 {number:,} 个：{strand}",
            number,
            since,
            "轮到你" if is_mine else name,
            is_mine,
            f"{reverse('console:courseware-list')}?state=in_review",
        )


def _of_questions(membership: Membership) -> Iterator[Todo]:
    """Questions that wait for the office of their strand, and those sent back to me."""
    if membership.scope != Membership.Scope.CITY:
        return
    path = reverse("console:question-list")
    opened = QuestionVersion.objects.filter(question__is_retired=False)
    waiting = opened.filter(state=QuestionVersion.State.SUBMITTED).values_list(
        "question__strand__name",
        "question__strand__code",
        "question__strand__reviewer",
        "question__strand__reviewer__short_name",
    )
    groups = waiting.annotate(number=Count("pk"), since=Min("created_at"))
    for name, code, reviewer, office, number, since in groups.order_by("since"):
        is_mine = membership.department_id == reviewer
        yield Todo(
            f"审核试题 {number:,} 道：{name}",
            number,
            since,
            "轮到你" if is_mine else office,
            is_mine,
            f"{path}?state=submitted&strand={code}",
        )
    returned = opened.filter(
        state=QuestionVersion.State.RETURNED,
        pk__in=QuestionReview.objects.filter(
            actor=membership.user_id,
            decision__in=[
                QuestionReview.Decision.WRITTEN,
                QuestionReview.Decision.SUBMITTED,
            ],
        ).values("version"),
    )
    found = returned.aggregate(number=Count("pk"), since=Min("created_at"))
    if found["number"]:
        yield Todo(
            f"修改退回的试题 {found['number']:,} 道",
            found["number"],
            found["since"],
            "轮到你",
            True,
            f"{path}?state=returned",
        )


def _of_objections(membership: Membership) -> Iterator[Todo]:
    if membership.scope not in {Membership.Scope.CITY, Membership.Scope.AUDITOR}:
        return
    waiting = Objection.objects.visible_to(membership).filter(
        state=Objection.State.WAITING
    )
    found = waiting.aggregate(people=Count("pk"), since=Min("created_at"))
    if found["people"]:
        is_mine = membership.department_code() == Department.Code.LABOR
        yield Todo(
            f"答复学时申诉 {found['people']:,} 件",
            found["people"],
            found["since"],
            "轮到你" if is_mine else "人社",
            is_mine,
            reverse("courses:objections"),
        )


def _of_own_findings(membership: Membership, at: datetime) -> Iterator[Todo]:
    """Findings about one's own employer: those to read, those that await an answer."""
    if membership.scope != Membership.Scope.EMPLOYER:
        return
    path = reverse("console:findings")
    found = to_object_to(membership, at - TOLD_FOR)
    if found["people"]:
        yield Todo(
            f"看对本单位的核查认定 {found['people']:,} 件，不同意可以申诉",
            found["people"],
            found["since"],
            "轮到你",
            True,
            path,
        )
    waiting = waiting_objections(membership)
    found = waiting.aggregate(people=Count("pk"), since=Min("created_at"))
    if found["people"]:
        yield Todo(
            f"答复本单位的核查申诉 {found['people']:,} 件",
            found["people"],
            found["since"],
            "人社",
            False,
            path,
        )


def _of_likely_duplicates(membership: Membership) -> Iterator[Todo]:
    """Records that may be one person, for whom may merge them."""
    if not may_merge(membership):
        return
    waiting = visible_pairs(membership).waiting()
    found = waiting.aggregate(people=Count("pk"), since=Min("found_at"))
    if found["people"]:
        yield Todo(
            f"核对疑似重复档案 {found['people']:,} 对",
            found["people"],
            found["since"],
            "轮到你",
            True,
            reverse("console:pairs"),
        )


def _of_cases(membership: Membership, at: datetime) -> Iterator[Todo]:
    """Open cases, and objections to findings: whose move, and how many are overdue."""
    if membership.scope not in DESK:
        return
    today = timezone.localdate(at)
    decides = may_decide(membership)
    found = first_opened(Case.objects.visible_to(membership).open(), today)
    if found["people"]:
        yield Todo(
            f"核查 {found['people']:,} 件{overdue_words(found['overdue'])}",
            found["people"],
            found["since"],
            "轮到你" if decides else "人社",
            decides,
            reverse("console:case-list"),
        )
    waiting = case_objections(membership).filter(state=Objection.State.WAITING)
    mine = found_by(membership.user_id)
    for rows, is_mine, whose in (
        (waiting.exclude(mine), decides, "轮到你" if decides else "人社"),
        (waiting.filter(mine), False, "人社另一人"),
    ):
        found = rows.aggregate(
            people=Count("pk"),
            since=Min("created_at"),
            overdue=Count("pk", filter=Q(due_on__lt=today)),
        )
        if found["people"]:
            yield Todo(
                f"答复认定申诉 {found['people']:,} 件{overdue_words(found['overdue'])}",
                found["people"],
                found["since"],
                whose,
                is_mine,
                reverse("console:case-objections"),
            )


def overdue_words(number: int) -> str:
    """How many are past their day, if any."""
    return f"，{number:,} 件已超期" if number else ""
