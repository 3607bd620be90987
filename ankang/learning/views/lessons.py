"""A lesson on the phone: the page, its watch session, its presence check, its question."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ankang.accounts.http import LearnerRequest, device_of, learner_required
from ankang.core.errors import Refusal
from ankang.core.http import whole_number
from ankang.learning.accounting import bits_of, ranges_of
from ankang.learning.models import Lesson, WatchSession
from ankang.learning.queries import lesson_ledger, next_check_question
from ankang.learning.services.beats import receive
from ankang.learning.services.watch import (
    answer_check,
    answer_check_question,
    open_session,
)

LESSONS = Lesson.objects.select_related(
    "course", "courseware__strand", "courseware__published__video"
).filter(course__is_published=True, courseware__published__isnull=False)


@require_GET
@learner_required
def lesson(request: LearnerRequest, lesson_id: int) -> HttpResponse:
    """The lesson page. Opening it credits nothing: watching does."""
    found = get_object_or_404(LESSONS, pk=lesson_id)
    ledger = lesson_ledger(person=request.person, lesson=found)
    shown = {"lesson": found, "ledger": ledger, "collector": settings.COLLECTOR}
    return render(request, "learning/lesson.html", shown)


@require_GET
@learner_required
def lesson_ledger_fragment(request: LearnerRequest, lesson_id: int) -> HttpResponse:
    """What is credited and what is left to do, after something changed."""
    found = get_object_or_404(LESSONS, pk=lesson_id)
    ledger = lesson_ledger(person=request.person, lesson=found)
    return render(request, "learning/_ledger.html", {"lesson": found, "ledger": ledger})


@require_POST
@learner_required
def open_lesson(request: LearnerRequest, lesson_id: int) -> JsonResponse:
    """Open a watch session when the person presses play."""
    found = get_object_or_404(LESSONS, pk=lesson_id)
    try:
        opened = open_session(
            person=request.person,
            lesson=found,
            device=device_of(request),
            at=timezone.now(),
        )
    except Refusal as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=422)
    covered = int.from_bytes(opened.coverage.covered, "little")
    duration = opened.session.version.duration_seconds
    gaps = ranges_of(bits_of([(0, duration)]) & ~covered)
    return JsonResponse(
        {
            "session": opened.session.pk,
            "token": opened.token,
            "resume": gaps[0][0] if gaps else 0,
            "covered": ranges_of(covered),
            "duration": duration,
            "beat_seconds": opened.session.edition.rules().beat_seconds,
            "check_seconds": opened.session.edition.rules().presence_window_seconds,
        }
    )


@csrf_exempt
@require_POST
@login_not_required
def beats(request: HttpRequest) -> JsonResponse:
    """Beats where the short road of config.wsgi is not in use. The token is the key."""
    status, said = receive(request.body, timezone.now())
    return JsonResponse(said, status=status)


@require_POST
@learner_required
def presence(request: LearnerRequest) -> JsonResponse:
    """Answer the open presence check of one's own session."""
    answer = read_answer(request)
    session = get_object_or_404(
        WatchSession.objects.select_related("version", "edition"),
        pk=answer["session"],
        person=request.person,
    )
    try:
        coverage, is_right = answer_check(
            session=session,
            nonce=answer["nonce"],
            chosen=answer["chosen"],
            at=timezone.now(),
        )
    except Refusal as refusal:
        return JsonResponse({"sentence": str(refusal), "is_over": True}, status=422)
    if not is_right:
        is_over = coverage.check_issued_at is None
        sentence = (
            "两次都没答对，这一小段不计，接着看。" if is_over else "不对，再想想。"
        )
        return JsonResponse({"sentence": sentence, "is_over": is_over}, status=422)
    return JsonResponse(
        {
            "credited": coverage.credited_seconds,
            "covered": ranges_of(int.from_bytes(coverage.covered, "little")),
        }
    )


def read_answer(request: HttpRequest) -> dict[str, Any]:
    """The JSON of a presence answer, with impossible values for whatever is missing."""
    try:
        raw = json.loads(request.body)
    except (ValueError, RecursionError):
        raw = {}
    said = raw if isinstance(raw, dict) else {}
    session, chosen = said.get("session"), said.get("chosen")
    nonce = said.get("nonce")
    is_token = isinstance(nonce, str) and nonce.isascii() and nonce.isprintable()
    return {
        "session": session if isinstance(session, int) else 0,
        "nonce": nonce if is_token else "",
        "chosen": [n for n in chosen if isinstance(n, int)]
        if isinstance(chosen, list)
        else [],
    }


@require_http_methods(["GET", "POST"])
@learner_required
def check_question(request: LearnerRequest, lesson_id: int) -> HttpResponse:
    """The lesson's check question; after a wrong answer why, and another one."""
    found = get_object_or_404(LESSONS, pk=lesson_id)
    question = next_check_question(person=request.person, lesson=found)
    if question is None:
        return redirect("learning:lesson", found.pk)
    context: dict[str, Any] = {"lesson": found, "question": question}
    if request.method == "POST":
        chosen = [whole_number(n, -1) for n in request.POST.getlist("chosen")]
        if not chosen:
            context["sentence"] = "请先选一个答案。"
            return render(request, "learning/check_question.html", context, status=422)
        context["answer"] = answer_check_question(
            person=request.person,
            lesson=found,
            question=question,
            chosen=chosen,
            at=timezone.now(),
        )
        context["ledger"] = lesson_ledger(person=request.person, lesson=found)
    return render(request, "learning/check_question.html", context)
