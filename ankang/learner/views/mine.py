"""My record: the bankbook, exams, certificates, employers, messages."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ankang.accounts.http import LearnerRequest, learner_required
from ankang.accounts.models import Person
from ankang.learner.catalog import catalog
from ankang.learner.findings import decisions_told
from ankang.learner.ledger import (
    bankbook,
    lesson_to_mend,
    objections_by_subject,
    sessions_of,
)
from ankang.learner.queries import current_employments
from ankang.learning.models import Objection
from ankang.learning.queries import SECONDS_PER_MINUTE
from ankang.notices.services import mark_all_read, mark_read
from ankang.points.queries.mine import today_of

SESSIONS_SHOWN = 30
PAPERS_SHOWN = 10
NOTICES_A_PAGE = 20


@require_GET
@learner_required
def mine(request: LearnerRequest) -> HttpResponse:
    """What was credited and what was not, and everything else that is mine."""
    person = request.person
    page = Paginator(sessions_of(person), SESSIONS_SHOWN).get_page(
        request.GET.get("page")
    )
    days = bankbook(person=person, sessions=page.object_list)
    shelf = catalog(timezone.now())
    objections = objections_by_subject(person)
    employments = [
        (one, objections.get(f"employment:{one.pk}"))
        for one in current_employments(person)
    ]
    standings = [
        (one, objections.get(f"standing:{one.pk}"))
        for one in person.standings.order_by("-year")
    ]
    papers = person.papers.select_related("course", "edition").order_by("-drawn_at")
    hours = person.credit_entries.aggregate(total=Sum("hours"))["total"] or 0
    context = {
        "person": person,
        "page": page,
        "days": days,
        "mend": lesson_to_mend(person=person, days=days, rules=shelf.rules)
        if shelf
        else None,
        "losses": [loss for day in days for line in day.lines for loss in line.losses],
        "objections": sorted(objections.values(), key=_waiting_first),
        "employments": employments,
        "standings": standings,
        "papers": papers[:PAPERS_SHOWN],
        "decisions": decisions_told(person),
        "hours": hours,
        "minutes": _credited_seconds(person) // SECONDS_PER_MINUTE,
        "certificates": person.certificates.filter(revocation=None).count(),
        "points": today_of(person=person, at=timezone.now()),
        "unread": person.notices.filter(read_at=None).count(),
    }
    return render(request, "learner/mine.html", context)


def _credited_seconds(person: Person) -> int:
    total = person.coverages.aggregate(total=Sum("credited_seconds"))["total"]
    return total or 0


def _waiting_first(objection: Objection) -> tuple[bool, float]:
    is_answered = objection.state == Objection.State.ANSWERED
    return is_answered, -objection.created_at.timestamp()


@require_GET
@learner_required
def certificates(request: LearnerRequest) -> HttpResponse:
    """The certificates of this person, the revoked ones with the reason."""
    held = request.person.certificates.select_related("revocation").order_by(
        "-issued_at"
    )
    return render(request, "learner/certificates.html", {"certificates": held})


@require_GET
@learner_required
def notices(request: LearnerRequest) -> HttpResponse:
    """Messages to this person, newest first."""
    page = Paginator(
        request.person.notices.order_by("-created_at", "-pk"), NOTICES_A_PAGE
    ).get_page(request.GET.get("page"))
    unread = request.person.notices.filter(read_at=None).count()
    return render(request, "learner/notices.html", {"page": page, "unread": unread})


@require_POST
@learner_required
def read_notice(request: LearnerRequest, notice_id: int) -> HttpResponse:
    """Open a message: it is read from now on."""
    notice = get_object_or_404(request.person.notices, pk=notice_id)
    mark_read(notice=notice, at=timezone.now())
    is_inside = notice.path.startswith("/") and not notice.path.startswith("//")
    return redirect(notice.path if is_inside else "learner:notices")


@require_POST
@learner_required
def read_all_notices(request: LearnerRequest) -> HttpResponse:
    mark_all_read(person=request.person, at=timezone.now())
    messages.success(request, "通知都标为已读了。")
    return redirect("learner:notices")
