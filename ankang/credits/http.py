"""What several certificate views answer with."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from ankang.credits.documents import certificate_pdf
from ankang.credits.models import Certificate
from ankang.organizations.models import City


def verification_address(request: HttpRequest, certificate: Certificate) -> str:
    """The public address behind the QR code."""
    path = reverse("credits:certificate-verify", args=[certificate.code])
    return request.build_absolute_uri(path)


def pdf_response(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    """The certificate as a download."""
    pdf = certificate_pdf(
        certificate,
        city=City.objects.get(),
        address=verification_address(request, certificate),
    )
    name = f"certificate-{certificate.serial}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
