"""A day of a person, of a device, of an employer: who did what at the same time."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from ankang.accounts.models import Person
from ankang.console.http import membership_of
from ankang.console.queries.people import visible_people
from ankang.console.queries.timelines import (
    Sources,
    employed_on,
    lanes_by_device,
    lanes_by_person,
    timeline,
)
from ankang.integrity.models import Case
from ankang.organizations.http import staff_required
from ankang.organizations.models import Employer, Membership

Scope = Membership.Scope
DESK = (Scope.CITY, Scope.DISTRICT, Scope.AUDITOR, Scope.EVALUATOR)
LANES = 30
FIRST_YEAR, LAST_YEAR = 2000, 2100


@require_GET
@staff_required(*DESK)
@never_cache
def person_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's day, one lane for each device."""
    person = get_object_or_404(visible_people(membership_of(request)), pk=pk)
    sources = Sources.of_people([pk])
    day = day_asked(request, sources.last_day() or timezone.localdate())
    context = _of_one(person, day) | {
        "heading": person.name,
        "kind": "职工",
        "back": reverse("console:person-detail", args=[pk]),
        "back_label": "一人一档",
        "cases": _cases(request).filter(involvements__person=person),
    }
    return render(request, "console/timeline.html", context)


@require_GET
@staff_required(*DESK)
@never_cache
def device_timeline(request: HttpRequest, device: str) -> HttpResponse:
    """A device's day, one lane for each person who used it."""
    sources = Sources.of_device(device)
    last = sources.last_day()
    visible = visible_people(membership_of(request))
    if last is None or not _is_seen(sources, visible):
        raise Http404
    day = day_asked(request, last)
    context = _of_several(request, sources, sources.people_on(day), day)
    context |= {
        "heading": f"设备 {device}",
        "kind": "设备",
        "cases": _cases(request).filter(device=device),
    }
    return render(request, "console/timeline.html", context)


@require_GET
@staff_required(*DESK)
@never_cache
def employer_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """A day of the people who worked at the employer then."""
    visible = Employer.objects.visible_to(membership_of(request))
    employer = get_object_or_404(visible, pk=pk)
    ever = Sources.of_people(employer.employments.values("person"))
    day = day_asked(request, ever.last_day() or timezone.localdate())
    sources = Sources.of_people(employed_on(employer, day))
    context = _of_several(request, sources, sources.people_on(day), day)
    context |= {
        "heading": employer.name,
        "kind": "用人单位",
        "back": reverse("console:employer-detail", args=[pk]),
        "back_label": "一企一档",
        "cases": _cases(request).filter(employer=employer),
    }
    return render(request, "console/timeline.html", context)


def people_side_by_side(
    request: HttpRequest, people: Sequence[Person], day: date
) -> dict[str, Any]:
    """The day of these people beside each other, for a case's page."""
    if len(people) == 1:
        return _of_one(people[0], day)
    keys = [one.pk for one in people]
    sources = Sources.of_people(keys)
    active = sources.people_on(day)
    rest = [key for key in keys if key not in set(active)]
    return _of_several(request, sources, [*active, *rest], day)


def _of_one(person: Person, day: date) -> dict[str, Any]:
    """One lane for each device of the person."""
    sources = Sources.of_people([person.pk])
    events = list(sources.events(day))
    paths = {
        one: f"{reverse('console:device-timeline', args=[one])}?day={day.isoformat()}"
        for one in {event.device for event in events if event.device}
    }
    lanes = lanes_by_device(events, paths)
    return {
        "timeline": timeline(day, lanes, sources.neighbors(day)),
        "lane_label": "设备",
    }


def day_asked(request: HttpRequest, default: date) -> date:
    """The day of ?day=; nonsense is the default."""
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return default
    return asked if FIRST_YEAR <= asked.year <= LAST_YEAR else default


def _of_several(
    request: HttpRequest, sources: Sources, keys: Sequence[int], day: date
) -> dict[str, Any]:
    """One lane for each person, a page of them at a time."""
    visible = visible_people(membership_of(request)).filter(pk__in=keys)
    people = visible.in_bulk()
    seen = [people[key] for key in keys if key in people]
    page = Paginator(seen, LANES).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    narrowed = sources.narrowed([one.pk for one in shown])
    events = list(narrowed.events(day))
    asked = f"?day={day.isoformat()}"
    paths = {
        one.pk: reverse("console:person-timeline", args=[one.pk]) + asked
        for one in shown
    }
    lanes = lanes_by_person(shown, events, paths)
    return {
        "timeline": timeline(day, lanes, sources.neighbors(day)),
        "lane_label": "人员",
        "page": page,
        "querystring": f"day={day.isoformat()}&",
        "unseen": len(keys) - len(seen),
    }


def _is_seen(sources: Sources, visible: Any) -> bool:
    keys = visible.values("pk")
    return any(
        rows.filter(person__in=keys).exists()
        for rows in (
            sources.sessions,
            sources.papers,
            sources.groups,
            sources.sign_ins,
        )
    )


def _cases(request: HttpRequest) -> Any:
    return Case.objects.visible_to(membership_of(request)).order_by("-pk")
