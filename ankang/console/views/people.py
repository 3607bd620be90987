"""People: the list, one person's dossier, and a lesson down to its seconds."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ankang.accounts.models import Person, User
from ankang.console.http import membership_of, year_context
from ankang.console.queries import dossier
from ankang.console.queries.people import (
    REASONS,
    STANDING_REASONS,
    find_people,
    narrow_place,
    narrow_reason,
    people_behind,
    shown_people,
    standings_of,
    visible_people,
    with_standing,
)
from ankang.console.services.people import open_id_number
from ankang.console.views.employers import with_labels
from ankang.core.http import sheet_response, whole_number
from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.counting.models import Standing
from ankang.credits.models import Certificate
from ankang.learning.models import CheckAnswer, Lesson
from ankang.organizations.http import staff_required
from ankang.organizations.models import District, Employer, Membership
from ankang.policies.models import edition_for

COLUMNS = [
    Column("created", "姓名", ("-pk",)),
    Column("employer", "用人单位、岗位"),
    Column("mask", "证件号码"),
    Column("learned", "已认定", ("standing__learned_seconds",), is_figure=True),
    Column("reason", "情况"),
]
STANDING_ORDERS = {"created": ("-person",), "learned": ("learned_seconds",)}
STANDING_COLUMNS = [
    replace(column, order=STANDING_ORDERS.get(column.name, ())) for column in COLUMNS
]


@require_GET
@staff_required()
def people(request: HttpRequest) -> HttpResponseBase:
    """Search by name, or by the exact document number or mobile."""
    context = year_context(request)
    membership = membership_of(request)
    employer = None
    if pk := whole_number(request.GET.get("employer", "")):
        visible = Employer.objects.visible_to(membership)
        employer = get_object_or_404(visible, pk=pk)
    listing = _listing(request, membership, context["year"], employer)
    if request.GET.get("format") == "xlsx":
        return _sheet(listing.rows, context["year"])
    context |= {"listing": listing, "employer": employer}
    context["people"] = with_labels(list(listing.page))
    return render(request, "console/people.html", context)


@require_GET
@staff_required()
@never_cache
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """From seconds to counted or not, on one page."""
    person = _visible_person(request, pk)
    return render(request, "console/person_detail.html", _dossier(request, person))


@require_POST
@staff_required(
    Membership.Scope.CITY,
    Membership.Scope.DISTRICT,
    Membership.Scope.EMPLOYER,
    Membership.Scope.AUDITOR,
)
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
@staff_required()
def person_lesson(request: HttpRequest, pk: int, lesson_id: int) -> HttpResponse:
    """A lesson's seconds: credited, refused and missed, and when they were played."""
    person = _visible_person(request, pk)
    context = year_context(request)
    lesson = get_object_or_404(Lesson.objects.select_related("course"), pk=lesson_id)
    lines = dossier.lesson_lines(person, lesson.course.year)
    line = next((one for one in lines if one.lesson == lesson), None)
    sessions = list(
        dossier.sessions_of(person, lesson.course.year).filter(lesson=lesson)
    )
    for session in sessions:
        session.refused_words = dossier.refused_words(  # type: ignore[attr-defined]
            list(session.refused_claims.all())
        )
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
    context = year_context(request)
    year = context["year"]
    lines = dossier.lesson_lines(person, year)
    papers = dossier.papers_of(person, year)
    certificates = list(
        Certificate.objects.filter(person=person, year=year)
        .select_related("revocation__actor")
        .order_by("issued_at")
    )
    credited = sum(line.credited for line in lines)
    refused = sum(line.refused_seconds for line in lines)
    chart = dossier.seconds_chart(person, year)
    return context | {
        "person": person,
        "standing": Standing.objects.filter(person=person, year=year)
        .select_related("employer", "district")
        .first(),
        "rules": edition_for(year).rules(),
        "hours": sum(
            person.credit_entries.filter(year=year).values_list("hours", flat=True)
        ),
        "lines": lines,
        "credited": credited,
        "refused": refused,
        "claimed": credited + refused,
        "chart": chart,
        "chart_rows": zip(
            chart["days"], chart["credited"], chart["refused"], strict=True
        ),
        "sessions": dossier.sessions_of(person, year)[:20],
        "papers": papers,
        "certificates": certificates,
        "employments": person.employments.select_related("employer__district").order_by(
            "-from_date"
        ),
        "events": dossier.timeline(person, papers, certificates, year),
    }


def _listing(
    request: HttpRequest, membership: Membership, year: int, employer: Employer | None
) -> Listing:
    """Of standings where each of those asked for has one, else of people."""
    reason = request.GET.get("reason", "")
    if reason in STANDING_REASONS:
        standings = standings_of(membership, year, reason)
        if employer:
            standings = standings.filter(employer=employer)
        return list_rows(
            standings,
            request.GET,
            columns=STANDING_COLUMNS,
            filters=_filters(
                lambda rows, value: rows.filter(district=int(value)),
                lambda rows, value: rows,
            ),
            search=lambda rows, text: rows.filter(
                person__in=find_people(Person.objects.all(), text).values("pk")
            ),
            decorate=lambda rows: people_behind(rows, year),
            kept=("year", "employer"),
            key="person",
        )
    people = with_standing(visible_people(membership), year)
    if employer:
        people = narrow_place(
            people, year=year, reason=reason, place="employer", pk=employer.pk
        )
    return list_rows(
        people,
        request.GET,
        columns=COLUMNS,
        filters=_filters(
            lambda rows, value: narrow_place(
                rows, year=year, reason=reason, place="district", pk=int(value)
            ),
            narrow_reason,
        ),
        search=find_people,
        decorate=shown_people,
        kept=("year", "employer"),
    )


def _filters(
    narrow_district: Callable[[Any, str], Any], narrow: Callable[[Any, str], Any]
) -> list[Filter]:
    districts = District.objects.order_by("code").values_list("pk", "name")
    return [
        Filter(
            "district",
            "区市",
            [(str(pk), name) for pk, name in districts],
            narrow_district,
        ),
        Filter("reason", "情况", REASONS, narrow),
    ]


def _sheet(rows: QuerySet[Any], year: int) -> HttpResponseBase:
    labels = dict(Standing.Reason.choices)
    return sheet_response(
        name=f"{year}年度培训人员",
        headings=[
            "姓名",
            "证件号码",
            "手机号",
            "用人单位",
            "岗位",
            "已认定秒数",
            "情况",
            "计入日期",
        ],
        rows=(
            (
                row.name,
                row.id_mask,
                row.mobile_mask,
                row.employer_name,
                row.post,
                row.learned_seconds,
                labels.get(row.reason, "还没有开始"),
                row.counted_on,
            )
            for row in rows.iterator(chunk_size=2000)
        ),
    )
