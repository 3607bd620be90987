"""What waits, and whose move it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ankang.console.http import membership_of
from ankang.console.queries.oversight import oversight_of
from ankang.console.queries.todo import todo_items
from ankang.organizations.http import staff_required


@require_GET
@staff_required()
def todo(request: HttpRequest) -> HttpResponse:
    """Own moves first, then what others owe."""
    membership = membership_of(request)
    items = todo_items(membership, timezone.now())
    context = {
        "mine": [item for item in items if item.is_mine],
        "oversight": oversight_of(membership),
        "others": [item for item in items if not item.is_mine],
    }
    return render(request, "console/todo.html", context)
