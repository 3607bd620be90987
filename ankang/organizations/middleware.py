"""The one membership that a staff request acts as."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from ankang.organizations.queries import membership_of

SESSION_KEY = "membership"


class MembershipMiddleware:
    """Set `request.membership`, looked up only when a view asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.membership = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: membership_of(request.user, request.session.get(SESSION_KEY))
        )
        return self.get_response(request)
