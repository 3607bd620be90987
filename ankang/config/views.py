"""Is this deployment alive?"""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from ankang.jobs.models import WorkerBeat

WORKER_SILENT_AFTER = timedelta(seconds=20)


@require_GET
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 when web, database and worker are alive, else 503."""
    since = timezone.now() - WORKER_SILENT_AFTER
    try:
        worker = WorkerBeat.objects.filter(at__gte=since).exists()
        database = True
    except Error:
        worker = database = False
    return JsonResponse(
        {"web": True, "database": database, "worker": worker},
        status=200 if worker else 503,
    )
