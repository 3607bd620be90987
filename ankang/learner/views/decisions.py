"""What was decided about one's own record, and objecting to it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ankang.accounts.http import LearnerRequest, learner_required
from ankang.integrity.services.objecting import object_to_finding
from ankang.learner.findings import decision_told, decisions_told
from ankang.learner.forms import FindingObjectionForm
from ankang.policies.models import edition_for


@require_GET
@learner_required
def decisions(request: LearnerRequest) -> HttpResponse:
    """Everything that was decided about this person, newest first."""
    told = decisions_told(request.person)
    return render(request, "learner/decisions.html", {"decisions": told})


@require_http_methods(["GET", "POST"])
@learner_required
def decision(request: LearnerRequest, decision_id: int) -> HttpResponse:
    """One decision: what was found, what it means, and the way to object."""
    told = decision_told(request.person, decision_id)
    if told is None:
        raise Http404
    form = FindingObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        object_to_finding(
            case=told.case,
            person=request.person,
            text=form.cleaned_data["text"],
            at=timezone.now(),
        )
        messages.success(request, "申诉已提交，有答复会通知你。")
        return redirect("learner:decision", decision_id)
    context = {
        "told": told,
        "form": form,
        "days": edition_for(told.case.year).rules().objection_days,
        "is_late": told.is_late(timezone.localdate()),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "learner/decision.html", context, status=status)
