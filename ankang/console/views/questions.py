"""The question bank: the list, one question with its versions, writing it."""

from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_POST,
)

from ankang.audit.models import AuditEntry
from ankang.console.http import membership_of
from ankang.console.queries.items import item_figures, reasons_of
from ankang.console.views.question_files import exported
from ankang.core.lists import Column, Filter, list_rows
from ankang.learning.drafted import choices_of
from ankang.learning.models import CheckQuestion
from ankang.learning.services.courses import retire_bank_question
from ankang.organizations.http import staff_required
from ankang.organizations.models import Department, Industry, Membership, Strand
from ankang.quizzes.grading import PERCENT
from ankang.quizzes.models import (
    ItemFigures,
    Question,
    QuestionReview,
    QuestionVersion,
)
from ankang.quizzes.queries import limits_on, topics, with_current
from ankang.quizzes.services.bank import restore_question
from ankang.quizzes.statistics import Item
from ankang.quizzes.wording import wording_of

State = QuestionVersion.State
READERS = (
    Membership.Scope.CITY,
    Membership.Scope.PROVIDER,
    Membership.Scope.EVALUATOR,
    Membership.Scope.AUDITOR,
)
COLUMNS = [
    Column("code", "题目", ("code",)),
    Column("strand", "板块", ("strand",)),
    Column("purpose", "用途", ("purpose",)),
    Column("kind", "题型", ("current_kind",)),
    Column("difficulty", "难度", ("difficulty",), is_figure=True),
    Column("easiness", "答对", ("easiness",), is_figure=True, has_gaps=True),
    Column(
        "discrimination", "区分度", ("discrimination",), is_figure=True, has_gaps=True
    ),
    Column("seconds", "用时", ("seconds",), is_figure=True, has_gaps=True),
    Column("state", "状态", ("is_retired",)),
]


@require_GET
@staff_required(*READERS)
def question_list(request: HttpRequest) -> HttpResponseBase:
    """The questions that one may see."""
    membership = membership_of(request)
    rows = with_current(Question.objects.visible_to(membership))
    listing = list_rows(
        rows.select_related("strand"),
        request.GET,
        columns=COLUMNS,
        filters=_filters(),
        search=lambda rows, text: (
            rows.filter(current_stem__icontains=text)
            | rows.filter(code__icontains=text)
            | rows.filter(topic__icontains=text)
        ),
    )
    if form := request.GET.get("export"):
        return exported(listing.rows, form)
    for row in listing.page:
        row.kind_label = dict(QuestionVersion.Kind.choices).get(row.current_kind, "")
        row.state_label = dict(State.choices).get(row.open_state, "")
        row.percent = None if row.easiness is None else round(PERCENT * row.easiness)
    context = {
        "listing": listing,
        "may_write": may_add(membership),
        "has_open": any(row.open_state for row in listing.page),
        "reckoned_at": ItemFigures.objects.aggregate(at=Max("reckoned_at"))["at"],
    }
    return render(request, "console/question_list.html", context)


def _filters() -> list[Filter]:
    return [
        Filter(
            "strand",
            "板块",
            list(Strand.objects.order_by("pk").values_list("code", "name")),
            lambda rows, value: rows.filter(strand__code=value),
        ),
        Filter(
            "purpose",
            "用途",
            Question.Purpose.choices,
            lambda rows, value: rows.filter(purpose=value),
        ),
        Filter(
            "kind",
            "题型",
            QuestionVersion.Kind.choices,
            lambda rows, value: rows.filter(current_kind=value),
        ),
        Filter(
            "difficulty",
            "难度",
            [("1", "1 易"), ("2", "2 中"), ("3", "3 难")],
            lambda rows, value: rows.filter(difficulty=value),
        ),
        Filter(
            "industry",
            "行业",
            list(Industry.objects.order_by("code").values_list("code", "name")),
            # JSON that holds a text is asked the same way by both databases
            lambda rows, value: rows.filter(industries__icontains=f'"{value}"'),
        ),
        Filter(
            "state",
            "状态",
            [
                ("used", "在用"),
                ("retired", "停用"),
                *(one for one in State.choices if one[0] != State.APPROVED),
            ],
            _in_state,
        ),
        Filter(
            "topic",
            "主题",
            [(one, one) for one in topics()],
            lambda rows, value: rows.filter(topic=value),
        ),
        Filter(
            "look",
            "作答情况",
            [("yes", "需检查")],
            lambda rows, value: rows.filter(needs_look=True),
        ),
    ]


def _in_state(rows: Any, value: str) -> Any:
    if value in {"used", "retired"}:
        return rows.filter(is_retired=value == "retired")
    return rows.filter(open_state=value)


@require_GET
@staff_required(*READERS)
def question_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The question as a learner sees it, and every version of it."""
    question = visible_question(request, pk)
    versions = list(question.versions.order_by("-number"))
    shown = [_shown(version) for version in versions]
    current = next((one for one in shown if one["version"].is_current), None)
    opened = next(
        (one for one in shown if one["version"].state != State.APPROVED), None
    )
    membership = membership_of(request)
    rules = limits_on(timezone.localdate())
    item = item_figures(current["version"]) if current else None
    link = (
        CheckQuestion.objects.filter(question=question)
        .select_related("courseware")
        .first()
    )
    context = {
        "question": question,
        "shown": shown,
        "current": current,
        "opened": opened,
        "older": [one for one in shown if one not in (current, opened)],
        "item": item,
        "easiness": round(PERCENT * (item.easiness or 0)) if item else 0,
        "chosen": _chosen(current, item),
        "reasons": reasons_of(current["version"], item, rules)
        if current and item
        else [],
        "reviews": QuestionReview.objects.filter(version__question=question)
        .select_related("actor", "department", "version")
        .order_by("-pk")[:20],
        "may_review": membership.department_id == question.strand.reviewer_id,
        "link": link,
        "may_write": question.may_be_written_by(membership),
        "entries": AuditEntry.objects.filter(target=f"question:{pk}")
        .select_related("actor")
        .order_by("-pk")[:20],
    }
    return render(request, "console/question_detail.html", context)


def _shown(version: QuestionVersion) -> dict[str, Any]:
    wording = wording_of(version)
    choices: list[Any] = []
    if version.kind in {"single", "multiple", "true_false"}:
        choices = choices_of(wording)
    steps = wording.answer if version.kind == "ordering" else ()
    return {
        "version": version,
        "wording": wording,
        "choices": choices,
        "steps": [wording.options[number] for number in steps],
        "spots": [
            {**one, "cy": round(one["y"] * version.proportion, 2)}
            for one in (wording.answer if version.kind == "hazard" else ())
        ],
        "tall": round(PERCENT * version.proportion, 2),
    }


def _chosen(current: dict[str, Any] | None, item: Item | None) -> list[dict[str, Any]]:
    """How often each option was chosen, with its share for the bar."""
    if current is None or item is None or not item.chosen:
        return []
    return [
        {
            "letter": choice.letter,
            "is_right": choice.is_right,
            "times": item.chosen.get(number, 0),
            "percent": round(PERCENT * item.chosen.get(number, 0) / item.answers),
        }
        for number, choice in enumerate(current["choices"])
    ]


@require_POST
@staff_required(Membership.Scope.CITY)
def question_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop asking the question."""
    retire_bank_question(
        question=visible_question(request, pk),
        membership=membership_of(request),
        at=timezone.now(),
    )
    return redirect("console:question-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY)
def question_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the question again."""
    restore_question(
        question=visible_question(request, pk),
        membership=membership_of(request),
        at=timezone.now(),
    )
    return redirect("console:question-detail", pk)


def visible_question(request: HttpRequest, pk: int) -> Question:
    rows = Question.objects.visible_to(membership_of(request))
    return get_object_or_404(rows.select_related("strand__reviewer"), pk=pk)


def may_add(membership: Membership) -> bool:
    offices = {Department.Code.LABOR, Department.Code.EMERGENCY, Department.Code.HEALTH}
    return membership.department_code() in offices
