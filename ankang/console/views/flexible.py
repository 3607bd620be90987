"""Registering somebody as flexible (灵活就业登记) from their dossier, and ending it."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from ankang.console.forms import FlexibleForm
from ankang.console.http import membership_of
from ankang.console.queries.people import visible_people
from ankang.core.errors import Refusal
from ankang.organizations.http import staff_required
from ankang.organizations.models import District, Membership
from ankang.rosters.models import FlexibleRegistration
from ankang.rosters.services.flexible import end_flexible, register_flexible

REGISTRARS = (Membership.Scope.CITY, Membership.Scope.DISTRICT)


class DistrictMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请选择区市。")


@require_POST
@staff_required(*REGISTRARS)
def flexible_register(request: HttpRequest, pk: int) -> HttpResponse:
    """From today on the person belongs to a district without an employer."""
    membership = membership_of(request)
    person = get_object_or_404(visible_people(membership), pk=pk)
    form = FlexibleForm(request.POST, districts=districts_of(membership))
    if not form.is_valid():
        raise DistrictMissing
    register_flexible(
        person=person, membership=membership, at=timezone.now(), **form.cleaned_data
    )
    return redirect("console:person-detail", person.pk)


@require_POST
@staff_required(*REGISTRARS)
def flexible_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Today is the last day."""
    membership = membership_of(request)
    visible = FlexibleRegistration.objects.visible_to(membership)
    registration = get_object_or_404(visible, pk=pk)
    end_flexible(registration=registration, membership=membership, at=timezone.now())
    return redirect("console:person-detail", registration.person_id)


def districts_of(membership: Membership) -> QuerySet[District]:
    """Where this membership may register people."""
    districts = District.objects.order_by("code")
    if membership.district_id is None:
        return districts
    return districts.filter(pk=membership.district_id)
