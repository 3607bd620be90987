"""The collector on PostgreSQL, commit before answer, beside a bare hello and Kolibri.

Every answer is held against the stored seconds.
"""

import contextlib
import itertools
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
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
WARM_UP_RATE, CALM = 1_000, 0.5
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


@dataclass
class Measured:
    """A steady city, the same well below what it can take, and one that all starts cold."""

    closed: Result
    calm: Result
    opened: Result


def measure(cores: str, generator: str) -> Measured:
    """Each run is held against what is stored.

    A tenth of the city sends a first message each, unmeasured: whoever watches sends
    hundreds with one token, whose signature and rows are read with the first. The other
    nine tenths then send at the city's rate to a collector that knows nobody.
    """
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database("PostgreSQL", cores) as database,
    ):
        data = Path(folder)
        tokens = servers.prepare("watchers", str(WORKERS), data=data, database=database)
        some = len(tokens) // 10
        asked = [iter(in_turn(tokens[n:some:PHONES], 300)) for n in range(PHONES)]
        rounds = partial(in_step, asked, some // PHONES)
        at_rate = partial(phones.opened, connections=PHONES, cores=generator)
        with collector(data=data, database=database, cores=cores) as port:
            warm = at_rate(port, rounds(1), WARM_UP_RATE)
            closed = phones.closed(port, asked, SECONDS, cores=generator)
            calm = at_rate(port, rounds(2), closed.rate * CALM)
        runs = [warm, closed, calm]
        check(runs, data=data, database=database)
        rest = in_turn(tokens[some:], ROUNDS)
        rate = RATE * (len(tokens) - some) / len(tokens)
        with collector(data=data, database=database, cores=cores) as port:
            opened = phones.opened(port, rest, rate, connections=2_000, cores=generator)
        check([*runs, opened], data=data, database=database)
    return Measured(closed, calm, opened)


def in_step(streams: list[Iterator[bytes]], each: int, rounds: int) -> list[bytes]:
    """The next beats of all streams, one of each at a time."""
    return [next(stream) for _ in range(each * rounds) for stream in streams]


def check(runs: list[Result], *, data: Path, database: str) -> None:
    """Mark the runs bad unless every second that was answered is stored once."""
    expected = sum(len(one.latencies) for one in runs) * BEAT
    stored = servers.prepare("stored", data=data, database=database)
    if stored != {"credited": expected, "bits": expected}:
        for one in runs:
            one.bad = one.bad or f"{expected} seconds answered, {stored} stored"


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
    measured = measure(server, generator)
    closed = measured.closed
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
    figures += [
        open_figure(beat, f"{closed.rate * CALM:,.0f}/s asked", measured.calm),
        open_figure(beat, f"{RATE:,.0f}/s asked, all cold", measured.opened),
    ]
    return figures


def share(work: str, value: float, least: float) -> Figure:
    return Figure(work, "pin", f"{value:,.2f}x", f"≥ {least:g}x", value >= least)


def open_figure(work: str, asked: str, opened: Result) -> Figure:
    """The tail when messages come at their times, whatever was answered."""
    where = f"open loop, {asked}, pin"
    if opened.bad:
        return Figure(
            work, where, f"**{opened.row()}**", f"p99 ≤ {P99_MS} ms", met=False
        )
    figure = limit_figure(work, where, opened.percentile(0.99), P99_MS, "ms")
    return replace(figure, text=f"{opened.row()}", target=f"p99 ≤ {P99_MS} ms")
