"""My points: what I got and why, taking part or not, boards where they are allowed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ankang.accounts.http import LearnerRequest, learner_required
from ankang.organizations.models import Employer
from ankang.points.models import Act
from ankang.points.models.boards import PERIODS
from ankang.points.queries.boards import board_page
from ankang.points.queries.mine import (
    Today,
    by_day,
    history_of,
    medals_of,
    today_of,
)
from ankang.points.services.choosing import hide_name, show_name, switch_off, switch_on
from ankang.policies.points import Board, Period

ENTRIES_SHOWN = 20


@require_GET
@learner_required
def mine(request: LearnerRequest) -> HttpResponse:
    """Points, level, streak, medals, and every entry with its reason."""
    person = request.person
    today = today_of(person=person, at=timezone.now())
    if not today.is_on:
        context = {"today": today, "person": person}
        return render(request, "points/joining.html", context)
    act = request.GET.get("act", "")
    act = act if act in Act.values else ""
    entries = history_of(person, act=act)
    page = Paginator(entries, ENTRIES_SHOWN).get_page(request.GET.get("page"))
    held = medals_of(person)
    context = {
        "today": today,
        "page": page,
        "days": by_day(page.object_list),
        "act": act,
        "acts": [(rule.act.value, rule.act.label) for rule in today.rules.offered],
        "medals": held,
        "to_earn": [
            rule
            for rule in today.rules.medals
            if rule.code not in {medal.code for medal in held}
        ],
        "board_url": _board_path(today),
    }
    return render(request, "points/mine.html", context)


def _board_path(today: Today) -> str:
    rules = today.rules
    if not rules.allows_ranking:
        return ""
    return reverse(
        "points:board", kwargs={"board": rules.boards[0], "period": rules.periods[0]}
    )


@require_POST
@learner_required
def join(request: LearnerRequest) -> HttpResponse:
    """Take part from now on."""
    switch_on(person=request.person, at=timezone.now())
    messages.success(request, "积分开启了。随时可以在这里关闭。")
    return redirect("points:mine")


@require_POST
@learner_required
def leave(request: LearnerRequest) -> HttpResponse:
    """Take no part from now on."""
    switch_off(person=request.person, at=timezone.now())
    messages.success(request, "积分关闭了，以后不再记分。学习、考试和证明不受影响。")
    return redirect("points:mine")


@require_GET
@learner_required
def board(request: LearnerRequest, board: str, period: str) -> HttpResponse:
    """A board of the edition in force; without one there is no such page."""
    now = timezone.now()
    today = today_of(person=request.person, at=now)
    rules = today.rules
    if board not in rules.boards or period not in rules.periods or not today.is_on:
        raise Http404
    employer = _own_employer(request) if board == Board.EMPLOYER else None
    has_board = board == Board.CITY or employer is not None
    context = {
        "board": board,
        "period": period,
        "boards": [(one.value, NAMES[one]) for one in rules.boards],
        "periods": [(one.value, dict(PERIODS)[one]) for one in rules.periods],
        "employer": employer,
        "shown": board_page(
            person=request.person, employer=employer, period=period, at=now
        )
        if has_board
        else None,
        "shows_name": _shows_name(request),
    }
    return render(request, "points/board.html", context)


NAMES = {Board.EMPLOYER: "本单位", Board.CITY: "全市"}


@require_POST
@learner_required
def consent_to_name(request: LearnerRequest) -> HttpResponse:
    """One's full name on the boards, or 张** again."""
    if request.POST.get("shows") == "yes":
        show_name(person=request.person, at=timezone.now())
    else:
        hide_name(person=request.person)
    messages.success(request, "改好了。")
    rules = today_of(person=request.person, at=timezone.now()).rules
    if not rules.allows_ranking:
        return redirect("points:mine")
    return redirect("points:board", board=Board.CITY, period=Period.DAY)


def _own_employer(request: LearnerRequest) -> Employer | None:
    employment = (
        request.person.employments.current()
        .select_related("employer")
        .order_by("-from_date", "-pk")
        .first()
    )
    return employment.employer if employment else None


def _shows_name(request: LearnerRequest) -> bool:
    account = getattr(request.person, "point_account", None)
    return account is not None and account.shows_name
