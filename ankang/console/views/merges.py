"""Merging two records of one person (档案合并), taking it back, and whom to look at."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from ankang.accounts.models import Person
from ankang.console.forms import MergeForm, UndoMergeForm
from ankang.console.http import membership_of, year_context
from ankang.console.queries import merges as queries
from ankang.console.queries.people import find_people, visible_people
from ankang.core.http import sheet_response, whole_number
from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.counting.likeness import start_likeness
from ankang.counting.merging import (
    SameRecord,
    look_again,
    may_merge,
    merge_people,
    tell_apart,
    undo_merge,
)
from ankang.counting.models import PersonMerge
from ankang.counting.previewing import changes_by_merging, changes_by_undoing
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership

Scope = Membership.Scope
READERS = (Scope.CITY, Scope.DISTRICT, Scope.AUDITOR)
CLERKS = (Scope.CITY, Scope.DISTRICT)
RECORDS_FOUND = 20
HOLDING, UNDONE = "holding", "undone"
MERGE_COLUMNS = (
    Column("at", "合并时间", ("-at",)),
    Column("name", "姓名", ("into__name",)),
    Column("records", "两份档案"),
    Column("reason", "原因"),
    Column("state", "状态", ("undone_at",)),
)
PAIR_COLUMNS = (
    Column("weight", "姓名、线索", ("-weight",)),
    Column("first", "档案一"),
    Column("second", "档案二"),
    Column("found", "发现", ("found_at",)),
    Column("act", ""),
)


@require_GET
@staff_required(*READERS)
def merges(request: HttpRequest) -> HttpResponse:
    """All merges, those taken back too, newest first."""
    membership = membership_of(request)
    context = {
        "listing": _merge_listing(request),
        "tab": "merges",
        "may_merge": may_merge(membership),
    }
    return render(request, "console/merge_list.html", context)


@require_GET
@staff_required(*READERS)
def merge_export(request: HttpRequest) -> FileResponse:
    """The same merges as a sheet."""
    return sheet_response(
        name="档案合并",
        headings=[
            "合并时间",
            "姓名",
            "保留档案",
            "证件号码",
            "重复档案",
            "重复档案证件号码",
            "原因",
            "办理人",
            "撤回时间",
            "撤回原因",
        ],
        rows=(
            (
                _minute(one.at),
                one.into.name,
                one.into.number,
                one.into.id_mask,
                one.duplicate.number,
                one.duplicate.id_mask,
                one.reason,
                one.actor.name,
                _minute(one.undone_at) if one.undone_at else "",
                one.undone_reason,
            )
            for one in _merge_listing(request).rows.iterator(chunk_size=2000)
        ),
    )


@require_GET
@staff_required(*READERS)
@never_cache
def merge_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A merge: both records, who and why, and taking it back."""
    membership = membership_of(request)
    merge = get_object_or_404(queries.visible_merges(membership), pk=pk)
    return render(request, "console/merge_detail.html", _merge_page(request, merge))


@require_POST
@staff_required(*CLERKS)
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """They are two people after all."""
    membership = membership_of(request)
    merge = get_object_or_404(queries.visible_merges(membership), pk=pk)
    form = UndoMergeForm(request.POST)
    if not form.is_valid():
        context = _merge_page(request, merge) | {"form": form}
        return render(request, "console/merge_detail.html", context, status=422)
    undo_merge(
        merge=merge, membership=membership, at=timezone.now(), **form.cleaned_data
    )
    messages.success(request, "已撤回合并，两份档案各按自己的记录重新计算。")
    return redirect("console:merge-detail", merge.pk)


@require_GET
@staff_required(*READERS)
def pairs(request: HttpRequest) -> HttpResponse:
    """Records that may be one person, the likeliest first; ?state=apart those told apart."""
    membership = membership_of(request)
    visible = queries.visible_pairs(membership)
    is_apart = request.GET.get("state") == "apart"
    listing = list_rows(
        visible.filter(told_apart_at__isnull=False) if is_apart else visible.waiting(),
        request.GET,
        columns=PAIR_COLUMNS,
        search=_pairs_by_name,
        decorate=queries.shown_pairs,
        kept=("state",),
    )
    context = {
        "listing": listing,
        "rows": queries.with_clue_labels(listing.page.object_list),
        "tab": "apart" if is_apart else "pairs",
        "may_merge": may_merge(membership),
    }
    return render(request, "console/pair_list.html", context)


@require_POST
@staff_required(*CLERKS)
def pair_search(request: HttpRequest) -> HttpResponse:
    """Compare all records again, in the background."""
    job = start_likeness(
        membership=membership_of(request),
        url=reverse("console:pairs"),
        at=timezone.now(),
    )
    return redirect("console:job-detail", job.pk)


@require_POST
@staff_required(*CLERKS)
def pair_apart(request: HttpRequest, pk: int) -> HttpResponse:
    """They are two people of one name."""
    membership = membership_of(request)
    pair = get_object_or_404(queries.visible_pairs(membership), pk=pk)
    tell_apart(
        pair=pair,
        membership=membership,
        reason=request.POST.get("reason", "")[:200],
        at=timezone.now(),
    )
    messages.success(request, "已记下不是同一人，以后不再列出。")
    return redirect("console:pairs")


@require_POST
@staff_required(*CLERKS)
def pair_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back that they are two people."""
    membership = membership_of(request)
    pair = get_object_or_404(queries.visible_pairs(membership), pk=pk)
    look_again(pair=pair, membership=membership, at=timezone.now())
    messages.success(request, "已放回等人核对的一栏。")
    return redirect("console:merge-compare", pk=pair.first_id, other=pair.second_id)


@require_http_methods(["GET", "POST"])
@staff_required(*READERS)
@never_cache
def merge_compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two records beside each other, what a merge will change, and merging them."""
    membership = membership_of(request)
    one, another = _two_people(membership, pk, other)
    form = MergeForm(request.POST or None)
    context = year_context(request)
    both = queries.beside(one, another, context["year"])
    tie = queries.tie_of(one, another)
    asked = whole_number((request.POST or request.GET).get("keep", ""), 0)
    wanted = tie.keeper or asked
    kept = next((p for p in (one, another) if p.pk == wanted), both.heavier)
    duplicate = another if kept == one else one
    if request.method == "POST" and form.is_valid():
        made = merge_people(
            duplicate=duplicate,
            into=kept,
            membership=membership,
            at=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, "已合并，从现在起按一个人计。")
        return redirect("console:merge-detail", made.pk)
    pair = queries.pair_of(one, another)
    context |= {
        "both": both,
        "kept": kept,
        "duplicate": duplicate,
        "form": form,
        "pair": pair,
        "clues": queries.clue_labels(pair) if pair else [],
        "holding": tie.blocking,
        "may_choose": may_merge(membership) and tie.keeper is None and not tie.blocking,
        "changes": []
        if tie.blocking
        else changes_by_merging(duplicate=duplicate, into=kept),
        "may_merge": may_merge(membership),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/merge_compare.html", context, status=status)


@require_GET
@staff_required(*READERS)
@never_cache
def person_duplicates(request: HttpRequest, pk: int) -> HttpResponse:
    """Which other records may be this person's: those found, and those one looks up."""
    membership = membership_of(request)
    people = visible_people(membership)
    person = get_object_or_404(people, pk=pk)
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    others = find_people(people, text) if text else people.filter(name=person.name)
    found = queries.shown_pairs(
        queries.visible_pairs(membership).about(person).order_by("-weight", "pk")
    )[:RECORDS_FOUND]
    context = {
        "person": person,
        "text": text,
        "pairs": queries.with_clue_labels(found),
        "others": others.exclude(pk=pk).order_by("pk")[:RECORDS_FOUND],
        "shown_at_most": RECORDS_FOUND,
    }
    return render(request, "console/person_duplicates.html", context)


def _two_people(membership: Membership, pk: int, other: int) -> tuple[Person, Person]:
    if pk == other:
        raise SameRecord
    people = visible_people(membership).in_bulk([pk, other])
    if len(people) < 2:  # noqa: PLR2004
        raise Http404
    return people[pk], people[other]


def _merge_page(request: HttpRequest, merge: PersonMerge) -> dict[str, Any]:
    context = year_context(request)
    is_holding = merge.undone_at is None
    return context | {
        "merge": merge,
        "both": queries.beside(merge.into, merge.duplicate, context["year"]),
        "kept": merge.into,
        "changes": changes_by_undoing(merge) if is_holding else [],
        "form": UndoMergeForm(),
        "may_merge": may_merge(membership_of(request)),
    }


def _merge_listing(request: HttpRequest) -> Listing:
    return list_rows(
        queries.visible_merges(membership_of(request)),
        request.GET,
        columns=MERGE_COLUMNS,
        filters=[
            Filter(
                "state", "状态", [(HOLDING, "合并着"), (UNDONE, "已撤回")], _in_state
            )
        ],
        search=_merges_by_name,
    )


def _in_state(rows: Any, state: str) -> Any:
    return rows.filter(undone_at__isnull=state == HOLDING)


def _merges_by_name(rows: Any, text: str) -> Any:
    return rows.filter(into__name__startswith=text)


def _pairs_by_name(rows: Any, text: str) -> Any:
    return rows.filter(first__name__startswith=text)


def _minute(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
