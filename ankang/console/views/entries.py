"""The records themselves, in the bundles of C2SP tlog-tiles, for those who check."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from ankang.evidence.queries import entries_at
from ankang.evidence.tiles import tile_place
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership

READERS = (
    Membership.Scope.CITY,
    Membership.Scope.EVALUATOR,
    Membership.Scope.AUDITOR,
)
A_YEAR = 365 * 24 * 3600


@require_GET
@staff_required(*READERS)
@cache_control(private=True, max_age=A_YEAR, immutable=True)
def log_entries(request: HttpRequest, place: str) -> HttpResponse:
    """The records under one tile of the lowest level, each behind its length."""
    named = tile_place(f"0/{place}")
    bundle = entries_at(named) if named else None
    if bundle is None:
        raise Http404
    return HttpResponse(bundle, content_type="application/octet-stream")
