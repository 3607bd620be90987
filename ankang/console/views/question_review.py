"""The review chain of the question bank, and questions that are nearly the same."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ankang.console.http import membership_of
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
    submit_question(
        version=_open(request, pk),
        membership=membership_of(request),
        at=timezone.now(),
    )
    return redirect("console:question-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY)
def question_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask these words from now on."""
    approve_question(
        version=_open(request, pk),
        membership=membership_of(request),
        comment=request.POST.get("comment", "")[:500],
        at=timezone.now(),
    )
    return redirect("console:question-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY)
def question_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the draft back with a reason."""
    return_question(
        version=_open(request, pk),
        membership=membership_of(request),
        comment=request.POST.get("comment", "")[:500],
        at=timezone.now(),
    )
    return redirect("console:question-detail", pk)


def _open(request: HttpRequest, pk: int) -> QuestionVersion:
    """The version that was never approved, else the newest: the service says no."""
    questions = Question.objects.visible_to(membership_of(request))
    question = get_object_or_404(questions, pk=pk)
    versions = question.versions.order_by("-number")
    opened = versions.exclude(state=QuestionVersion.State.APPROVED).first()
    return opened or get_object_or_404(versions[:1])
