"""The one membership that a staff request acts as."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from ankang.organizations.models import Membership
from ankang.organizations.queries import chosen_membership, memberships_of

SESSION_KEY = "membership"


class MembershipMiddleware:
    """Set what staff views ask of a request; nothing is looked up before they ask.

    `request.memberships` are all that the user may act as, `request.membership` is the
    one acted as, empty while `request.second_factor_due`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        lazy = SimpleLazyObject
        request.memberships = lazy(  # type: ignore[attr-defined]
            lambda: memberships_of(request.user)
        )
        request.chosen_membership = lazy(  # type: ignore[attr-defined]
            lambda: chosen_membership(
                request.memberships,  # type: ignore[attr-defined]
                request.session.get(SESSION_KEY),
            )
        )
        request.second_factor_due = lazy(  # type: ignore[attr-defined]
            lambda: second_factor_due(request)
        )
        request.membership = lazy(  # type: ignore[attr-defined]
            lambda: usable_membership(request)
        )
        return self.get_response(request)


def second_factor_due(request: HttpRequest) -> bool:
    """Must this session show a second factor before it acts for its membership?"""
    membership = request.chosen_membership  # type: ignore[attr-defined]
    if not membership or not membership.needs_second_factor():
        return False
    records = get_authentication_records(request, request.user)
    return not any(record["method"] == "mfa" for record in records)


def usable_membership(request: HttpRequest) -> Membership | None:
    """The chosen membership, or None while its second factor is due."""
    if request.second_factor_due:  # type: ignore[attr-defined]
        return None
    return request.chosen_membership or None  # type: ignore[attr-defined]
