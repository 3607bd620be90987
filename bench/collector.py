"""The collector on PostgreSQL, commit before answer, beside a bare hello and Kolibri.

Every answer is held against the stored seconds.
"""

import contextlib
import itertools
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench import kolibri, phones, servers
from bench.beats import beats_of
from bench.load import Result, http_request
from bench.report import Figure, limit_figure, rate_figure
from bench.sizes import scaled

WORKERS = scaled(150_000, least=1_000)
PHONES = 256
SECONDS = 10.0
EVERY = 15
RATE = WORKERS / EVERY
ROUNDS = 2
BEAT = 15
FLOOR, SHARE_OF_HELLO, TIMES_KOLIBRI, P99_MS = 10_000, 0.15, 100, 100


@contextlib.contextmanager
def collector(*, data: Path, database: str, cores: str) -> Iterator[int]:
    """`ankang collect`, as in production; its port."""
    port, metrics = servers.free_port(), servers.free_port()
    where = ["--port", str(port), "--metrics-port", str(metrics)]
    command = [sys.executable, "-m", "ankang", "collect", *where]
    env = servers.environment(data, database)
    with servers.process(
        servers.pinned(command, cores), env, port=port, path="/healthz"
    ):
        yield port


def hello(cores: str, generator: str) -> Result:
    port = servers.free_port()
    command = [sys.executable, "-m", "bench.hello", str(port)]
    with servers.process(servers.pinned(command, cores), {}, port=port, path="/"):
        streams = [itertools.repeat(http_request("/")) for _ in range(PHONES)]
        return phones.closed(port, streams, SECONDS / 2, cores=generator)


def in_turn(tokens: list[str], rounds: int) -> list[bytes]:
    """Everybody's next 15 seconds, so many times, made beforehand."""
    return list(itertools.islice(beats_of(tokens), len(tokens) * rounds))


def measure(cores: str, generator: str) -> tuple[Result, Result]:
    """Closed loop, then open loop at the city's rate; both against what is stored."""
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database("PostgreSQL", cores) as database,
    ):
        data = Path(folder)
        tokens = servers.prepare("watchers", str(WORKERS), data=data, database=database)
        some = len(tokens) // 10
        asked = [iter(in_turn(tokens[n:some:PHONES], 200)) for n in range(PHONES)]
        with collector(data=data, database=database, cores=cores) as port:
            closed = phones.closed(port, asked, SECONDS, cores=generator)
        closed.bad = closed.bad or missing(closed, 0, data=data, database=database)
        before = len(closed.latencies)
        rest = in_turn(tokens[some:], ROUNDS)
        rate = RATE * (len(tokens) - some) / len(tokens)
        with collector(data=data, database=database, cores=cores) as port:
            opened = phones.opened(port, rest, rate, connections=2_000, cores=generator)
        opened.bad = opened.bad or missing(opened, before, data=data, database=database)
    return closed, opened


def missing(result: Result, before: int, *, data: Path, database: str) -> str:
    """What is wrong with the stored seconds; empty when each is there once."""
    expected = (len(result.latencies) + before) * BEAT
    stored = servers.prepare("stored", data=data, database=database)
    right = {"credited": expected, "bits": expected}
    return "" if stored == right else f"{expected} seconds answered, {stored} stored"


def run(peer: float = 0) -> list[Figure]:
    server, generator = servers.two_cores()
    where = f"pin, {PHONES} connections"
    work = f"Kolibri {kolibri.VERSION}: progress update, SQLite"
    try:
        figures = [rate_figure(work, "pin", kolibri.measure(server, generator))]
    except kolibri.NotMeasured as reason:
        figures = [Figure(work, "pin", f"**not measured**: {reason}")]
    kolibris = figures[0].rate or peer
    bare = rate_figure(
        "Bare ASGI hello", where, hello(server, generator), peer=kolibris
    )
    closed, opened = measure(server, generator)
    beat = "Watch beat with all its rules, collector, PostgreSQL, commit before answer"
    figures += [
        bare,
        rate_figure(beat, f"closed loop, {where}", closed, floor=FLOOR, peer=kolibris),
    ]
    if not closed.bad:
        figures += [
            share("that against the hello", closed.rate / bare.rate, SHARE_OF_HELLO),
            share("that against Kolibri", closed.rate / kolibris, TIMES_KOLIBRI),
        ]
    figures.append(open_figure(beat, opened))
    return figures


def share(work: str, value: float, least: float) -> Figure:
    return Figure(work, "pin", f"{value:,.2f}x", f"≥ {least:g}x", value >= least)


def open_figure(work: str, opened: Result) -> Figure:
    """The tail under the rate of a whole city that learns at the same time."""
    where = f"open loop, {RATE:,.0f}/s asked, 2,000 connections, pin"
    if opened.bad:
        return Figure(
            work, where, f"**{opened.row()}**", f"p99 ≤ {P99_MS} ms", met=False
        )
    figure = limit_figure(work, where, opened.percentile(0.99), P99_MS, "ms")
    return replace(figure, text=f"{opened.row()}", target=f"p99 ≤ {P99_MS} ms")
