"""What a view needs to know of HTMX."""

from django.http import HttpRequest


def is_htmx(request: HttpRequest) -> bool:
    """Was this request made by HTMX, so that it wants a fragment?"""
    return request.headers.get("HX-Request") == "true"
