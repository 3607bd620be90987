"""A learner's own certificates."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from ankang.credits.documents import certificate_sentence, qr_inline
from ankang.credits.http import pdf_response, verification_address
from ankang.credits.models import Certificate
from ankang.credits.services import AlreadyRevoked


@require_GET
def certificate_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate with its QR code, to show on the phone."""
    certificate = _own(request, pk)
    address = verification_address(request, certificate)
    context = {
        "certificate": certificate,
        "sentence": certificate_sentence(certificate),
        "address": address,
        # Made here from our own address by the QR library, without input of anybody.
        "qr": mark_safe(qr_inline(address)),  # noqa: S308
    }
    return render(request, "credits/certificate_detail.html", context)


@require_GET
def certificate_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the certificate.

    :raises AlreadyRevoked: it does not hold any more.
    """
    certificate = _own(request, pk)
    if not certificate.is_valid():
        raise AlreadyRevoked
    return pdf_response(request, certificate)


def _own(request: HttpRequest, pk: int) -> Certificate:
    mine = Certificate.objects.select_related("person", "revocation")
    return get_object_or_404(mine, pk=pk, person__user=request.user)
