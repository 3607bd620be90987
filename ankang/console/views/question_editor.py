"""Writing one question of the bank."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ankang.console.http import membership_of
from ankang.console.views.questions import visible_question
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership
from ankang.quizzes.forms import BankQuestionForm
from ankang.quizzes.models import Question
from ankang.quizzes.services.bank import save_question
from ankang.quizzes.wording import BadWording, wording_of


@require_http_methods(["GET", "POST"])
@staff_required(Membership.Scope.CITY)
def question_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write an exam question; a change is its next version."""
    question = visible_question(request, pk) if pk else _new_question()
    if pk and not question.may_be_written_by(membership_of(request)):
        return redirect("console:question-detail", pk)
    form = BankQuestionForm(
        request.POST or None, is_new=not pk, initial=_initial(question)
    )
    if request.method == "POST" and form.is_valid():
        try:
            version = save_question(
                question=form.placed(question),
                membership=membership_of(request),
                wording=form.wording(),
                at=timezone.now(),
            )
        except BadWording as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("console:question-detail", version.question_id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "question": question}
    return render(request, "console/question_edit.html", context, status=status)


def _new_question() -> Question:
    return Question(code=f"exam-{secrets.token_hex(4)}", purpose=Question.Purpose.EXAM)


def _initial(question: Question) -> dict[str, Any]:
    current = question.versions.filter(is_current=True).first() if question.pk else None
    placed = {"topic": question.topic, "difficulty": question.difficulty}
    if current is None:
        return placed
    return {**placed, **BankQuestionForm.initial_of(wording_of(current))}
