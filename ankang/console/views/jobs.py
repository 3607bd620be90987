"""The page of one background job."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ankang.accounts.models import User
from ankang.core.htmx import is_htmx
from ankang.jobs.models import Job
from ankang.jobs.queries import progress_of
from ankang.jobs.services import cancel_job
from ankang.organizations.http import staff_required


@require_GET
@staff_required()
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, its end, and the way to its result."""
    return render(request, "console/job_detail.html", _context(request, pk))


@require_GET
@staff_required()
def job_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes."""
    return render(request, "console/_job.html", _context(request, pk))


@require_POST
@staff_required()
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the job to stop."""
    job = _visible_job(request, pk)
    cancel_job(job=job, actor=cast(User, request.user), at=timezone.now())
    if not is_htmx(request):
        return redirect("console:job-detail", pk)
    return render(request, "console/_job.html", _context(request, pk))


def _visible_job(request: HttpRequest, pk: int) -> Job:
    jobs = Job.objects.visible_to(request.membership)  # type: ignore[attr-defined]
    return get_object_or_404(jobs.select_related("started_by"), pk=pk)


def _context(request: HttpRequest, pk: int) -> dict[str, object]:
    job = _visible_job(request, pk)
    url = reverse("console:job-progress", args=[pk])
    return {"job": job, "progress": progress_of(job, url, timezone.now())}
