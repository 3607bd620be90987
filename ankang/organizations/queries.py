"""Questions about the city and about whom somebody acts for."""

from typing import Any

from ankang.organizations.models import City, Membership


def current_city() -> City | None:
    """The city of this deployment, or None before one is loaded."""
    return City.objects.first()


def membership_of(user: Any, chosen: int | None) -> Membership | None:
    """The membership chosen in this session, else the user's first, else None."""
    if not user.is_authenticated:
        return None
    rows = (
        Membership.objects.filter(user=user, ended_at=None)
        .select_related("department", "district", "employer", "provider")
        .order_by("pk")
    )
    memberships = list(rows)
    for membership in memberships:
        if membership.pk == chosen:
            return membership
    return memberships[0] if memberships else None
