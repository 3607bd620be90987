"""One person's dossier (一人一档): a page, one file, proofs, and a lesson's seconds."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ankang.accounts.models import Person, User
from ankang.console.forms import FlexibleForm
from ankang.console.http import membership_of, year_context
from ankang.console.queries import dossier, history
from ankang.console.queries.people import visible_people
from ankang.console.queries.proofs import proof_document, proven
from ankang.console.services.people import open_id_number
from ankang.console.views.audit import READERS as AUDIT_READERS
from ankang.console.views.flexible import districts_of
from ankang.console.views.merges import READERS as MERGE_READERS
from ankang.console.views.timelines import DESK
from ankang.core.http import whole_number
from ankang.counting.merging import may_merge
from ankang.counting.models import PersonMerge, Standing
from ankang.credits.models import Certificate
from ankang.integrity.models import may_decide
from ankang.learning.facts import paper_digest, paper_text
from ankang.learning.models import CheckAnswer, Lesson
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership
from ankang.policies.models import edition_for
from ankang.rosters.services.flexible import may_register

Scope = Membership.Scope
TAKERS = (Scope.CITY, Scope.EVALUATOR, Scope.AUDITOR)
OPENERS = (Scope.CITY, Scope.DISTRICT, Scope.EMPLOYER, Scope.AUDITOR)
SESSIONS_SHOWN = 10


@require_GET
@staff_required()
@never_cache
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """From seconds to counted or not, on one page."""
    person = _visible_person(request, pk)
    return render(request, "console/person_detail.html", _dossier(request, person))


@require_POST
@staff_required(*OPENERS)
@never_cache
def person_id_number(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier with the full number in it; who looked is written down."""
    person = _visible_person(request, pk)
    number = open_id_number(
        actor=cast(User, request.user),
        membership=membership_of(request),
        person=person,
        at=timezone.now(),
    )
    context = _dossier(request, person) | {"id_number": number}
    return render(request, "console/person_detail.html", context)


@require_GET
@staff_required(*TAKERS)
@never_cache
def person_dossier(request: HttpRequest, pk: int) -> HttpResponse:
    """The dossier as one file that needs nothing else: to read, to print, to verify."""
    person = _visible_person(request, pk)
    context = _dossier(request, person)
    papers = [paper for paper in context["papers"] if paper.handed_in_at]
    sessions = dossier.with_words(dossier.sessions_of(person, context["year"]))
    context |= {
        "all_sessions": sessions,
        "at": timezone.now(),
        "proof": proof_document(person),
        "paper_texts": {
            f"paper:{paper.pk}": paper_text(paper.questions.all()) for paper in papers
        },
    }
    page = render(request, "console/person_dossier.html", context)
    name = f"dossier-{person.number}-{context['year']}.html"
    page["Content-Disposition"] = f'attachment; filename="{name}"'
    return page


@require_GET
@staff_required(*TAKERS)
@never_cache
def person_proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The proof of all records of the person, or of the one at ?position=."""
    person = _visible_person(request, pk)
    asked = request.GET.get("position", "")
    position = whole_number(asked, -1) if asked else None
    document = proof_document(person, position)
    if position is not None and not document["records"]:
        raise Http404
    part = person.number if position is None else f"{person.number}-{position}"
    return JsonResponse(
        document,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="proof-{part}.json"'},
    )


@require_GET
@staff_required()
def person_lesson(request: HttpRequest, pk: int, lesson_id: int) -> HttpResponse:
    """A lesson's seconds: credited, refused and missed, and when they were played."""
    person = _visible_person(request, pk)
    context = year_context(request)
    lesson = get_object_or_404(Lesson.objects.select_related("course"), pk=lesson_id)
    lines = dossier.lesson_lines(person, lesson.course.year)
    line = next((one for one in lines if one.lesson == lesson), None)
    of_year = dossier.sessions_of(person, lesson.course.year)
    sessions = dossier.with_words(of_year.filter(lesson=lesson))
    checks = [check for session in sessions for check in session.presence_checks.all()]
    duration = line.duration if line else 0
    lost = dossier.lost_segments(checks, duration)
    context |= {
        "person": person,
        "lesson": lesson,
        "line": line,
        "stretches": sorted(
            [*(line.segments if line else []), *lost], key=lambda one: one.first
        ),
        "sessions": sessions,
        "checks": checks,
        "answers": CheckAnswer.objects.filter(person=person, lesson=lesson)
        .select_related("question")
        .order_by("at"),
    }
    return render(request, "console/person_lesson.html", context)


def _visible_person(request: HttpRequest, pk: int) -> Person:
    return get_object_or_404(visible_people(membership_of(request)), pk=pk)


def _dossier(request: HttpRequest, person: Person) -> dict[str, Any]:
    membership = membership_of(request)
    context = year_context(request)
    year = context["year"]
    papers = history.papers_of(person, year)
    for paper in papers:
        paper.digest = paper_digest(paper.questions.all())  # type: ignore[attr-defined]
    certificates = list(
        Certificate.objects.filter(person=person, year=year)
        .select_related("revocation__actor")
        .order_by("issued_at")
    )
    findings = history.findings_about(membership, person, year)
    openings = history.id_number_openings(membership)
    return (
        context
        | _seconds(person, year)
        | {
            "person": person,
            "standing": Standing.objects.filter(person=person, year=year)
            .select_related("employer", "district")
            .first(),
            "rules": edition_for(year).rules(),
            "hours": sum(
                person.credit_entries.filter(year=year).values_list("hours", flat=True)
            ),
            "papers": papers,
            "certificates": certificates,
            "employments": person.employments.select_related(
                "employer__district"
            ).order_by("-from_date"),
            "findings": findings,
            **_merges(membership, person, findings.merges),
            **_flexible(membership, person),
            "may_decide": may_decide(membership),
            "notices": history.notices_to(membership, person)[:10],
            "objections": history.objections_of(membership, person),
            "openings": openings.filter(target=f"person:{person.pk}")[:10],
            "events": history.timeline(person, papers, certificates, findings, year),
            "proven": proven(person),
            "may_take": membership.scope in TAKERS,
            "may_open": membership.scope in OPENERS,
            "sees_desk": membership.scope in DESK,
            "sees_audit": membership.scope in AUDIT_READERS,
        }
    )


def _merges(
    membership: Membership, person: Person, merges: list[PersonMerge]
) -> dict[str, Any]:
    """By which merge this record stands aside, and which other records one may open."""
    others = {one.into_id for one in merges} | {one.duplicate_id for one in merges}
    visible = visible_people(membership).filter(pk__in=others - {person.pk})
    return {
        "aside": next(
            (
                one
                for one in merges
                if one.duplicate_id == person.pk and one.undone_at is None
            ),
            None,
        ),
        "linked": set(visible.values_list("pk", flat=True)) if others else set(),
        "sees_merges": membership.scope in MERGE_READERS,
        "may_merge": may_merge(membership),
    }


def _flexible(membership: Membership, person: Person) -> dict[str, Any]:
    registrations = list(
        person.flexible_registrations.select_related("district").order_by("-from_date")
    )
    return {
        "flexible": registrations,
        "is_flexible": any(one.to_date is None for one in registrations),
        "may_register": may_register(membership),
        "flexible_form": FlexibleForm(districts=districts_of(membership)),
    }


def _seconds(person: Person, year: int) -> dict[str, Any]:
    lines = dossier.lesson_lines(person, year)
    credited = sum(line.credited for line in lines)
    refused = sum(line.refused_seconds for line in lines)
    chart = dossier.seconds_chart(person, year)
    return {
        "lines": lines,
        "strands": dossier.by_strand(lines),
        "credited": credited,
        "refused": refused,
        "claimed": credited + refused,
        "mended": sum(bool(line.refused) for line in lines),
        "chart": chart,
        "chart_rows": list(
            zip(chart["days"], chart["credited"], chart["refused"], strict=True)
        ),
        "sessions": dossier.with_words(
            dossier.sessions_of(person, year)[:SESSIONS_SHOWN]
        ),
    }
