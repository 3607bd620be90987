"""Opening stored files."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from ankang.attachments.http import ranged_response
from ankang.attachments.models import Attachment


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Video, captions and pictures for all who are signed in; the rest for its own."""
    membership = getattr(request, "membership", None)
    allowed = Attachment.objects.for_lessons()
    if membership:
        allowed = allowed | Attachment.objects.visible_to(membership)
    return ranged_response(request, get_object_or_404(allowed, pk=pk))
