"""Texts leave through whichever sender the deployment has."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from ankang.accounts.sms import TextNotSent, send_text


class Gateway(HTTPServer):
    """A gateway on this machine that keeps what it was given."""

    got: list[tuple[str, str, dict[str, str]]]
    status: int


class Answering(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(
            (self.path, self.headers["Authorization"], json.loads(body))
        )
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent."""


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    server = Gateway(("127.0.0.1", 0), Answering)
    server.got, server.status = [], 200
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.SMS_SENDER = "http"
    settings.SMS_GATEWAY = f"http://127.0.0.1:{server.server_port}/send?sign=1"
    settings.SMS_GATEWAY_TOKEN = "token"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_text_is_posted_to_the_gateway_with_its_token(gateway: Gateway) -> None:
    send_text("19900000001", "验证码 123456")

    assert gateway.got == [
        (
            "/send?sign=1",
            "Bearer token",
            {"mobile": "19900000001", "text": "验证码 123456"},
        )
    ]


def test_a_gateway_that_refuses_is_told_to_the_person(gateway: Gateway) -> None:
    gateway.status = 500

    with pytest.raises(TextNotSent, match="短信没有发出"):
        send_text("19900000001", "验证码 123456")


def test_a_gateway_that_is_away_is_told_to_the_person(settings: Any) -> None:
    settings.SMS_SENDER = "http"
    settings.SMS_GATEWAY = "http://127.0.0.1:9/"

    with pytest.raises(TextNotSent):
        send_text("19900000001", "验证码 123456")


def test_the_console_sender_shows_the_text(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SMS_SENDER = "console"

    send_text("19900000001", "验证码 123456")

    assert "123456" in capsys.readouterr().out
