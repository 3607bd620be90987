"""The review chain of the question bank, and questions that are nearly the same."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ankang.console.http import membership_of
from ankang.core.errors import Refusal
from ankang.core.http import whole_number
from ankang.core.lists import PAGE_SIZE
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership
from ankang.quizzes.grading import PERCENT
from ankang.quizzes.models import Question, QuestionVersion
from ankang.quizzes.queries import latest_versions, limits_on
from ankang.quizzes.services.review import (
    approve_question,
    return_question,
    submit_question,
)
from ankang.quizzes.similar import alike

MOST_PAIRS = 100


@require_GET
@staff_required(Membership.Scope.CITY)
def similar(request: HttpRequest) -> HttpResponse:
    """Pairs of questions in use that share most of their words, side by side."""
    rows = Question.objects.visible_to(membership_of(request)).filter(is_retired=False)
    versions = {one.pk: one for one in latest_versions(rows)}
    rules = limits_on(timezone.localdate())
    texts = {pk: " ".join([one.stem, *one.options]) for pk, one in versions.items()}
    pairs = alike(texts, least=rules.alike_percent / PERCENT)
    shown = [
        {
            "percent": round(PERCENT * pair.share),
            "questions": [versions[pair.one], versions[pair.other]],
        }
        for pair in pairs[:MOST_PAIRS]
    ]
    context = {"pairs": shown, "count": len(pairs), "rules": rules}
    return render(request, "console/question_similar.html", context)


@require_POST
@staff_required(Membership.Scope.CITY)
def question_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the draft to the office that reviews."""
    _submit(_open(request, pk), request)
    return redirect("console:question-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY)
def question_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask these words from now on."""
    _approve(_open(request, pk), request)
    return redirect("console:question-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY)
def question_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the draft back with a reason."""
    _return(_open(request, pk), request)
    return redirect("console:question-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY)
def questions_together(request: HttpRequest) -> HttpResponse:
    """Submit, approve or return the ticked questions; each by its own rules."""
    act = TOGETHER.get(request.POST.get("act", ""))
    keys = [whole_number(key) for key in request.POST.getlist("question")]
    if act is None or not keys:
        messages.error(request, "请先在列表里勾选试题。")
        return _back_to_list(request)
    done, refused = 0, Counter[str]()
    for key in keys[:PAGE_SIZE]:
        try:
            act(_open(request, key), request)
        except Refusal as refusal:
            refused[str(refusal)] += 1
        else:
            done += 1
    if done:
        messages.success(request, f"{LABELS[request.POST['act']]} {done} 道。")
    for sentence, number in refused.items():
        messages.error(request, f"{number} 道没有处理：{sentence}")
    return _back_to_list(request)


def _back_to_list(request: HttpRequest) -> HttpResponse:
    """The list as it was filtered."""
    query = request.GET.urlencode()
    path = reverse("console:question-list")
    return redirect(f"{path}?{query}" if query else path)


def _submit(version: QuestionVersion, request: HttpRequest) -> None:
    membership = membership_of(request)
    submit_question(version=version, membership=membership, at=timezone.now())


def _approve(version: QuestionVersion, request: HttpRequest) -> None:
    approve_question(
        version=version,
        membership=membership_of(request),
        comment=_comment(request),
        at=timezone.now(),
    )


def _return(version: QuestionVersion, request: HttpRequest) -> None:
    return_question(
        version=version,
        membership=membership_of(request),
        comment=_comment(request),
        at=timezone.now(),
    )


def _comment(request: HttpRequest) -> str:
    return request.POST.get("comment", "")[:500]


TOGETHER = {"submit": _submit, "approve": _approve, "return": _return}
LABELS = {"submit": "已提交审核", "approve": "已审定", "return": "已退回"}


def _open(request: HttpRequest, pk: int) -> QuestionVersion:
    """The version that was never approved, else the newest: the service says no."""
    questions = Question.objects.visible_to(membership_of(request))
    question = get_object_or_404(questions, pk=pk)
    versions = question.versions.order_by("-number")
    opened = versions.exclude(state=QuestionVersion.State.APPROVED).first()
    return opened or get_object_or_404(versions[:1])
