"""The exam on the phone: where one stands, the paper, each answer, the result."""

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ankang.accounts.http import LearnerRequest, device_of, learner_required
from ankang.core.errors import Refusal
from ankang.core.http import whole_number
from ankang.credits.documents import certificate_sentence, qr_inline
from ankang.credits.http import verification_address
from ankang.credits.models import Certificate
from ankang.learning.examining import (
    exam_standing,
    may_show_answers,
    questions_to_answer,
    strand_scores,
    wrong_answers,
)
from ankang.learning.models import Course, Paper
from ankang.learning.services.exams import answer_question, draw_paper

PAPERS = Paper.objects.select_related("course", "edition")


@require_http_methods(["GET", "POST"])
@learner_required
def exam(request: LearnerRequest, course_id: int) -> HttpResponse:
    """Where the person stands with the exam; a POST begins it or goes on with it."""
    course = get_object_or_404(Course, pk=course_id, is_published=True)
    at = timezone.now()
    if request.method == "POST":
        paper = draw_paper(
            person=request.person, course=course, device=device_of(request), at=at
        )
        return redirect("learning:paper", paper.pk)
    standing = exam_standing(person=request.person, course=course, at=at)
    return render(request, "learning/exam.html", {"standing": standing})


@require_GET
@never_cache
@learner_required
def paper(request: LearnerRequest, paper_id: int) -> HttpResponse:
    """The open paper, the same on every device; afterwards its result."""
    found = get_object_or_404(PAPERS, pk=paper_id, person=request.person)
    if found.handed_in_at is not None:
        return redirect("learning:paper-result", found.pk)
    questions = questions_to_answer(found)
    context = {
        "paper": found,
        "questions": questions,
        "answered_count": sum(question.is_answered for question in questions),
        "seconds_left": seconds_left(found),
    }
    return render(request, "learning/paper.html", context)


@require_POST
@learner_required
def paper_answer(request: LearnerRequest, paper_id: int) -> HttpResponse:
    """Save the answer to one question; the page sends each as it is chosen."""
    found = get_object_or_404(PAPERS, pk=paper_id, person=request.person)
    position = request.POST.get("position", "")
    try:
        answer_question(
            paper=found,
            position=whole_number(position),
            places=places_of(request.POST, "places"),
            at=timezone.now(),
        )
    except Refusal as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=422)
    return JsonResponse({"seconds_left": seconds_left(found)})


@require_GET
@never_cache
@learner_required
def paper_result(request: LearnerRequest, paper_id: int) -> HttpResponse:
    """Passed or not, the certificate, weak strands, and what comes next."""
    found = get_object_or_404(PAPERS, pk=paper_id, person=request.person)
    if found.handed_in_at is None:
        return redirect("learning:paper", found.pk)
    shows_answers = may_show_answers(found)
    scores = strand_scores(found)
    context = {
        "paper": found,
        "pass_mark": found.edition.rules().pass_mark,
        "scores": scores,
        "wrong_count": sum(score.total - score.right for score in scores),
        "weak": [score.strand.name for score in scores if score.is_weak],
        "shows_answers": shows_answers,
        "wrong": wrong_answers(found) if shows_answers else [],
        "standing": exam_standing(
            person=request.person, course=found.course, at=timezone.now()
        ),
        **(_certificate_context(request, found) if found.is_passed else {}),
    }
    return render(request, "learning/paper_result.html", context)


def places_of(data: QueryDict, name: str) -> list[int]:
    """The chosen places in a form; what is no number is a place that no paper has."""
    return [whole_number(text, -1) for text in data.getlist(name)]


def seconds_left(paper: Paper) -> int:
    """What the server's clock leaves of the time."""
    return max(0, int((paper.deadline - timezone.now()).total_seconds()))


def _certificate_context(
    request: LearnerRequest, paper: Paper
) -> dict[str, Certificate | str | SafeString | None]:
    certificate = (
        Certificate.objects.filter(
            person=request.person, source=f"course:{paper.course_id}"
        )
        .valid()
        .first()
    )
    if certificate is None:
        return {"certificate": None}
    address = verification_address(request, certificate)
    return {
        "certificate": certificate,
        "sentence": certificate_sentence(certificate),
        # Made here from our own address by the QR library, without input of anybody.
        "qr": mark_safe(qr_inline(address)),  # noqa: S308
    }
