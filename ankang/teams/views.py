"""Friends and the team on the phone. Every form works without a script."""

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from ankang.accounts.http import LearnerRequest, learner_required
from ankang.core.errors import Refusal
from ankang.core.limits import is_within_limit
from ankang.teams.forms import CodeForm
from ankang.teams.models import FriendBlock, FriendCard, Friendship, Season
from ankang.teams.queries.friends import friends_page
from ankang.teams.queries.seasons import season_page
from ankang.teams.services.friends import (
    accept_friend,
    ask_friend,
    block_person,
    card_of_code,
    end_friendship,
    leave_friends,
    open_card,
    renew_code,
    unblock,
)
from ankang.teams.services.joining import join_season, leave_season

CODES_AN_HOUR = 30
HOUR = 3600


class TooManyCodes(Refusal):
    def __init__(self) -> None:
        super().__init__("试的好友码太多了，请过一个小时再试。")


@require_GET
@learner_required
def friends(request: LearnerRequest) -> HttpResponse:
    """My code, requests, and what friends show each other."""
    return _friends_page(request, CodeForm())


def _friends_page(
    request: LearnerRequest, form: CodeForm, status: int = 200
) -> HttpResponse:
    page = friends_page(person=request.person, at=timezone.now())
    context = {"page": page, "form": form, **_code(request, page.card)}
    return render(request, "teams/friends.html", context, status=status)


def _code(request: LearnerRequest, card: FriendCard | None) -> dict[str, str]:
    """The code as an address and as a picture of it."""
    if card is None:
        return {}
    url = request.build_absolute_uri(reverse("teams:ask", args=[card.code]))
    svg = segno.make(url, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass=None, lineclass=None
    )
    return {"code_url": url, "qr": mark_safe(svg)}  # noqa: S308


@require_POST
@learner_required
def start_friends(request: LearnerRequest) -> HttpResponse:
    """Take part in friends."""
    open_card(person=request.person, at=timezone.now())
    messages.success(request, "好友开启了。把好友码给同事扫一扫就行。")
    return redirect("teams:friends")


@require_POST
@learner_required
def stop_friends(request: LearnerRequest) -> HttpResponse:
    """Take no part any more."""
    leave_friends(person=request.person)
    messages.success(request, "好友关闭了，好友和请求都删掉了，谁也看不到你的进度。")
    return redirect("teams:friends")


@require_POST
@learner_required
def change_code(request: LearnerRequest) -> HttpResponse:
    """Another code instead of the one that went too far."""
    renew_code(person=request.person, at=timezone.now())
    messages.success(request, "换好了，原来的好友码不能用了。现有的好友不受影响。")
    return redirect("teams:friends")


@require_GET
@learner_required
def find_code(request: LearnerRequest) -> HttpResponse:
    """From a code typed by hand to its page."""
    form = CodeForm(request.GET)
    if not form.is_valid():
        return _friends_page(request, form, status=422)
    return redirect("teams:ask", form.cleaned_data["code"])


@require_http_methods(["GET", "POST"])
@learner_required
def ask(request: LearnerRequest, code: str) -> HttpResponse:
    """Who gave the code, what friends see; and asking them."""
    key = f"friend-code:{request.person.pk}"
    if not is_within_limit(key, most=CODES_AN_HOUR, seconds=HOUR):
        raise TooManyCodes
    now = timezone.now()
    if request.method == "POST":
        made = ask_friend(person=request.person, code=code.upper(), at=now)
        messages.success(
            request,
            "你们是好友了。" if made.accepted_at else "请求发出了，等对方同意。",
        )
        return redirect("teams:friends")
    card = card_of_code(person=request.person, code=code.upper(), at=now)
    context = {
        "card": card,
        "page": friends_page(person=request.person, at=now),
        "known": Friendship.objects.between(request.person.pk, card.person_id).first(),
    }
    return render(request, "teams/ask.html", context)


def _own(request: LearnerRequest, pk: int) -> Friendship:
    """A friendship or request that this person is one side of."""
    rows = Friendship.objects.of(request.person).select_related("low", "high")
    return get_object_or_404(rows, pk=pk)


@require_POST
@learner_required
def accept(request: LearnerRequest, pk: int) -> HttpResponse:
    """Consent to what another asked for."""
    friendship = _own(request, pk)
    accept_friend(person=request.person, friendship=friendship, at=timezone.now())
    messages.success(request, f"你和{friendship.other(request.person).name}是好友了。")
    return redirect("teams:friends")


@require_POST
@learner_required
def end(request: LearnerRequest, pk: int) -> HttpResponse:
    """Decline, take back, or end; the other is not told."""
    end_friendship(person=request.person, friendship=_own(request, pk))
    messages.success(request, "好了。对方不会收到通知。")
    return redirect("teams:friends")


@require_POST
@learner_required
def block(request: LearnerRequest, pk: int) -> HttpResponse:
    """End it and take no more requests from them."""
    friendship = _own(request, pk)
    block_person(person=request.person, friendship=friendship, at=timezone.now())
    messages.success(request, "拉黑了。对方不会收到通知，下面可以取消。")
    return redirect("teams:friends")


@require_POST
@learner_required
def stop_blocking(request: LearnerRequest, pk: int) -> HttpResponse:
    """They may ask again."""
    found = get_object_or_404(FriendBlock, pk=pk, person=request.person)
    unblock(person=request.person, block=found)
    messages.success(request, "取消拉黑了。要做好友，还要再加一次。")
    return redirect("teams:friends")


@require_GET
@learner_required
def team(request: LearnerRequest) -> HttpResponse:
    """The season, and what my team does together."""
    page = season_page(person=request.person, at=timezone.now())
    return render(request, "teams/team.html", {"page": page})


def _season(request: LearnerRequest) -> Season:
    pk = request.POST.get("season", "")
    return get_object_or_404(Season, pk=int(pk) if pk.isdecimal() else 0)


@require_POST
@learner_required
def join(request: LearnerRequest) -> HttpResponse:
    """Take part in the season named in the form."""
    member = join_season(
        person=request.person, season=_season(request), at=timezone.now()
    )
    messages.success(
        request,
        "你在队里了，一起练起来吧。"
        if member.team_id
        else "报名了。开始那天自动分队，随时可以退出。",
    )
    return redirect("teams:team")


@require_POST
@learner_required
def leave_team(request: LearnerRequest) -> HttpResponse:
    """Take no part any more, with a way back while the season runs."""
    leave_season(person=request.person, season=_season(request), at=timezone.now())
    messages.success(request, "退出了，队友看不到你了，队里的目标也跟着减少。")
    return redirect("teams:team")
