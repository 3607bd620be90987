"""The fraud desk (核查): the list of cases, a case's page, remarks and decisions."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ankang.console.forms import DecisionForm
from ankang.console.http import membership_of, year_context
from ankang.console.queries.case_facts import day_of, facts_of
from ankang.console.queries.cases import (
    devices_in,
    listed_cases,
    reasons_of,
    state_counts,
    subject_words,
    touched_by,
    with_names,
)
from ankang.console.views.timelines import DESK, day_asked, people_side_by_side
from ankang.core.errors import Refusal
from ankang.core.http import sheet_response, whole_number
from ankang.core.lists import Column, Filter, Listing, list_rows
from ankang.integrity.models import (
    Case,
    Decision,
    Signal,
    Subject,
    may_comment,
    may_decide,
)
from ankang.integrity.queries import case_objections, weighed
from ankang.integrity.services.deciding import (
    NotOursToDecide,
    comment_on_case,
    decide_case,
    told_sentence,
)
from ankang.organizations.http import staff_required
from ankang.organizations.models import District, Employer, Membership

Scope = Membership.Scope
COLUMNS = (
    Column("weight", "分量", ("-strong", "-people", "due_on")),
    Column("subject", "对象"),
    Column("reasons", "信号"),
    Column("people", "涉及", ("people",), is_figure=True),
    Column("due", "期限", ("due_on",)),
)
STATES = [(value, str(label)) for value, label in Case.State.choices]
ALL = "all"


@require_GET
@staff_required(*DESK)
def case_list(request: HttpRequest) -> HttpResponseBase:
    """Open cases unless ?state= says otherwise, the weightiest first."""
    context = year_context(request)
    membership = membership_of(request)
    cases = Case.objects.visible_to(membership).filter(year=context["year"])
    employer = None
    if pk := whole_number(request.GET.get("employer", "")):
        visible = Employer.objects.visible_to(membership)
        employer = get_object_or_404(visible, pk=pk)
        cases = cases.touching(employer)
    counts = state_counts(cases)
    state = request.GET.get("state", "")
    if state != ALL:
        state = state if state in Case.State.values else Case.State.OPEN
        cases = cases.filter(state=state)
    listing = _listing(request, cases, membership)
    if request.GET.get("format") == "xlsx":
        return _sheet(listing, context["year"])
    objections = case_objections(membership).filter(state="waiting")
    return render(
        request,
        "console/case_list.html",
        context
        | {
            "listing": listing,
            "rows": [
                (case, subject_words(case), reasons_of(case)) for case in listing.page
            ],
            "tabs": [
                (value, label, counts[value], value == state) for value, label in STATES
            ]
            + [(ALL, "全部", counts[""], state == ALL)],
            "employer": employer,
            "today": timezone.localdate(),
            "objections": objections.count(),
            "may_decide": may_decide(membership),
        },
    )


def _listing(request: HttpRequest, cases: Any, membership: Membership) -> Listing:
    codes = Filter(
        "code",
        "信号",
        Signal.Code.choices,
        lambda rows, value: rows.filter(
            pk__in=Signal.objects.filter(code=value).values("case")
        ),
    )
    kinds = Filter(
        "kind", "对象", Subject.choices, lambda rows, value: rows.filter(kind=value)
    )
    filters = [codes, kinds]
    if membership.scope != Scope.DISTRICT:
        districts = District.objects.order_by("code").values_list("pk", "name")
        filters.append(
            Filter(
                "district",
                "区市",
                [(str(pk), name) for pk, name in districts],
                lambda rows, value: rows.in_district(int(value)),
            )
        )
    return list_rows(
        listed_cases(cases),
        request.GET,
        columns=COLUMNS,
        filters=filters,
        search=_search,
        decorate=with_names,
        kept=("year", "state", "employer"),
    )


def _search(rows: Any, text: str) -> Any:
    number = whole_number(text.removeprefix("#"))
    return rows.filter(
        Q(pk=number)
        | Q(person__name__startswith=text)
        | Q(employer__name__contains=text)
        | Q(device__startswith=text)
    )


def _sheet(listing: Listing, year: int) -> HttpResponseBase:
    return sheet_response(
        name=f"{year}年度核查件",
        headings=[
            "编号",
            "状态",
            "对象类别",
            "对象",
            "用人单位",
            "信号",
            "涉及人数",
            "立案",
            "应于此日前处理",
        ],
        rows=(
            (
                case.pk,
                case.get_state_display(),
                case.get_kind_display(),
                subject_words(case),
                case.place or "",
                "、".join(f"{one.label} {one.times} 次" for one in reasons_of(case)),
                case.people,
                timezone.localdate(case.opened_at),
                case.due_on,
            )
            for case in listing.rows.iterator(chunk_size=500)
        ),
    )


@require_GET
@staff_required(*DESK)
@never_cache
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The signals with their facts, whom they touch, a day beside each other, and acts."""
    return _page(request, _case(request, pk))


@require_POST
@staff_required(Scope.CITY)
@never_cache
def case_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what each person will be told; once that is confirmed, decide."""
    membership = membership_of(request)
    case = _case(request, pk)
    if not may_decide(membership):
        raise NotOursToDecide
    form = DecisionForm(request.POST, case=case)
    if "edit" in request.POST:
        return _page(request, case, form=form)
    if not form.is_valid() or case.state != Case.State.OPEN:
        return _page(request, case, form=form, status=422)
    if "confirmed" not in request.POST:
        return render(request, "console/case_decide.html", _preview(case, form))
    excluded = form.excluded()
    try:
        decide_case(
            case=case,
            membership=membership,
            verdict=Decision.Verdict(form.cleaned_data["verdict"]),
            comment=form.cleaned_data["comment"],
            exclude=excluded,
            at=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, _case(request, pk), form=form, status=422)
    sentence = "已处理。"
    if excluded:
        sentence = (
            f"已处理，{len(excluded):,} 人不计，已通知本人。总览随下一次重算更新。"
        )
    elif case.person:
        sentence = "已处理，已通知本人。"
    messages.success(request, sentence)
    return redirect("console:case-detail", pk)


@require_POST
@staff_required(Scope.CITY, Scope.DISTRICT)
def case_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """A remark for those who decide."""
    case = _case(request, pk)
    comment_on_case(
        case=case,
        membership=membership_of(request),
        text=request.POST.get("text", "")[:500],
        at=timezone.now(),
    )
    messages.success(request, "意见已写入，处理的人能看到。")
    return redirect("console:case-detail", pk)


def _case(request: HttpRequest, pk: int) -> Case:
    cases = Case.objects.visible_to(membership_of(request))
    return get_object_or_404(
        cases.select_related("person", "employer__district"), pk=pk
    )


def _page(
    request: HttpRequest,
    case: Case,
    *,
    form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    membership = membership_of(request)
    signals = list(case.signals.select_related("edition").order_by("-at", "-pk"))
    facts = facts_of(signals, membership)
    touched = touched_by(case, membership)
    days = sorted({day_of(signal) for signal in signals})
    day = day_asked(request, days[-1] if days else timezone.localdate(case.opened_at))
    decisions = case.decisions.select_related("actor").order_by("at", "pk")
    is_open = case.state == Case.State.OPEN
    may = may_decide(membership)
    context = {
        "case": case,
        "subject": subject_words(case),
        "facts": facts,
        "touched": touched,
        "devices": devices_in(signals) or ([case.device] if case.device else []),
        "days": days,
        "timeline": people_side_by_side(
            request, [one.person for one in touched if one.is_visible], day
        ),
        "hidden": sum(not one.is_visible for one in touched),
        "decisions": decisions,
        "comments": case.comments.select_related("actor").order_by("at"),
        "objections": case_objections(membership)
        .filter(subject=case.objection_subject())
        .select_related("person", "employer", "answered_by"),
        "is_open": is_open,
        "following": _weightiest(membership, case.year)
        if may and not is_open
        else None,
        "is_late": is_open and case.due_on < timezone.localdate(),
        "may_decide": may,
        "may_comment": may_comment(membership),
        "form": form or (DecisionForm(case=case) if is_open and may else None),
        "kept_text": form.data.get("comment", "") if form and not is_open else "",
    }
    return render(request, "console/case_detail.html", context, status=status)


def _weightiest(membership: Membership, year: int) -> Case | None:
    """The open case that stands on top of the list."""
    opened = Case.objects.visible_to(membership).open().filter(year=year)
    rows: Any = weighed(opened)
    top: Case | None = rows.order_by("-strong", "-people", "due_on", "pk").first()
    return top


def _preview(case: Case, form: DecisionForm) -> dict[str, Any]:
    """Who will be told what; those who are not told change in nothing."""
    excluded = form.excluded()
    told = [(one, told_sentence(case.year, is_excluded=True)) for one in excluded]
    if case.person and case.person not in excluded:
        told.append((case.person, told_sentence(case.year, is_excluded=False)))
    return {
        "case": case,
        "subject": subject_words(case),
        "verdict": form.verdict_label(),
        "comment": form.cleaned_data["comment"],
        "told": told,
        "untold": case.involvements.count() - len(told),
        "is_employers": case.kind == Subject.EMPLOYER
        and form.cleaned_data["verdict"] == Decision.Verdict.UPHOLD,
        "fields": form.sent(),
    }
