"""What a phone sends, read and checked: beats of one session, or the answer why not.

Nothing here knows a database. The main process reads one message at a time with it, the
collector each as it arrives.
"""

from typing import Any, NamedTuple

import orjson
from django.core import signing

from ankang.learning import accounting
from ankang.learning.accounting import BadBeat, Beat, Reason
from ankang.learning.tokens import Token, read_token

MAX_BEATS = 60
MAX_BODY = 64 * 1024


class Answer(NamedTuple):
    """An HTTP status and what the page is told."""

    status: int
    said: dict[str, Any]


class Message(NamedTuple):
    """Beats of one session as they arrived; `at` is in seconds since the epoch."""

    token: Token
    beats: list[Beat]
    malformed: dict[Reason, int]
    at: float

    @property
    def key(self) -> tuple[int, int]:
        """The session, and the coverage that it adds to."""
        return self.token.session_id, self.token.coverage_id


def read_message(body: bytes, at: float) -> Message | Answer:
    """The message, or why it is none.

    400 for what is no message, 403 for a token that is forged or too old.
    """
    try:
        raw = orjson.loads(body)
        token = read_token(raw["token"])
        raw_beats = raw["beats"]
    except signing.SignatureExpired:
        return Answer(403, {"error": "expired"})
    except signing.BadSignature:
        return Answer(403, {"error": "token"})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Answer(400, {"error": "message"})
    if not isinstance(raw_beats, list) or len(raw_beats) > MAX_BEATS:
        return Answer(400, {"error": "message"})
    beats, malformed = parse_beats(raw_beats, token)
    return Message(token, beats, malformed, at)


def parse_beats(
    raw_beats: list[object], token: Token
) -> tuple[list[Beat], dict[Reason, int]]:
    """The beats that an honest player could have sent, and a count of the others."""
    beats: list[Beat] = []
    malformed: dict[Reason, int] = {}
    for raw in raw_beats:
        try:
            beats.append(accounting.parse_beat(raw, token.terms))
        except BadBeat as bad:
            malformed[bad.reason] = malformed.get(bad.reason, 0) + 1
    return beats, malformed
