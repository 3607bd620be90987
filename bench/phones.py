"""Thousands of phones at once: a generator that costs little enough to keep up.

Answers are read by hand, which `asyncio`'s streams are too slow for.
"""

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Iterator

from bench.load import Result, generator_on

END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length: "
TICK = 0.001
PATIENCE = 30.0


class Phones:
    """Connections of one run, and what came back on them."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.result = Result()
        self.free: deque[Phone] = deque()
        self.all: list[Phone] = []

    async def connect(self, count: int) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(count):
            _, phone = await loop.create_connection(
                lambda: Phone(self), "127.0.0.1", self.port
            )
            self.all.append(phone)
            self.free.append(phone)

    def heard(self, phone: "Phone", status: int) -> None:
        """An answer is there."""
        self.result.latencies.append(time.perf_counter() - phone.due)
        if not 200 <= status < 300:
            self.result.bad = self.result.bad or f"HTTP {status}"
        phone.next()

    def hang_up(self) -> None:
        for phone in self.all:
            phone.transport.close()


class Phone(asyncio.Protocol):
    """One connection; asks again from its own stream, or waits to be used."""

    transport: asyncio.Transport

    def __init__(self, phones: Phones) -> None:
        self.phones = phones
        self.stream: Iterator[bytes] | None = None
        self.until = 0.0
        self.due = 0.0
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        if self.due:
            self.phones.result.bad = self.phones.result.bad or "connection lost"

    def ask(self, request: bytes, due: float) -> None:
        self.due = due
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.rest += data
        end = self.rest.find(END_OF_HEAD)
        if end < 0:
            return
        head = self.rest[:end].lower()
        start = head.index(LENGTH) + len(LENGTH)
        length = int(head[start:].split(b"\r", 1)[0])
        if len(self.rest) >= end + len(END_OF_HEAD) + length:
            self.rest = b""
            self.phones.heard(self, int(head[9:12]))

    def next(self) -> None:
        self.due = 0.0
        if self.stream is None:
            self.phones.free.append(self)
        elif time.perf_counter() < self.until and not self.phones.result.bad:
            self.ask(next(self.stream), time.perf_counter())


def closed(
    port: int, streams: list[Iterator[bytes]], seconds: float, *, cores: str = ""
) -> Result:
    """Each connection asks again as soon as it is answered, for some seconds."""

    async def run() -> Result:
        phones = Phones(port)
        await phones.connect(len(streams))
        begun = time.perf_counter()
        for phone, stream in zip(phones.all, streams, strict=True):
            phone.stream, phone.until = stream, begun + seconds
            phone.ask(next(stream), time.perf_counter())
        while any(phone.due for phone in phones.all) and not phones.result.bad:
            await asyncio.sleep(0.02)
            if time.perf_counter() > begun + seconds + PATIENCE:
                phones.result.bad = "no answer"
        phones.result.seconds = time.perf_counter() - begun
        phones.hang_up()
        return phones.result

    with generator_on(cores):
        return asyncio.run(run())


def opened(
    port: int,
    requests: Iterable[bytes],
    rate: float,
    *,
    connections: int,
    cores: str = "",
) -> Result:
    """Requests at their times, whether the last is answered or not.

    Latency counts from the time when a request was due, so that a server that falls
    behind cannot hide it by slowing the generator.
    """

    async def run() -> Result:
        phones = Phones(port)
        await phones.connect(connections)
        waiting = deque(requests)
        begun = time.perf_counter()
        due = begun
        while waiting and not phones.result.bad:
            now = time.perf_counter()
            while waiting and due <= now and phones.free:
                phones.free.popleft().ask(waiting.popleft(), due)
                due += 1 / rate
            await asyncio.sleep(TICK)
        until = time.perf_counter() + PATIENCE
        while len(phones.free) < connections and not phones.result.bad:
            await asyncio.sleep(TICK)
            if time.perf_counter() > until:
                phones.result.bad = "no answer"
        phones.result.seconds = time.perf_counter() - begun
        phones.hang_up()
        return phones.result

    with generator_on(cores):
        return asyncio.run(run())
