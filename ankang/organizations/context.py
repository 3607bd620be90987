"""What every frame shows: the city and for whom one acts."""

from typing import Any

from django.utils.functional import SimpleLazyObject

from ankang.organizations.queries import current_city


def frame(request: Any) -> dict[str, Any]:
    """Context of every template; nothing is looked up unless it is shown."""
    return {
        "city": SimpleLazyObject(current_city),
        "membership": getattr(request, "membership", None),
        "is_large": request.COOKIES.get("large") == "1",
    }
