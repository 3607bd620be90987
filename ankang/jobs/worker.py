"""The worker process: takes jobs from the queue and shows that it lives."""

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from django.db import Error, close_old_connections, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from ankang.jobs.registry import here
from ankang.jobs.services import beat

BEAT_SECONDS = 5
TICK_SECONDS = 60
LOOK_SECONDS = 0.5
QUEUE_KEPT = timedelta(days=2)

Tick = Callable[[datetime], object]

logger = logging.getLogger("ankang.jobs")


def new_worker_name() -> str:
    """Unique, and tells an operator where the process is."""
    return f"{socket.gethostname()[:30]}-{os.getpid()}-{secrets.token_hex(3)}"


def work(name: str, tick: Tick) -> None:
    """Do jobs until a signal; call `tick` about once a minute, beside them."""
    here.worker = name
    threading.Thread(target=_beat_and_tick, args=(tick,), daemon=True).start()
    worker = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=LOOK_SECONDS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
    )

    def stop(number: int, frame: FrameType | None) -> None:
        here.stop_requested.set()
        worker.running = False
        if not worker.running_task:
            raise SystemExit(0)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while not here.stop_requested.is_set():
        _look_for_jobs(worker)


def _look_for_jobs(worker: Worker) -> None:
    """Until told to stop; a locked or absent database is waited for, not died of."""
    try:
        worker.run()
    except Error as error:
        logger.warning("the database was busy, looking for jobs again: %s", error)
        connection.close()
        here.stop_requested.wait(LOOK_SECONDS)


def forget_old_queue_rows(at: datetime) -> int:
    """Drop the rows of the queue that nobody will look at again."""
    dropped, _ = DBTaskResult.objects.filter(started_at__lt=at - QUEUE_KEPT).delete()
    return dropped


def _beat_and_tick(tick: Tick) -> None:
    """The heart: one busy or broken moment of the database must not stop it."""
    beats = 0
    while True:
        at = timezone.now()
        try:
            beat(here.worker, at)
            if beats % (TICK_SECONDS // BEAT_SECONDS) == 0:
                tick(at)
        except Error as error:
            logger.warning("the worker's beat failed: %s", error)
            connection.close()
        close_old_connections()
        beats += 1
        if here.stop_requested.wait(BEAT_SECONDS):
            return
