"""A retest on the phone: the invitation, the questions, the result."""

import re

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ankang.accounts.http import LearnerRequest, device_of, learner_required
from ankang.core.errors import Refusal
from ankang.core.http import whole_number
from ankang.learning.examining import shown_question
from ankang.learning.views.exams import places_of
from ankang.retests.models import RetestInvitation
from ankang.retests.queries import right_by_strand
from ankang.retests.services.sitting import answer, begin, hand_in

FIELD = re.compile(r"question-(\d{1,3})")


@require_http_methods(["GET", "POST"])
@never_cache
@learner_required
def invitation(request: LearnerRequest, pk: int) -> HttpResponse:
    """What it is about, and the result; a POST begins it or goes on with it."""
    found = _own(request, pk)
    now = timezone.now()
    if request.method == "POST":
        begin(invitation=found, device=device_of(request), at=now)
        return redirect("retests:paper", pk)
    context = {
        "invitation": found,
        "retest": found.retest,
        "rules": found.retest.rules,
        "is_open": found.retest.is_open(now),
        # the bank is used again: which answers were wrong is not told
        "scores": right_by_strand(found) if found.handed_in_at else [],
    }
    return render(request, "retests/invitation.html", context)


@require_GET
@never_cache
@learner_required
def paper(request: LearnerRequest, pk: int) -> HttpResponse:
    """The questions, the same on every device, while there is time."""
    found = _own(request, pk)
    if found.begun_at is None or found.handed_in_at is not None:
        return redirect("retests:invitation", pk)
    rows = found.questions.select_related("question__question__strand")
    questions = [shown_question(row) for row in rows.order_by("position")]
    context = {
        "invitation": found,
        "questions": questions,
        "answered_count": sum(question.is_answered for question in questions),
        "seconds_left": seconds_left(found),
    }
    return render(request, "retests/paper.html", context)


@require_POST
@learner_required
def paper_answer(request: LearnerRequest, pk: int) -> HttpResponse:
    """Save the answer to one question; the page sends each as it is chosen."""
    found = _own(request, pk)
    try:
        answer(
            invitation=found,
            position=whole_number(request.POST.get("position", "")),
            places=places_of(request.POST, "places"),
            at=timezone.now(),
        )
    except Refusal as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=422)
    return JsonResponse({"seconds_left": seconds_left(found)})


@require_POST
@learner_required
def paper_hand_in(request: LearnerRequest, pk: int) -> HttpResponse:
    """Hand in with whatever answers the form holds, and go to the result."""
    answers = {
        int(match[1]): places_of(request.POST, name)
        for name in request.POST
        if (match := FIELD.fullmatch(name))
    }
    hand_in(invitation=_own(request, pk), answers=answers, at=timezone.now())
    return redirect("retests:invitation", pk)


def seconds_left(invitation: RetestInvitation) -> int:
    """What the server's clock leaves of the time."""
    if invitation.due_at is None:
        return 0
    return max(0, int((invitation.due_at - timezone.now()).total_seconds()))


def _own(request: LearnerRequest, pk: int) -> RetestInvitation:
    rows = RetestInvitation.objects.select_related("retest__edition")
    return get_object_or_404(rows, pk=pk, person=request.person)
