"""Which function does a job of which kind, and how it tells how far it is."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from ankang.jobs.models import Job

SECONDS_BETWEEN_WRITES = 1.0


@dataclass
class Here:
    """What this process is as a worker, and which jobs it is doing."""

    worker: str = ""
    jobs: set[int] = field(default_factory=set)
    stop_requested: threading.Event = field(default_factory=threading.Event)


here = Here()


class Canceled(Exception):
    """Somebody asked for this job to stop: leave everything as it was."""


class Interrupted(Exception):
    """The worker is told to end: the job is done again by the next one."""


class Superseded(Exception):
    """Another worker took this job over while this one was believed dead."""


class Progress:
    """What a handler knows of its job. Report outside of a transaction."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._written = 0.0

    def report(self, done: int, total: int, message: str = "") -> None:
        """Say how far the work is; the row is written about once a second.

        :raises Canceled: somebody pressed 取消.
        :raises Interrupted: the worker is stopping.
        :raises Superseded: this run is no longer the job's own.
        """
        if here.stop_requested.is_set():
            raise Interrupted
        now = time.monotonic()
        if done < total and now - self._written < SECONDS_BETWEEN_WRITES:
            return
        self._written = now
        mine = self.job.same_run()
        written = mine.filter(cancel_requested=False).update(
            done=done, total=total, message=message[:300], alive_at=timezone.now()
        )
        if not written:
            raise Canceled if mine.exists() else Superseded


Handler = Callable[[Progress], dict[str, Any]]
_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of a kind, in the `jobs` module of an app.

    It may run twice, because a worker can be killed: doing it again must do no harm.
    What it returns is shown on the job's page; its "url" is the link to the result.
    """

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


def handler_of(kind: str) -> Handler:
    """The function for a kind; the apps' `jobs` modules are read on first use."""
    if kind not in _handlers:
        autodiscover_modules("jobs")
    return _handlers[kind]
