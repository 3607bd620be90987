"""The demonstration: one click per persona, and the texts that were "sent"."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from ankang.accounts.services import account_of
from ankang.accounts.sms import recent_texts
from ankang.console.personas import (
    PERSONAS,
    Persona,
    demo_membership,
    demo_person,
    persona_of,
)
from ankang.organizations.middleware import SESSION_KEY
from ankang.organizations.queries import current_city

SHOWN_TEXTS = 20


@require_GET
@login_not_required
@never_cache
def demo(request: HttpRequest) -> HttpResponse:
    """All personas, in the order to try them."""
    require_demo()
    context = {"personas": PERSONAS, "texts": recent_texts(SHOWN_TEXTS)}
    return render(request, "console/demo.html", context)


@require_GET
@login_not_required
@never_cache
def demo_texts(request: HttpRequest) -> HttpResponse:
    """The newest texts, asked for again and again by the page."""
    require_demo()
    context = {"texts": recent_texts(SHOWN_TEXTS)}
    return render(request, "console/_demo_texts.html", context)


@require_POST
@login_not_required
def demo_enter(request: HttpRequest, key: str) -> HttpResponse:
    """Become the persona."""
    require_demo()
    persona = persona_of(key)
    if persona is None:
        raise Http404
    logout(request)
    return _enter_as_staff(request, persona) if persona.scope else _enter(request)


def _enter(request: HttpRequest) -> HttpResponse:
    person = demo_person()
    if person is None:
        raise Http404
    user = account_of(person=person, at=timezone.now())
    login(request, user)
    return redirect("/")


def _enter_as_staff(request: HttpRequest, persona: Persona) -> HttpResponse:
    membership = demo_membership(persona)
    if membership is None:
        raise Http404
    login(request, membership.user)
    request.session[SESSION_KEY] = membership.pk
    return redirect("/console/")


def require_demo() -> None:
    """404 unless this is a demonstration, and never in a real city's operation."""
    if not settings.DEMO:
        raise Http404
    if settings.DEBUG:
        return
    city = current_city()
    if city is None or not city.is_demo:
        raise Http404
