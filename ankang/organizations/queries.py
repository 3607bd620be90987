"""Questions about the city and about whom somebody acts for."""

from typing import Any

from ankang.organizations.models import City, Membership


def current_city() -> City | None:
    """The city of this deployment, or None before one is loaded."""
    return City.objects.first()


def memberships_of(user: Any) -> list[Membership]:
    """All memberships that the user may act as now, oldest first."""
    if not user.is_authenticated:
        return []
    return list(
        Membership.objects.filter(user=user, ended_at=None)
        .select_related("department", "district", "employer", "provider")
        .order_by("pk")
    )


def chosen_membership(
    memberships: list[Membership], chosen: int | None
) -> Membership | None:
    """The membership chosen in this session, else the first, else None."""
    for membership in memberships:
        if membership.pk == chosen:
            return membership
    return memberships[0] if memberships else None
