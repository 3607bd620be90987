"""Objecting, and reading the answer."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ankang.accounts.http import LearnerRequest, learner_required
from ankang.learner.findings import decisions_told
from ankang.learner.forms import ObjectionForm
from ankang.learner.ledger import about_of
from ankang.learning.models import Objection
from ankang.learning.services.watch import object_to


@require_http_methods(["GET", "POST"])
@learner_required
def object_page(request: LearnerRequest) -> HttpResponse:
    """Object to one line of one's own record."""
    subject = request.GET.get("subject", "")
    about = about_of(person=request.person, subject=subject)
    if about is None:
        raise Http404
    waiting = request.person.objections.filter(
        subject=subject, state=Objection.State.WAITING
    ).first()
    if waiting is not None and request.method == "GET":
        return redirect("learner:objection", waiting.pk)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = object_to(
            person=request.person,
            subject=subject,
            about=about,
            text=form.cleaned_data["text"],
            at=timezone.now(),
        )
        messages.success(request, "申诉已提交，有答复会通知你。")
        return redirect("learner:objection", made.pk)
    context = {"form": form, "about": about, "is_leaving": "employment:" in subject}
    status = 422 if request.method == "POST" else 200
    return render(request, "learner/object.html", context, status=status)


@require_GET
@learner_required
def objection(request: LearnerRequest, objection_id: int) -> HttpResponse:
    """One's own objection and its answer."""
    found = get_object_or_404(request.person.objections, pk=objection_id)
    finding = next(
        (
            told.decision
            for told in decisions_told(request.person)
            if told.objection == found and told.exclusion
        ),
        None,
    )
    context = {"objection": found, "finding": finding}
    return render(request, "learner/objection.html", context)
