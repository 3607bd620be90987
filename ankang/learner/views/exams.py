"""Handing in an exam: the one act that reaches from learning to the count."""

import re

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from ankang.accounts.http import LearnerRequest, learner_required
from ankang.learner.services import finish_exam
from ankang.learning.models import Paper
from ankang.learning.views.exams import places_of

FIELD = re.compile(r"question-(\d{1,3})")


@require_POST
@learner_required
def hand_in_paper(request: LearnerRequest, paper_id: int) -> HttpResponse:
    """Hand in with whatever answers the form holds, and go to the result."""
    paper = get_object_or_404(Paper, pk=paper_id, person=request.person)
    answers = {
        int(match[1]): places_of(request.POST, name)
        for name in request.POST
        if (match := FIELD.fullmatch(name))
    }
    finish_exam(paper=paper, answers=answers, at=timezone.now())
    return redirect("learning:paper-result", paper.pk)
