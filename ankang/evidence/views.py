"""The log, open to anybody: hashes and signatures, never the records themselves."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from ankang.evidence.queries import latest_checkpoint, public_keys, tile_at
from ankang.evidence.tiles import tile_place

PLAIN = "text/plain; charset=utf-8"
A_YEAR = 365 * 24 * 3600


@require_safe
@login_not_required
def log(request: HttpRequest) -> HttpResponse:
    """How long the log is, what it hashes to, and how to hold us to it."""
    context = {"checkpoint": latest_checkpoint(), "keys": public_keys()}
    return render(request, "evidence/log.html", context)


@require_safe
@never_cache
@login_not_required
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The latest signed note."""
    latest = latest_checkpoint()
    if latest is None:
        raise Http404
    return HttpResponse(latest.note, content_type=PLAIN)


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
@login_not_required
def tile(request: HttpRequest, place: str) -> HttpResponse:
    """The hashes of one tile: what they are never changes."""
    named = tile_place(place)
    hashes = tile_at(named) if named else None
    if hashes is None:
        raise Http404
    return HttpResponse(hashes, content_type="application/octet-stream")


@require_safe
@never_cache
@login_not_required
def keys(request: HttpRequest) -> HttpResponse:
    """Every key that ever signed, one a line."""
    lines = "".join(f"{key}\n" for key in public_keys())
    return HttpResponse(lines, content_type=PLAIN)
