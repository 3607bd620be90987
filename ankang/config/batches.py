"""What waits in a collector, and the one thread that commits all of it at a time."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import NamedTuple

import orjson
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from ankang.config.collector_metrics import Metrics
from ankang.learning.messages import Answer, Message

logger = logging.getLogger("ankang.collector")

Credit = Callable[[Sequence[Message]], list[Answer]]

UNAVAILABLE = Answer(503, {"error": "database"})
BROKEN = Answer(500, {"error": "internal"})
HEALTHY = Answer(200, {"status": "ok"})


class Waiting(NamedTuple):
    """A message, or a question after our health, and whom to tell."""

    message: Message | None
    answered: "asyncio.Future[tuple[int, bytes]]"


class Batches:
    """The bounded queue before the database.

    As soon as a commit has ended, everything that waits is credited in one transaction,
    and answered when that is committed. No timer: under little load a batch is one
    message, under much it grows by itself.
    """

    def __init__(
        self,
        credit: Credit,
        limit: int,
        metrics: Metrics,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.credit = credit
        self.limit = limit
        self.metrics = metrics
        self.loop = loop
        self.pending = 0
        self.queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self.thread = threading.Thread(target=self.work, name="batches", daemon=True)
        metrics.queue.set_function(lambda: self.pending)

    def start(self) -> None:
        self.thread.start()

    def submit(
        self, message: Message | None
    ) -> "asyncio.Future[tuple[int, bytes]] | None":
        """Let it wait for the next batch; None when too much waits already."""
        if self.pending >= self.limit:
            return None
        self.pending += 1
        answered = self.loop.create_future()
        self.queue.put(Waiting(message, answered))
        return answered

    async def stop(self) -> None:
        """End the thread once everything that was accepted is answered."""
        self.queue.put(None)
        while self.thread.is_alive():
            await asyncio.sleep(0.01)

    def work(self) -> None:
        """Commit and answer until told to stop."""
        while self.commit_waiting():
            pass
        connection.close()

    def commit_waiting(self) -> bool:
        """Commit what waits, at least one message; false when nothing will follow."""
        batch, goes_on = self.take()
        if batch:
            answers = self.answer(batch)
            self.loop.call_soon_threadsafe(self.hand_out, batch, answers)
        return goes_on

    def take(self) -> tuple[list[Waiting], bool]:
        """Everything that waits, at least one; and whether more may follow."""
        batch: list[Waiting] = []
        one = self.queue.get()
        try:
            while one is not None:
                batch.append(one)
                one = self.queue.get_nowait()
        except Empty:
            return batch, True
        return batch, False

    def answer(self, batch: list[Waiting]) -> list[tuple[int, bytes]]:
        """Commit a batch, and say how it ended for each; never raises."""
        messages = [one.message for one in batch if one.message is not None]
        begun = time.perf_counter()
        told = iter(self.committed(messages) if messages else [])
        took = time.perf_counter() - begun
        answers = [
            self.health() if one.message is None else next(told) for one in batch
        ]
        if messages:
            self.metrics.note_batch(answers, len(messages), took)
        return [(one.status, orjson.dumps(one.said)) for one in answers]

    def committed(self, messages: list[Message]) -> list[Answer]:
        """The answers once all is committed; 503 for all when the database fails."""
        try:
            return self.credit(messages)
        except (OperationalError, InterfaceError):
            logger.exception("a batch of %d was not stored", len(messages))
            connection.close()
            return [UNAVAILABLE] * len(messages)
        except Exception:
            if len(messages) == 1:
                logger.exception("a message could not be credited")
                return [BROKEN]
        # One of them is to blame, which must not cost the others their credit.
        return [answer for one in messages for answer in self.committed([one])]

    def health(self) -> Answer:
        """Does the database answer?"""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            connection.close()
            return UNAVAILABLE
        return HEALTHY

    def hand_out(self, batch: list[Waiting], answers: list[tuple[int, bytes]]) -> None:
        """Wake whoever waits; one who hung up meanwhile is left alone."""
        self.pending -= len(batch)
        for one, answer in zip(batch, answers, strict=True):
            if not one.answered.done():
                one.answered.set_result(answer)
