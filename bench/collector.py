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
ROUNDS = 5
BEGIN_RATE, CALM = 4_000, 0.5
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


def in_turn(tokens: list[str], rounds: int) -> Iterator[bytes]:
    """Everybody's next 15 seconds, so many times, made beforehand."""
    return iter(list(itertools.islice(beats_of(tokens), len(tokens) * rounds)))


@dataclass
class Measured:
    """A city that begins, its peers, and the same city once all of it watches."""

    bare: Result
    kolibris: Result | str
    began: Result
    closed: Result
    calm: Result
    steady: Result


def measure(cores: str, generator: str) -> Measured:
    """Each run is held against what is stored.

    Whoever watches sends hundreds of messages with one token, whose signature and rows
    are read with the first. Phones send in the order in which they opened their lessons,
    as they do every 15 seconds. So everybody sends a first one, to a collector that knows
    nobody; then, and on the same machine minutes, the peers and what the collector can
    take, half of that, and the rate of the city: each of its phones once in 15 seconds.
    """
    with (
        tempfile.TemporaryDirectory(prefix="ankang-bench-") as folder,
        servers.database("PostgreSQL", cores) as database,
    ):
        data = Path(folder)
        tokens = servers.prepare("watchers", str(WORKERS), data=data, database=database)
        each = len(tokens) // PHONES
        asked = [
            in_turn(tokens[n : each * PHONES : PHONES], ROUNDS) for n in range(PHONES)
        ]
        at_rate = partial(phones.opened, cores=generator)
        with collector(data=data, database=database, cores=cores) as port:
            began = at_rate(port, in_step(asked, each), BEGIN_RATE, connections=PHONES)
            kolibris = measured_kolibri(cores, generator)
            before = hello(cores, generator)
            closed = phones.closed(port, asked, SECONDS, cores=generator)
            after = hello(cores, generator)
            half = closed.rate * CALM
            some = in_step(asked, round(half * SECONDS / PHONES))
            calm = at_rate(port, some, half, connections=PHONES)
            steady = at_rate(port, in_step(asked, each), RATE, connections=2 * PHONES)
        runs = [began, closed, calm, steady]
        check(runs, data=data, database=database)
    return Measured(both(before, after), kolibris, *runs)


def in_step(streams: list[Iterator[bytes]], many: int) -> list[bytes]:
    """So many of each stream's next beats, one of each at a time."""
    return [next(stream) for _ in range(many) for stream in streams]


def both(one: Result, other: Result) -> Result:
    """Two runs as one: the machine is not as fast at any minute."""
    return Result(
        one.seconds + other.seconds,
        one.latencies + other.latencies,
        one.bad or other.bad,
    )


def measured_kolibri(cores: str, generator: str) -> Result | str:
    """Kolibri's progress update, or why it was not measured."""
    try:
        return kolibri.measure(cores, generator)
    except kolibri.NotMeasured as reason:
        return str(reason)


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
    measured = measure(server, generator)
    closed, bare = measured.closed, measured.bare
    if isinstance(measured.kolibris, str):
        figures = [Figure(work, "pin", f"**not measured**: {measured.kolibris}")]
    else:
        figures = [rate_figure(work, "pin", measured.kolibris)]
    kolibris = figures[0].rate or peer
    beat = "Watch beat with all its rules, collector, PostgreSQL, commit before answer"
    figures += [
        rate_figure("Bare ASGI hello, before and after", where, bare, peer=kolibris),
        rate_figure(beat, f"closed loop, {where}", closed, floor=FLOOR, peer=kolibris),
    ]
    if not closed.bad:
        figures.append(
            share("that against the hello", closed.rate / bare.rate, SHARE_OF_HELLO)
        )
        if kolibris:
            figures.append(
                share("that against Kolibri", closed.rate / kolibris, TIMES_KOLIBRI)
            )
    half, first = f"{closed.rate * CALM:,.0f}/s asked", f"{BEGIN_RATE:,}/s asked"
    return [
        *figures,
        open_figure(beat, f"{RATE:,.0f}/s asked, each phone once", measured.steady),
        open_figure(beat, half, measured.calm),
        open_figure(beat, f"{first}, everybody's first", measured.began),
    ]


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
