"""Text messages (短信): one function, and a sender chosen in settings."""

import json
import os
import sys
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from ankang.core.errors import Refusal

GATEWAY_SECONDS = 5
TAIL_BYTES = 64 * 1024


class TextNotSent(Refusal):
    """The gateway did not take the message."""

    def __init__(self) -> None:
        super().__init__("短信没有发出，请过一分钟再试；仍不行请拨打 12333。")


class Sender(Protocol):
    """Whatever can carry a text to a mobile."""

    def send(self, mobile: str, text: str) -> None: ...


class ConsoleSender:
    """Shows the text in the terminal of the server."""

    def send(self, mobile: str, text: str) -> None:
        sys.stdout.write(f"SMS {mobile}: {text}\n")


class FileSender:
    """Adds a line to sms.jsonl in the data folder; the demo page shows them."""

    path: Path

    def __init__(self) -> None:
        self.path = settings.DATA / "sms.jsonl"

    def send(self, mobile: str, text: str) -> None:
        line = {"at": timezone.now().isoformat(), "mobile": mobile, "text": text}
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with os.fdopen(os.open(self.path, flags, 0o600), "a") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


class MemorySender:
    """Keeps what was sent, for tests."""

    sent: list[tuple[str, str]] = []

    def send(self, mobile: str, text: str) -> None:
        self.sent.append((mobile, text))


class HttpSender:
    """Posts `{"mobile", "text"}` as JSON to a gateway, with a bearer token."""

    def send(self, mobile: str, text: str) -> None:
        url = urlsplit(settings.SMS_GATEWAY)
        connect = HTTPSConnection if url.scheme == "https" else HTTPConnection
        connection = connect(url.netloc, timeout=GATEWAY_SECONDS)
        body = json.dumps({"mobile": mobile, "text": text}).encode()
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}",
        }
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        try:
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise TextNotSent from error
        finally:
            connection.close()
        if status not in range(200, 300):
            raise TextNotSent


SENDERS: dict[str, type[Sender]] = {
    "console": ConsoleSender,
    "file": FileSender,
    "http": HttpSender,
    "memory": MemorySender,
}


def send_text(mobile: str, text: str) -> None:
    """Send a text by the sender of this deployment.

    :raises TextNotSent: the gateway is away or refuses.
    """
    SENDERS[settings.SMS_SENDER]().send(mobile, text)


def recent_texts(number: int) -> list[dict[str, object]]:
    """The newest texts of the file sender, newest first."""
    path = FileSender().path
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        lines = file.read().decode(errors="ignore").splitlines()[-number:]
    texts = [json.loads(line) for line in lines if line.startswith("{")]
    return [
        {**text, "at": datetime.fromisoformat(text["at"])} for text in reversed(texts)
    ]
