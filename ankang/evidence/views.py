"""The log, open to anybody: hashes and signatures, never the records themselves."""

import re
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import escape
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from ankang.evidence import verify
from ankang.evidence.models import Checkpoint
from ankang.evidence.queries import latest_checkpoint, public_keys, tile_at
from ankang.evidence.tiles import tile_place

PLAIN = "text/plain; charset=utf-8"
GUIDE = Path(__file__).parents[2] / "docs/guide/verify.md"
BROKEN_LINE = re.compile(r"(?<=[^\x00-\x7f])\n(?=[^\x00-\x7f])")
SITE = "https://站点"
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
@never_cache
@login_not_required
def checkpoint_at(request: HttpRequest, size: int) -> HttpResponse:
    """An earlier signed note: the last one over so many records."""
    newest_first = Checkpoint.objects.filter(size=size).order_by("-at")
    found = get_object_or_404(newest_first[:1])
    return HttpResponse(found.note, content_type=PLAIN)


@require_safe
@login_not_required
def guide(request: HttpRequest) -> HttpResponse:
    """How to check the log without us, as in the user guide."""
    here = escape(request.build_absolute_uri("/").rstrip("/"))
    context = {"guide": _guide().replace(SITE, here)}
    return render(request, "evidence/guide.html", context)


@require_safe
@login_not_required
def verifier(request: HttpRequest) -> HttpResponse:
    """The program that checks an export or a proof, alone."""
    return HttpResponse(_verifier(), content_type="text/x-python; charset=utf-8")


@cache
def _guide() -> str:
    # a line break between two Chinese characters is no space
    text = BROKEN_LINE.sub("", GUIDE.read_text(encoding="utf-8"))
    return str(MarkdownIt("js-default").render(text))


@cache
def _verifier() -> bytes:
    return Path(verify.__file__).read_bytes()


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
