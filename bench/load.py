"""A load generator: keep-alive connections, closed or open loop, stops at a bad answer."""

import asyncio
import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Result:
    """What came back: answers, latencies in seconds, the time it took."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    bad: str = ""

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    def row(self) -> str:
        if self.bad:
            return f"stopped at a bad answer: {self.bad}"
        return (
            f"{self.rate:,.0f}/s, p50 {self.percentile(0.5):.1f} ms, "
            f"p95 {self.percentile(0.95):.1f} ms, p99 {self.percentile(0.99):.1f} ms"
        )


def http_request(
    path: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> bytes:
    """One request as bytes, made beforehand so that the generator stays cheap."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += [f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def read_answer(reader: asyncio.StreamReader) -> int:
    """Read one answer whole; return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lowered = head.lower()
    start = lowered.find(b"content-length:")
    if start >= 0:
        end = lowered.index(b"\r\n", start)
        length = int(lowered[start + 15 : end])
        if length:
            await reader.readexactly(length)
    elif b"transfer-encoding: chunked" in lowered:
        while True:
            size = int(await reader.readline(), 16)
            await reader.readexactly(size + 2)
            if size == 0:
                break
    return status


async def worker(
    port: int, requests: Iterator[bytes], until: float, result: Result
) -> None:
    """One connection that asks as fast as it is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in requests:
        if time.perf_counter() > until or result.bad:
            break
        begun = time.perf_counter()
        writer.write(request)
        status = await read_answer(reader)
        result.latencies.append(time.perf_counter() - begun)
        if not 200 <= status < 300:
            result.bad = f"HTTP {status}"
    writer.close()


@contextlib.contextmanager
def generator_on(cores: str) -> Iterator[None]:
    """This process on the named core for a while; wherever it likes if none is."""
    before = os.sched_getaffinity(0)
    if cores:
        os.sched_setaffinity(0, {int(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def closed_loop(
    port: int, streams: list[Iterator[bytes]], seconds: float, *, cores: str = ""
) -> Result:
    """As many connections as streams of requests, for some seconds."""

    async def run() -> Result:
        result = Result()
        begun = time.perf_counter()
        until = begun + seconds
        await asyncio.gather(*(worker(port, s, until, result) for s in streams))
        result.seconds = time.perf_counter() - begun
        return result

    with generator_on(cores):
        return asyncio.run(run())
