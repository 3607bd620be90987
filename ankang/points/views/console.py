"""Points in the console: the report of entries, and corrections by the labor office.

Nothing here sorts or sums people by points: that would be a ranking.
"""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ankang.accounts.models import Person
from ankang.core.errors import Refusal
from ankang.core.http import sheet_response
from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership
from ankang.points.forms import CorrectionForm
from ankang.points.models import Act, PointAccount, PointEntry, may_correct_points
from ankang.points.services.correcting import deduct, optimize, supplement
from ankang.points.terms import terms_at
from ankang.policies.models import RuleEdition

READERS = (Membership.Scope.CITY, Membership.Scope.AUDITOR)
ENTRIES_SHOWN = 20
COLUMNS = (
    Column("at", "时间", ("-at",)),
    Column("name", "姓名"),
    Column("kind", "类别"),
    Column("reason", "原因"),
    Column("points", "积分", is_figure=True),
    Column("actor", "经办人"),
)
CORRECT = {
    PointEntry.Kind.SUPPLEMENT: supplement,
    PointEntry.Kind.OPTIMIZE: optimize,
    PointEntry.Kind.DEDUCT: deduct,
}


@require_GET
@staff_required(*READERS)
def entries(request: HttpRequest) -> HttpResponse:
    """Every entry, newest first, and the rules that are in force."""
    terms = terms_at(timezone.now())
    context = {
        "listing": _listing(request),
        "edition": RuleEdition.objects.filter(pk=terms.edition_id).first(),
        "rules": terms.rules,
    }
    return render(request, "points/entry_list.html", context)


@require_GET
@staff_required(*READERS)
def entries_export(request: HttpRequest) -> FileResponse:
    """The same entries as a sheet."""
    rows = _listing(request).rows.iterator(chunk_size=2000)
    return sheet_response(
        name="积分记录",
        headings=[*(column.label for column in COLUMNS), "行为", "规则版本"],
        rows=(
            (
                one.at,
                one.person.name,
                one.get_kind_display(),
                one.reason,
                one.points,
                one.actor.name if one.actor else "",
                one.get_act_display(),
                one.edition.name,
            )
            for one in rows
        ),
    )


@require_GET
@staff_required(*READERS)
def person_points(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's entries, their sum, and the form of a correction."""
    return _person_page(request, _person(pk), CorrectionForm.fresh())


@require_POST
@staff_required(Membership.Scope.CITY)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Supplement, optimize or deduct; the person is told."""
    membership = _membership(request)
    if not may_correct_points(membership):
        raise PermissionDenied
    person = _person(pk)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _person_page(request, person, form, status=422)
    act = CORRECT[PointEntry.Kind(form.cleaned_data["kind"])]
    try:
        act(
            person=person,
            membership=membership,
            correction=form.correction(),
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _person_page(request, person, form, status=422)
    messages.success(request, "更正记下了，已经通知本人。")
    return redirect("points_console:person", pk)


def _person_page(
    request: HttpRequest, person: Person, form: CorrectionForm, status: int = 200
) -> HttpResponse:
    membership = _membership(request)
    own = PointEntry.objects.visible_to(membership).filter(person=person)
    account = PointAccount.objects.filter(person=person).first()
    rules = terms_at(timezone.now()).rules
    context = {
        "person": person,
        "account": account,
        "is_on": account.is_on(rules.is_default) if account else rules.is_default,
        "total": own.aggregate(total=Sum("points"))["total"] or 0,
        "entries": own.select_related("actor").order_by("-at", "-pk")[:ENTRIES_SHOWN],
        "form": form,
        "may_correct": may_correct_points(membership),
    }
    return render(request, "points/person_points.html", context, status=status)


def _listing(request: HttpRequest) -> Listing:
    return list_rows(
        PointEntry.objects.visible_to(_membership(request)),
        request.GET,
        columns=COLUMNS,
        filters=[
            Filter("kind", "类别", PointEntry.Kind.choices, _of_kind),
            Filter("act", "行为", Act.choices, _of_act),
        ],
        search=lambda rows, text: rows.filter(person__name__startswith=text),
        decorate=lambda rows: rows.select_related("person", "actor", "edition"),
    )


def _of_kind(rows: QuerySet[PointEntry], kind: str) -> QuerySet[PointEntry]:
    return rows.filter(kind=kind)


def _of_act(rows: QuerySet[PointEntry], act: str) -> QuerySet[PointEntry]:
    return rows.filter(act=act)


def _person(pk: int) -> Person:
    """Somebody known to this city; its readers, and only they, see everybody's."""
    return get_object_or_404(Person, pk=pk)


def _membership(request: HttpRequest) -> Membership:
    asked: Any = request
    return cast(Membership, asked.membership)
