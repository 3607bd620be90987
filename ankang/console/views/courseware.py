"""Courseware: the list, one piece with its history, writing and reviewing it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from ankang.console.http import go, membership_of
from ankang.content.forms import BeginForm, DraftForm, ReviewForm
from ankang.content.models import (
    Courseware,
    CoursewareVersion,
    ReviewStep,
    may_write_courseware,
)
from ankang.content.queries import TONES, whose_move
from ankang.content.queries import courseware_list as list_of
from ankang.content.services.drafts import (
    OPEN,
    Words,
    create_courseware,
    discard_draft,
    save_draft,
)
from ankang.content.services.review import return_version, submit_version
from ankang.core.http import sheet_response
from ankang.core.lists import Column, Filter, list_rows
from ankang.learning.drafted import questions_of
from ankang.learning.models import Lesson
from ankang.learning.services.check_questions import (
    publish_version,
    start_next_version,
)
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership, Strand

State = CoursewareVersion.State
COLUMNS = [
    Column("changed", "标题", ("-changed_at",)),
    Column("strand", "板块", ("strand",)),
    Column("kind", "形式", ("kind",)),
    Column("seconds", "时长", ("newest_seconds",), is_figure=True),
    Column("version", "版本", ("newest_number",), is_figure=True),
    Column("state", "状态", ("newest_state",)),
]


@require_GET
@staff_required()
def courseware_list(request: HttpRequest) -> HttpResponse:
    """All courseware that one may see, with the state of its newest version."""
    membership = membership_of(request)
    rows = list_of(membership)
    listing = list_rows(
        rows.select_related("strand"),
        request.GET,
        columns=COLUMNS,
        filters=[
            Filter(
                "strand",
                "板块",
                list(Strand.objects.order_by("pk").values_list("code", "name")),
                lambda rows, value: rows.filter(strand__code=value),
            ),
            Filter(
                "kind",
                "形式",
                Courseware.Kind.choices,
                lambda rows, value: rows.filter(kind=value),
            ),
            Filter(
                "state",
                "状态",
                State.choices[:4],
                lambda rows, value: rows.filter(newest_state=value),
            ),
        ],
        search=lambda rows, text: (
            rows.filter(title__icontains=text) | rows.filter(topic__icontains=text)
        ),
    )
    if request.GET.get("export"):
        return _exported(listing.rows)
    for row in listing.page:
        row.state_label = State(row.newest_state).label
        row.tone = TONES[State(row.newest_state)]
    context = {"listing": listing, "may_write": may_write_courseware(membership)}
    return render(request, "console/courseware_list.html", context)


def _exported(rows: Any) -> HttpResponse:
    lines = (
        (
            row.title,
            row.topic,
            row.strand.name,
            row.get_kind_display(),
            row.newest_seconds,
            row.newest_number,
            State(row.newest_state).label,
        )
        for row in rows.iterator(chunk_size=500)
    )
    headings = ["标题", "主题", "板块", "形式", "时长（秒）", "版本", "状态"]
    return sheet_response(name="课件", headings=headings, rows=lines)  # type: ignore[return-value]


@require_http_methods(["GET", "POST"])
@staff_required(Membership.Scope.CITY, Membership.Scope.PROVIDER)
def courseware_create(request: HttpRequest) -> HttpResponse:
    """Name a new piece; the rest is written on its draft."""
    form = BeginForm(request.POST or None, initial={"kind": Courseware.Kind.VIDEO})
    if request.method == "POST" and form.is_valid():
        version = create_courseware(
            membership=membership_of(request),
            kind=form.cleaned_data["kind"],
            strand=form.cleaned_data["strand"],
            words=Words(title=form.cleaned_data["title"]),
            at=timezone.now(),
        )
        return redirect("console:courseware-edit", version.courseware_id)
    status = 422 if form.is_bound else 200
    context = {"form": form}
    return render(request, "console/courseware_create.html", context, status=status)


@require_GET
@staff_required()
def courseware_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The version that is worked on, its history, and whose move it is."""
    courseware = visible_courseware(request, pk)
    version = _versions(request, courseware).order_by("-number").first()
    return _version_page(request, courseware, version)


@require_GET
@staff_required()
def courseware_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One version as learners saw it."""
    courseware = visible_courseware(request, pk)
    version = get_object_or_404(_versions(request, courseware), number=number)
    return _version_page(request, courseware, version)


@require_http_methods(["GET", "POST"])
@staff_required(Membership.Scope.CITY, Membership.Scope.PROVIDER)
def courseware_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft: its words, files and check questions."""
    version = open_version(request, pk)
    kind = version.courseware.kind
    form = DraftForm(
        request.POST or None, kind=kind, initial=DraftForm.initial_of(version)
    )
    if request.method == "POST" and form.is_valid():
        save_draft(
            version=version,
            membership=membership_of(request),
            words=form.words(),
            at=timezone.now(),
        )
        return redirect("console:courseware-detail", pk)
    if not version.is_editable() or not version.courseware.may_be_written_by(
        membership_of(request)
    ):
        return redirect("console:courseware-detail", pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "version": version, "courseware": version.courseware}
    return render(request, "console/courseware_edit.html", context, status=status)


@require_POST
@staff_required(Membership.Scope.CITY, Membership.Scope.PROVIDER)
def courseware_version_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version."""
    start_next_version(
        courseware=visible_courseware(request, pk),
        membership=membership_of(request),
        at=timezone.now(),
    )
    return go(request, "console:courseware-edit", pk)


@require_POST
@staff_required(Membership.Scope.CITY, Membership.Scope.PROVIDER)
def courseware_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the draft to the reviewing office."""
    submit_version(
        version=open_version(request, pk),
        membership=membership_of(request),
        at=timezone.now(),
    )
    return go(request, "console:courseware-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY)
def courseware_approve(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Publish the version in review."""
    publish_version(
        version=_numbered(request, pk, number),
        membership=membership_of(request),
        comment=_comment(request),
        at=timezone.now(),
    )
    return go(request, "console:courseware-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY)
def courseware_return(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Send the version in review back to its author."""
    return_version(
        version=_numbered(request, pk, number),
        membership=membership_of(request),
        comment=_comment(request),
        at=timezone.now(),
    )
    return go(request, "console:courseware-detail", pk)


@require_POST
@staff_required(Membership.Scope.CITY, Membership.Scope.PROVIDER)
def courseware_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    discard_draft(
        version=open_version(request, pk),
        membership=membership_of(request),
        at=timezone.now(),
    )
    return go(request, "console:courseware-list")


def visible_courseware(request: HttpRequest, pk: int) -> Courseware:
    """The courseware, if this request may see it."""
    rows = Courseware.objects.visible_to(membership_of(request))
    return get_object_or_404(rows.select_related("strand__reviewer"), pk=pk)


def open_version(request: HttpRequest, pk: int) -> CoursewareVersion:
    """The version that is not published yet, if this request may see it."""
    courseware = visible_courseware(request, pk)
    versions = courseware.versions.filter(state__in=OPEN).select_related(
        "courseware__strand__reviewer", "video", "captions", "poster", "transcode_job"
    )
    return get_object_or_404(versions)


def _numbered(request: HttpRequest, pk: int, number: int) -> CoursewareVersion:
    courseware = visible_courseware(request, pk)
    return get_object_or_404(courseware.versions, number=number)


def _comment(request: HttpRequest) -> str:
    form = ReviewForm(request.POST)
    form.is_valid()
    return str(form.cleaned_data.get("comment", ""))[:500]


def _versions(request: HttpRequest, courseware: Courseware) -> Any:
    rows = CoursewareVersion.objects.visible_to(membership_of(request))
    return rows.filter(courseware=courseware).select_related(
        "courseware__strand__reviewer", "video", "captions", "poster", "transcode_job"
    )


def _version_page(
    request: HttpRequest, courseware: Courseware, version: CoursewareVersion
) -> HttpResponse:
    membership = membership_of(request)
    visible = list(_versions(request, courseware).order_by("-number"))
    for one in visible:
        one.tone = TONES[State(one.state)]
    move = whose_move(version, membership)
    may_write = courseware.may_be_written_by(membership)
    context = {
        "courseware": courseware,
        "version": version,
        "versions": visible,
        "tone": TONES[State(version.state)],
        "move": move,
        "questions": questions_of(version),
        "steps": ReviewStep.objects.filter(version__in=[one.pk for one in visible])
        .select_related("actor", "department", "version")
        .order_by("-pk"),
        "lessons": Lesson.objects.filter(courseware=courseware).select_related(
            "course"
        ),
        "may_edit": may_write and version.is_editable(),
        "may_review": version.state == State.IN_REVIEW and move.is_mine,
        "may_start": may_write and visible[0].state == State.PUBLISHED,
        "review_form": ReviewForm(),
    }
    return render(request, "console/courseware_detail.html", context)
