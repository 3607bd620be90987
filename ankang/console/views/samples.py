"""Sampling (抽样): fix the list, then draw from it by a public seed."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from ankang.accounts.models import User
from ankang.console.forms import FrameForm, SampleForm
from ankang.console.http import membership_of, year_context
from ankang.console.queries.samples import (
    Drawn,
    checkpoint_after,
    drawn_people,
    file_name,
    frames_of,
    lines_to_repeat,
    record_of,
    samples_of,
    seed_of,
)
from ankang.console.views.employers import with_labels
from ankang.core.errors import Refusal
from ankang.core.http import sheet_response
from ankang.core.lists import Column, list_rows
from ankang.counting.models import Sample, SamplingFrame
from ankang.counting.sampling import draw_sample, fix_frame, frame_text
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership

READERS = (
    Membership.Scope.CITY,
    Membership.Scope.EVALUATOR,
    Membership.Scope.AUDITOR,
)
COLUMNS = (
    Column("at", "固定时间", ("-at",)),
    Column("population", "抽谁"),
    Column("people", "名单人数", ("people",), is_figure=True),
    Column("samples", "抽样"),
)


@require_GET
@staff_required(*READERS)
def samples(request: HttpRequest) -> HttpResponse:
    """The lists that were fixed and the samples drawn from them."""
    membership = membership_of(request)
    context = year_context(request)
    frames = frames_of(membership, context["year"])
    context |= {
        "listing": list_rows(frames, request.GET, columns=COLUMNS),
        "form": FrameForm(),
        "may_draw": membership.scope == Membership.Scope.AUDITOR,
    }
    return render(request, "console/samples.html", context)


@require_POST
@staff_required(Membership.Scope.AUDITOR)
def sampling_frame_create(request: HttpRequest) -> HttpResponse:
    """Fix the list as it is now."""
    form = FrameForm(request.POST)
    if not form.is_valid():
        return redirect("console:samples")
    frame = fix_frame(
        actor=cast(User, request.user),
        membership=membership_of(request),
        year=year_context(request)["year"],
        population=form.cleaned_data["population"],
        district=form.cleaned_data["district"],
        at=timezone.now(),
    )
    return redirect("console:sampling-frame", frame.pk)


@require_http_methods(["GET", "POST"])
@staff_required(*READERS)
def sampling_frame(request: HttpRequest, pk: int) -> HttpResponse:
    """A fixed list with its digest, and drawing from it."""
    frame = _frame(request, pk)
    membership = membership_of(request)
    checkpoint = checkpoint_after(frame)
    initial = {}
    if checkpoint and request.GET.get("seed") == "checkpoint":
        initial = seed_of(checkpoint)
    form = SampleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            sample = draw_sample(
                actor=cast(User, request.user),
                membership=membership,
                frame=frame,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("console:sample", sample.pk)
    context = {
        "frame": frame,
        "form": form,
        "file_name": file_name(frame),
        "checkpoint": checkpoint,
        "may_draw": membership.scope == Membership.Scope.AUDITOR,
    }
    status = 422 if form.errors else 200
    return render(request, "console/sampling_frame.html", context, status=status)


@require_GET
@staff_required(*READERS)
def sampling_frame_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The list itself: opaque numbers, one a line, and nothing else."""
    frame = _frame(request, pk)
    name = file_name(frame)
    return HttpResponse(
        frame_text(frame),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_GET
@staff_required(*READERS)
def sample(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who was drawn, and how to draw them again without us."""
    membership = membership_of(request)
    found = get_object_or_404(samples_of(membership), pk=pk)
    drawn = drawn_people(membership, found)
    with_labels([one.person for one in drawn])
    if request.GET.get("format") == "xlsx":
        return _sheet(found, drawn)
    context = {
        "sample": found,
        "frame": found.frame,
        "year": found.frame.year,
        "drawn": drawn,
        "lines": lines_to_repeat(found),
        "record": record_of(found),
    }
    return render(request, "console/sample.html", context)


def _frame(request: HttpRequest, pk: int) -> SamplingFrame:
    frames = SamplingFrame.objects.visible_to(membership_of(request))
    return get_object_or_404(frames.select_related("district", "actor"), pk=pk)


def _sheet(found: Sample, drawn: list[Drawn]) -> HttpResponseBase:
    return sheet_response(
        name=f"{found.frame.year}年度抽样{found.pk}",
        headings=[
            "序号",
            "人员编号",
            "姓名",
            "证件号码",
            "用人单位",
            "岗位",
            "情况",
            "签",
        ],
        rows=[(one.place, *_cells(one.person), one.ticket) for one in drawn],
    )


def _cells(person: Any) -> tuple[object, ...]:
    """A person with what `shown_people` and `with_labels` add."""
    return (
        person.number,
        person.name,
        person.id_mask,
        person.employer_name,
        person.post,
        person.reason_label,
    )
