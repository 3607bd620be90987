"""The parts of a courseware draft: its files and its check questions."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from ankang.console.forms import CheckQuestionForm
from ankang.console.http import membership_of
from ankang.console.views.courseware import open_version
from ankang.content.forms import FileForm
from ankang.content.models import CoursewareVersion
from ankang.content.services.media import (
    put_captions,
    put_poster,
    put_video,
    transcode_again,
)
from ankang.content.video import can_transcode
from ankang.core.errors import Refusal
from ankang.core.htmx import is_htmx
from ankang.jobs.models import Job
from ankang.jobs.queries import progress_of
from ankang.learning.drafted import Drafted, questions_of
from ankang.learning.services.check_questions import (
    drop_check_question,
    save_check_question,
)
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership
from ankang.quizzes.wording import BadWording

PUT = {"video": put_video, "captions": put_captions, "poster": put_poster}
AUTHORS = (Membership.Scope.CITY, Membership.Scope.PROVIDER)


class NoFile(Refusal):
    pass


@require_GET
@staff_required(*AUTHORS)
def courseware_files(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the draft's page with its files."""
    return _files(request, open_version(request, pk))


@require_POST
@staff_required(*AUTHORS)
def courseware_file(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Take the video, the captions or the poster."""
    if part not in PUT:
        raise Http404
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise NoFile(form.errors["file"][0])
    file = form.cleaned_data["file"]
    version = PUT[part](
        version=open_version(request, pk),
        membership=membership_of(request),
        file=file,
        name=file.name,
        at=timezone.now(),
    )
    return _answer(request, version)


@require_POST
@staff_required(*AUTHORS)
def courseware_transcode(request: HttpRequest, pk: int) -> HttpResponse:
    """Transcode the video once more."""
    version = transcode_again(
        version=open_version(request, pk),
        membership=membership_of(request),
        at=timezone.now(),
    )
    return _answer(request, version)


@require_http_methods(["GET", "POST"])
@staff_required(*AUTHORS)
def check_question_edit(request: HttpRequest, pk: int, code: str = "") -> HttpResponse:
    """Write a check question of the draft."""
    version = open_version(request, pk)
    drafted = _drafted(version, code)
    initial = CheckQuestionForm.initial_at(drafted) if drafted else None
    form = CheckQuestionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_check_question(
                version=version,
                membership=membership_of(request),
                wording=form.wording(),
                at_second=form.cleaned_data["at_second"],
                code=code,
            )
        except BadWording as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(
                f"{reverse('console:courseware-detail', args=[pk])}#questions"
            )
    status = 422 if form.is_bound else 200
    context = {"form": form, "version": version, "drafted": drafted}
    return render(request, "console/check_question.html", context, status=status)


@require_POST
@staff_required(*AUTHORS)
def check_question_drop(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Take a check question out of the draft."""
    drop_check_question(
        version=open_version(request, pk), membership=membership_of(request), code=code
    )
    return redirect(f"{reverse('console:courseware-detail', args=[pk])}#questions")


def _drafted(version: CoursewareVersion, code: str) -> Drafted | None:
    if not code:
        return None
    for one in questions_of(version):
        if one.code == code:
            return one
    raise Http404


def _answer(request: HttpRequest, version: CoursewareVersion) -> HttpResponse:
    if not is_htmx(request):
        return redirect("console:courseware-files", version.courseware_id)
    return _files(request, open_version(request, version.courseware_id))


def _files(request: HttpRequest, version: CoursewareVersion) -> HttpResponse:
    template = "_courseware_files" if is_htmx(request) else "courseware_files"
    context = files_context(request, version)
    return render(request, f"console/{template}.html", context)


def files_context(
    request: HttpRequest, version: CoursewareVersion
) -> dict[str, object]:
    """What the part with the files shows."""
    jobs = Job.objects.visible_to(membership_of(request))
    job = jobs.filter(pk=version.transcode_job_id or 0).first()
    progress = None
    if job is not None:
        url = reverse("console:job-progress", args=[job.pk])
        progress = progress_of(job, url, timezone.now())
    return {
        "version": version,
        "courseware": version.courseware,
        "job": job,
        "progress": progress,
        "can_transcode": can_transcode(),
    }
