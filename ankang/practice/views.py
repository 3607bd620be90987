"""Practice on the phone: the page of modes, a group, its answers, its result."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ankang.accounts.http import LearnerRequest, device_of, learner_required
from ankang.core.errors import Refusal
from ankang.core.http import whole_number
from ankang.points.queries.mine import today_of
from ankang.practice.forms import given_in_form, given_in_json, is_empty
from ankang.practice.hub import practice_of
from ankang.practice.models import Mode, PracticeGroup
from ankang.practice.queries import points_of
from ankang.practice.services.answers import Receipt, receive_answers
from ankang.practice.services.groups import end_group, open_group
from ankang.practice.showing import (
    Place,
    Result,
    notebook_of,
    place_of,
    places_of,
    rows_of,
)

GROUPS = PracticeGroup.objects.select_related("edition", "person")


@require_GET
@learner_required
def hub(request: LearnerRequest) -> HttpResponse:
    """Each mode as it stands, and what to do next."""
    now = timezone.now()
    context = {
        "practice": practice_of(person=request.person, at=now),
        "today": today_of(person=request.person, at=now),
    }
    return render(request, "practice/hub.html", context)


@require_GET
@learner_required
def mode_page(request: LearnerRequest, name: str) -> HttpResponse:
    """What a mode is, how it stands, and its beginning."""
    mode = mode_of(name)
    practice = practice_of(person=request.person, at=timezone.now())
    context = {
        "practice": practice,
        "state": practice.mode(mode),
        "notebook": notebook_of(practice.notebook, practice.mendable)
        if mode == Mode.MISTAKES
        else [],
    }
    return render(request, f"practice/modes/{mode.value}.html", context)


@require_POST
@learner_required
def start(request: LearnerRequest, name: str) -> HttpResponse:
    """Fetch a group, or go on with the one that is open."""
    group = open_group(
        person=request.person,
        mode=mode_of(name),
        topic=request.POST.get("topic", ""),
        device=device_of(request),
        at=timezone.now(),
    )
    return redirect("practice:group", group.pk)


@require_GET
@never_cache
@learner_required
def group_page(request: LearnerRequest, group_id: int) -> HttpResponse:
    """The whole group without its answers; without a script one question of it."""
    group = get_object_or_404(GROUPS, pk=group_id, person=request.person)
    now = timezone.now()
    places = places_of(group)
    waiting = [one.position for one in places if one.question]
    asked_for = whole_number(request.GET.get("q", ""))
    if not asked_for and (not waiting or not group.may_go_on(now)):
        return redirect("practice:result", group.pk)
    first = waiting[0] if waiting else 1
    current = asked_for if 0 < asked_for <= len(places) else first
    context = {
        "group": group,
        "places": places,
        "current": current,
        "next_position": next((one for one in waiting if one > current), None)
        or next((one for one in waiting if one != current), None),
        "answered": len(places) - len(waiting),
        "seconds_left": max(0, int((group.due_at - now).total_seconds())),
    }
    return render(request, "practice/group.html", context)


@require_POST
@learner_required
def answers(request: LearnerRequest, group_id: int) -> HttpResponse:
    """Answers out of the page's queue: what is graded comes back explained."""
    group = get_object_or_404(GROUPS, pk=group_id, person=request.person)
    now = timezone.now()
    try:
        receipt = receive_answers(
            group=group,
            device=device_of(request),
            given=given_in_json(request.body),
            at=now,
        )
    except Refusal as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=422)
    return JsonResponse(_told(request, receipt))


@require_POST
@learner_required
def question_form(
    request: LearnerRequest, group_id: int, position: int
) -> HttpResponse:
    """One answer from a page without a script; then its explanation."""
    group = get_object_or_404(GROUPS, pk=group_id, person=request.person)
    row = get_object_or_404(
        group.questions.select_related("version"), position=position
    )
    given = given_in_form(request.POST, row.version.kind, position)
    here = f"{reverse('practice:group', args=[group.pk])}?q={position}"
    if is_empty(given):
        return redirect(f"{here}&empty=1")
    receipt = receive_answers(
        group=group, device=device_of(request), given=[given], at=timezone.now()
    )
    for refusal in receipt.refused.values():
        raise refusal
    return redirect(here)


@require_POST
@learner_required
def end(request: LearnerRequest, group_id: int) -> HttpResponse:
    """Leave the group as it is."""
    group = get_object_or_404(GROUPS, pk=group_id, person=request.person)
    end_group(group=group, at=timezone.now())
    return redirect("practice:result", group.pk)


@require_GET
@never_cache
@learner_required
def result(request: LearnerRequest, group_id: int) -> HttpResponse:
    """How the group came out; each answered question with its explanation."""
    group = get_object_or_404(GROUPS, pk=group_id, person=request.person)
    now = timezone.now()
    practice = practice_of(person=request.person, at=now)
    context = {
        "result": Result(group, places_of(group), points_of(group)),
        "practice": practice,
        "state": practice.mode(Mode(group.mode)),
        "may_go_on": group.may_go_on(now),
    }
    return render(request, "practice/result.html", context)


def mode_of(name: str) -> Mode:
    """The mode that an address names; any other word is no address."""
    if name not in Mode.values:
        raise Http404
    return Mode(name)


def _told(request: LearnerRequest, receipt: Receipt) -> dict[str, object]:
    """What the page is told: explanations of what was answered, more of a run."""
    group = receipt.group
    rows = {row.position: row for row in rows_of(group)}
    graded = [
        place_of(rows[position], answer)
        for position, answer in sorted(receipt.graded.items())
    ]
    return {
        "graded": [_html(request, group, place) for place in graded],
        "refused": [
            {"position": position, "sentence": str(refusal)}
            for position, refusal in sorted(receipt.refused.items())
        ],
        "more": [
            _html(request, group, place_of(rows[position], None))
            for position in sorted(receipt.added)
        ],
        "is_over": group.closed_at is not None,
        "right": group.right,
        "seconds_left": max(0, int((group.due_at - timezone.now()).total_seconds())),
    }


def _html(
    request: LearnerRequest, group: PracticeGroup, place: Place
) -> dict[str, object]:
    context = {"group": group, "place": place, "is_hidden": True}
    html = render_to_string("practice/_place.html", context, request=request)
    is_right = place.explained.is_right if place.explained else None
    return {"position": place.position, "html": html, "is_right": is_right}
