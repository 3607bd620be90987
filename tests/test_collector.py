"""The collector as its own process: batches, a full queue, a clean stop, many beside each other."""

import json
import random
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.cities import shili
from tests.collecting import Collecting, ask, beats, collecting, send
from tests.crowd import BEAT
from tests.site import Site, wait_for

pytestmark = pytest.mark.processes

LEARNERS, TESTS = 24, 7
TOKENS = """
import json
from bench import prepare
print(json.dumps([one["token"] for one in prepare.learners("{learners}")]))
"""
QUEUE = "ankang_collector_queue"


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    programs = postgres.binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    made = postgres.Cluster(programs)
    made.start()
    yield made
    made.remove()


@pytest.fixture(scope="module")
def site(cluster: postgres.Cluster, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site on a PostgreSQL of its own; nobody serves its pages."""
    folder: Path = tmp_path_factory.mktemp("collected")
    return Site(folder, shili(folder), database=cluster.address)


@pytest.fixture(scope="module")
def everybody(site: Site) -> list[str]:
    """Learners who opened a lesson long ago, so that there is time to credit."""
    return list(json.loads(site.python(TOKENS.format(learners=LEARNERS * TESTS))))


@pytest.fixture
def tokens(everybody: list[str]) -> list[str]:
    """Learners whom no other test has."""
    mine = everybody[:LEARNERS]
    del everybody[:LEARNERS]
    return mine


def stored(site: Site, tokens: list[str]) -> list[int]:
    """What each of them is credited."""
    found = dict(site.rows("SELECT id, credited_seconds FROM learning_coverage"))
    return [found[coverage_of(token)] for token in tokens]


def coverage_of(token: str) -> int:
    """A token is signed, not secret."""
    said = token.split(":", maxsplit=1)[0]
    return int(json.loads(urlsafe_b64decode(said + "=" * (-len(said) % 4)))[1])


@contextmanager
def writing_held_up(site: Site) -> Iterator[None]:
    """Nobody gets a coverage written until the block ends."""
    with psycopg.connect(site.environment["DATABASE_URL"]) as server:
        server.execute("LOCK TABLE learning_coverage IN SHARE MODE")
        yield


def phones() -> ThreadPoolExecutor:
    """As many at once as there are learners."""
    return ThreadPoolExecutor(LEARNERS)


def waits_for(collector: Collecting, messages: int) -> None:
    wait_for(lambda: collector.metric(QUEUE) == messages)


def test_what_waits_is_committed_together_and_answered_after_it(
    site: Site, tokens: list[str]
) -> None:
    messages = [beats(token, 0) for token in tokens]
    with collecting(site) as collector:
        send(collector.port, beats(tokens[0], 0))
        with phones() as pool, writing_held_up(site):
            answers = [pool.submit(send, collector.port, one) for one in messages]
            waits_for(collector, len(messages))
            assert not any(one.done() for one in answers)
            assert stored(site, tokens[1:]) == [0] * (LEARNERS - 1)
        assert [one.result().said["credited"] for one in answers] == [BEAT] * LEARNERS
        # the one before, then whatever came first, then all others at once
        assert collector.metric("ankang_collector_batch_messages_count") <= 4
        assert collector.metric("ankang_collector_batch_messages_sum") == LEARNERS + 1
        assert collector.metric("ankang_collector_commit_seconds_count") <= 4
        assert collector.metric(QUEUE) == 0
    assert stored(site, tokens) == [BEAT] * LEARNERS


def test_messages_of_one_session_in_one_batch_add_up(
    site: Site, tokens: list[str]
) -> None:
    messages = [beats(tokens[0], number) for number in range(6)]
    with collecting(site) as collector:
        with phones() as pool, writing_held_up(site):
            answers = [pool.submit(send, collector.port, one) for one in messages * 2]
            waits_for(collector, 2 * len(messages))
        assert all(one.result().status == 200 for one in answers)
    assert stored(site, tokens[:1]) == [6 * BEAT]


def test_beyond_its_queue_a_collector_asks_to_come_again(
    site: Site, tokens: list[str]
) -> None:
    with collecting(site, "--queue", "4") as collector:
        some = [beats(token, 0) for token in tokens[:4]]
        with phones() as pool, writing_held_up(site):
            answers = [pool.submit(send, collector.port, one) for one in some]
            waits_for(collector, 4)
            full = send(collector.port, beats(tokens[4], 0))
            assert (full.status, full.said) == (503, {"error": "queue"})
            assert full.headers["Retry-After"] == "5"
            assert full.headers["Access-Control-Allow-Origin"] == "*"
            assert ask(collector.port, "GET", "/healthz").status == 503
        assert [one.result().status for one in answers] == [200] * 4
        again = send(collector.port, beats(tokens[4], 0))
        assert again.said["credited"] == BEAT
        refused = 'ankang_collector_refused_total{reason="queue"}'
        assert collector.metric(refused) == 1
        assert collector.metric('ankang_collector_answers_total{status="503"}') == 1


def test_told_to_stop_it_answers_what_it_accepted(
    site: Site, tokens: list[str]
) -> None:
    messages = [beats(token, 0) for token in tokens]
    with collecting(site) as collector:
        with phones() as pool, writing_held_up(site):
            answers = [pool.submit(send, collector.port, one) for one in messages]
            waits_for(collector, len(messages))
            collector.process.terminate()
        assert [one.result().status for one in answers] == [200] * LEARNERS
        assert collector.process.wait(timeout=20) == 0
    assert stored(site, tokens) == [BEAT] * LEARNERS


def test_refusals_are_counted_by_reason(site: Site, tokens: list[str]) -> None:
    with collecting(site) as collector:
        assert send(collector.port, "{").said == {"error": "message"}
        assert send(collector.port, beats("forged", 0)).status == 403
        assert send(collector.port, "x" * 70_000).status == 413
        assert ask(collector.port, "GET", "/learning/beats/").status == 404
        ahead = send(collector.port, beats(tokens[0], *range(2_000, 2_040)))
        reason = ahead.said["refused"][0]["reason"]  # type: ignore[index]
        for one, times in (("message", 2), ("token", 1), (reason, 1)):
            name = f'ankang_collector_refused_total{{reason="{one}"}}'
            assert collector.metric(name) == times


def test_a_page_may_send_from_another_origin(site: Site) -> None:
    with collecting(site) as collector:
        answer = ask(collector.port, "OPTIONS", "/learning/beats/")
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"


def test_several_collectors_neither_lose_nor_double(
    site: Site, tokens: list[str]
) -> None:
    """The same beats at the same time, in other orders, on two collectors and the site."""
    numbers = range(12)
    chances = random.Random(7)

    with site.served(), collecting(site) as one, collecting(site) as other:
        ports = [one.port, other.port, site.port]

        def phone(_: int) -> set[int]:
            mine = [(token, number) for token in tokens[:6] for number in numbers]
            chances.shuffle(mine)
            return {
                send(chances.choice(ports), beats(token, number)).status
                for token, number in mine
            }

        with ThreadPoolExecutor(8) as pool:
            statuses = set().union(*pool.map(phone, range(8)))
        # What each remembers is out of date now, and must be seen to be.
        for port in ports:
            answer = send(port, beats(tokens[0], 12))
            assert answer.said["credited"] == 13 * BEAT
    assert statuses == {200}
    assert stored(site, tokens[:6]) == [13 * BEAT, *[12 * BEAT] * 5]


def test_a_database_that_is_away_is_told_and_found_again(
    site: Site, tokens: list[str], cluster: postgres.Cluster
) -> None:
    token = tokens[0]
    with collecting(site) as collector:
        assert send(collector.port, beats(token, 0)).said["credited"] == BEAT
        cluster.kill()
        answer = send(collector.port, beats(token, 1))
        assert (answer.status, answer.said) == (503, {"error": "database"})
        assert ask(collector.port, "GET", "/healthz").status == 503
        cluster.start()
        wait_for(collector.is_healthy)
        assert send(collector.port, beats(token, 1)).said["credited"] == 2 * BEAT


def test_pages_leave_room_for_the_next_version_of_a_row(
    site: Site, everybody: list[str]
) -> None:
    """Else nearly every beat of a large city writes into ten indexes."""
    asked = (
        "SELECT relname, reloptions::text FROM pg_class"
        " WHERE relname IN ('learning_watchsession', 'learning_coverage')"
    )
    assert everybody is not None
    assert dict(site.rows(asked)) == {
        "learning_watchsession": "{fillfactor=60}",
        "learning_coverage": "{fillfactor=60}",
    }
