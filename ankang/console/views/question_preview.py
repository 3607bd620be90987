"""A question as the worker will see it, to be tried before it is handed in."""

import json
from random import Random
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from ankang.console.http import membership_of
from ankang.console.views.questions import READERS, visible_question
from ankang.core.errors import Refusal
from ankang.organizations.http import staff_required
from ankang.practice.forms import given_in_form, is_empty
from ankang.practice.models import GroupQuestion, PracticeAnswer
from ankang.practice.services.answers import in_bank_numbers
from ankang.practice.services.groups import option_order
from ankang.practice.showing import explained, shown
from ankang.quizzes.grading import grade
from ankang.quizzes.models import QuestionVersion

State = QuestionVersion.State
LONGEST_RESPONSE = 5_000


@require_http_methods(["GET", "POST"])
@staff_required(*READERS)
def question_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the newest words as practice asks them; an answer is graded, not kept."""
    question = visible_question(request, pk)
    rows = QuestionVersion.objects.select_related("question__strand").order_by(
        "-number"
    )
    version = get_object_or_404(rows.filter(question=question)[:1])
    row = GroupQuestion(position=1, version=version)
    # the same order for the question and its explanation
    row.option_order = option_order(version, Random(version.pk))  # noqa: S311
    context: dict[str, Any] = {
        "question": question,
        "version": version,
        "may_submit": version.state in {State.DRAFT, State.RETURNED}
        and question.may_be_written_by(membership_of(request)),
        "asked": shown(row),
    }
    if request.method == "POST":
        context |= _tried(request, row)
    status = 422 if "sentence" in context else 200
    return render(request, "console/question_preview.html", context, status=status)


def _tried(request: HttpRequest, row: GroupQuestion) -> dict[str, Any]:
    """What comes of an answer: its explanation, or a sentence."""
    response = _response(request, row.version.kind)
    if response is None:
        return {"sentence": "还没有作答，请先选一个答案。"}
    try:
        said = in_bank_numbers(row, response)
        marks = grade(
            kind=row.version.kind,
            answer=row.version.answer,
            response=said,
            proportion=row.version.proportion,
        )
    except Refusal as refusal:
        return {"sentence": str(refusal)}
    answer = PracticeAnswer(
        version=row.version, response=said, is_right=marks.is_right, share=marks.share
    )
    return {"explained": explained(row, answer)}


def _response(request: HttpRequest, kind: str) -> Any:
    """The answer as the page's script wrote it, or as its plain form has it."""
    if text := request.POST.get("response", "")[:LONGEST_RESPONSE]:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return None
    given = given_in_form(request.POST, kind, 1)
    return None if is_empty(given) else given.response
