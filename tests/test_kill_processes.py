"""Killed under load: what was acknowledged is stored, the log verifies, the counts agree."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from ankang.config.env import ROOT
from tests import postgres
from tests.cities import shili
from tests.collecting import collecting
from tests.crowd import BEAT, Crowd
from tests.site import Site, wait_for

pytestmark = pytest.mark.processes

LEARNERS, EXAMINEES = 30, 250
BACKLOG = 8_000
PREPARE = """
import json
from tests import crowd
print(json.dumps(crowd.prepare({learners}, {examinees})))
"""
STORED = """
import json
from tests import crowd
print(json.dumps(crowd.stored({course})))
"""
APPEND = """
from datetime import timedelta
from django.utils import timezone
from ankang.evidence.kinds import Kind
from ankang.evidence.services import Fact, append_many
now = timezone.now()
append_many(
    Fact(Kind.PERSON_VERIFIED, f"person:x{{n:07}}", f"verified:x{{n:07}}", now, {{}})
    for n in range({first}, {first} + {many})
)
"""
# as `ankang evidence seal`, in small steps with time between, to be killed in the middle
SEAL = """
import django; django.setup()
import time
from django.utils import timezone
from ankang.evidence import services
whole_step = services._seal_batch
services.BATCH = 1000
services._seal_batch = lambda until: time.sleep(0.2) or whole_step(until)
services.seal(at=timezone.now())
"""
# one process instead of three: each would start Django anew
CHECKS = """
import sys
from ankang.__main__ import main
for words in (["tick"], ["counting", "recount", "--check"], ["evidence", "export", {folder!r}]):
    if main(words):
        sys.exit(" ".join(words))
"""


@dataclass
class Killed:
    """A site under load, with what is known of it from outside."""

    site: Site
    crowd: Crowd
    folder: Path
    cluster: postgres.Cluster | None = None
    checkpoints: list[str] = field(default_factory=list)
    exports: Iterator[int] = field(default_factory=count)

    def positions(self) -> tuple[int, int]:
        """How many records have a position, and how many wait for one."""
        asked = (
            "SELECT count(position), count(*) - count(position) FROM evidence_record"
        )
        (found,) = self.site.rows(asked)
        return found[0], found[1]

    def keep_checkpoint(self) -> None:
        """As an auditor does, over the open address; to be held against the export."""
        note = self.site.get("/evidence/checkpoint")
        if note and note not in self.checkpoints:
            self.checkpoints.append(note)

    @contextmanager
    def beats_to(self, *ports: int) -> Iterator[None]:
        """The crowd at work, its beats sent to these ports in turn."""
        self.crowd.beat_ports = list(ports)
        try:
            with self.crowd.at_work():
                yield
        finally:
            self.crowd.beat_ports = [self.site.port]

    def answers_more(self) -> None:
        """Wait until the crowd has been answered for a while."""
        beats, papers = sum(self.crowd.seconds) + 40 * BEAT, len(self.crowd.papers) + 2
        wait_for(
            lambda: (
                self.crowd.wrong
                or (sum(self.crowd.seconds) > beats and len(self.crowd.papers) > papers)
            )
        )

    def assert_nothing_lost(self) -> None:
        """The crowd has left: hold the site against what it acknowledged."""
        assert self.crowd.wrong == []
        stored = json.loads(self.site.python(STORED.format(course=self.crowd.course)))
        assert stored["seconds"] == self.crowd.seconds
        assert stored["papers"] == sorted(self.crowd.papers)
        for kind in ("exam.handed_in", "hours.granted", "certificate.issued"):
            assert stored["records"][kind] == len(self.crowd.papers)
        self.assert_verifies()

    def assert_verifies(self) -> None:
        """The recount finds no difference; the export is whole and contradicts nothing."""
        export = self.folder / f"export-{next(self.exports)}"
        kept = self.folder / "kept.txt"
        kept.write_text("\n".join(self.checkpoints), encoding="utf-8")
        checked = self.site.python(CHECKS.format(folder=str(export)))
        assert "每个人的结果都与事实一致" in checked
        said = self.site.run(str(export / "verify.py"), "--checkpoint", str(kept))
        assert "核验通过" in said
        assert f"保存的 {len(self.checkpoints)} 个检查点，与导出一致" in said
        sealed, waiting = self.positions()
        assert waiting == 0
        assert f"记录 {sealed:,} 条" in said


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def cluster(request: pytest.FixtureRequest) -> Iterator[postgres.Cluster | None]:
    """A server that may be killed, for the runs that have one."""
    if request.param == "SQLite":
        yield None
        return
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    made = postgres.Cluster(programs)
    made.start()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def killed(
    cluster: postgres.Cluster | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Killed]:
    folder = tmp_path_factory.mktemp("killed")
    site = Site(folder, shili(folder), database=cluster.address if cluster else "")
    prepared = json.loads(
        site.python(PREPARE.format(learners=LEARNERS, examinees=EXAMINEES))
    )
    with site.served():
        yield Killed(site, Crowd(site.port, prepared=prepared), folder, cluster)


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)


def children(parent: int) -> list[int]:
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(one) for one in found]


def test_killed_web_processes_lose_nothing_acknowledged(killed: Killed) -> None:
    site, before = killed.site, killed.crowd.failures
    with killed.crowd.at_work():
        for which in (-1, 0):
            killed.answers_more()
            killed.keep_checkpoint()
            web = site.processes("web")
            kill(web[which])
            wait_for(lambda gone=web[which]: gone not in site.processes("web"))
        killed.answers_more()

    assert killed.crowd.failures > before
    killed.assert_nothing_lost()


def test_a_killed_worker_loses_nothing_and_the_next_goes_on(killed: Killed) -> None:
    site = killed.site
    with killed.crowd.at_work():
        for _ in range(2):
            killed.answers_more()
            killed.keep_checkpoint()
            sealed, _ = killed.positions()
            (worker,) = site.processes("work")
            kill(worker)
            # the next one ticks as soon as it lives
            wait_for(lambda seen=sealed: killed.positions()[0] > seen)

    killed.assert_nothing_lost()


def test_killed_collectors_lose_nothing_acknowledged(killed: Killed) -> None:
    site, crowd = killed.site, killed.crowd
    before = crowd.failures
    with ExitStack() as stack:  # they end after the crowd has left
        one = stack.enter_context(collecting(site))
        other = stack.enter_context(collecting(site))
        with killed.beats_to(one.port, other.port, site.port):
            killed.answers_more()
            killed.keep_checkpoint()
            (worker,) = children(one.process.pid)
            kill(worker)  # the next one is started beside its parent
            killed.answers_more()
            other.process.kill()
            other.process.wait()
            wait_for(lambda: not other.is_healthy())
            stack.enter_context(collecting(site, port=other.port))
            killed.answers_more()

    assert crowd.failures > before
    killed.assert_nothing_lost()


def sealer(site: Site) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", SEAL],
        cwd=ROOT,
        env=site.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def append_backlog(killed: Killed) -> None:
    sealed, waiting = killed.positions()
    killed.site.python(APPEND.format(first=sealed + waiting, many=BACKLOG))


def test_the_next_sealer_finishes_what_killed_ones_left(killed: Killed) -> None:
    left = []
    with killed.crowd.at_work():
        append_backlog(killed)
        for _ in range(2):
            sealed, _ = killed.positions()
            process = sealer(killed.site)
            wait_for(lambda seen=sealed: killed.positions()[0] > seen)
            kill(process.pid)
            process.wait()
            left.append(killed.positions()[1])
            killed.keep_checkpoint()

    assert left[0] > 0
    killed.assert_nothing_lost()


def test_a_killed_postgres_comes_back_with_all_acknowledged(killed: Killed) -> None:
    cluster = killed.cluster
    if cluster is None:
        pytest.skip("SQLite has no process of its own")
    before = killed.crowd.failures
    site = killed.site
    with collecting(site) as one, killed.beats_to(one.port, site.port):
        killed.answers_more()
        killed.keep_checkpoint()
        append_backlog(killed)
        sealed, _ = killed.positions()
        process = sealer(killed.site)
        wait_for(lambda: killed.positions()[0] > sealed)
        cluster.kill()
        assert process.wait() != 0
        failed = killed.crowd.failures
        wait_for(lambda: killed.crowd.failures > failed)
        cluster.start()
        killed.answers_more()

    assert killed.crowd.failures > before
    killed.assert_nothing_lost()
