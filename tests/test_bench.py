"""What the benchmarks rest on: a generator that stops, a page that tells the truth."""

import itertools
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import report
from bench.load import Result, closed_loop, http_request
from bench.report import Figure, limit_figure, rate_figure

GOOD_ANSWERS = 20


class FailsLater(BaseHTTPRequestHandler):
    """Well at first, then overloaded for good."""

    protocol_version = "HTTP/1.1"
    asked = itertools.count(1)

    def do_GET(self) -> None:
        is_good = next(self.asked) <= GOOD_ANSWERS
        self.send_response(200 if is_good else 503)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), FailsLater) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_load_generator_stops_at_the_first_bad_answer(port: int) -> None:
    streams = [itertools.repeat(http_request("/")) for _ in range(2)]

    result = closed_loop(port, streams, seconds=10)

    assert result.bad == "HTTP 503"
    assert result.seconds < 5
    assert len(result.latencies) <= GOOD_ANSWERS + 2
    assert "bad answer" in rate_figure("Pages", "free", result, floor=5).text


def test_sections_of_benchmarks_that_were_not_run_stay_as_they_were() -> None:
    first = report.page("", {"beats": [Figure("Beat", "pin", "12/s")]})
    both = report.page(first, {"roster": [limit_figure("Rows", "free", 9, 8, "s")]})
    again = report.page(both, {"roster": [limit_figure("Rows", "free", 7, 8, "s")]})

    assert "| Beat | pin | 12/s |" in again
    assert "- Rows: 9.0 s, target ≤ 8 s." in both
    assert "missed" not in again
    assert again.index("## Watch beats") < again.index("## Roster")


def test_a_rate_stands_beside_its_target_and_the_peer() -> None:
    result = Result(seconds=2, latencies=[0.001] * 100)

    figure = rate_figure("Beat", "pin", result, floor=60, peer=10)

    assert figure.cells()[3:] == ["≥ 60/s", "**missed**", "5.0x"]
