"""The signed, short-lived name of a watch session, with the terms it was opened on.

Who holds it may send beats: no cookie, no look-up. The main process and the collector
check it alike.
"""

import time
from functools import lru_cache
from typing import NamedTuple

from django.core import signing

from ankang.learning.accounting import Terms

TOKEN_SALT = "ankang.watch"  # noqa: S105
TOKEN_SECONDS = 2 * 3600
# A phone sends the same token every 15 s: as many as a city has learners at one time.
TOKENS_REMEMBERED = 200_000


class Token(NamedTuple):
    """What a token says once its signature and age are checked."""

    session_id: int
    coverage_id: int
    terms: Terms


def sign_token(session_id: int, coverage_id: int, terms: Terms) -> str:
    """A token that is good for two hours from now."""
    said = [
        session_id,
        coverage_id,
        terms.duration,
        terms.rate,
        terms.slack,
        terms.max_beat,
        terms.window,
    ]
    return signing.dumps(said, salt=TOKEN_SALT)


def read_token(token: str) -> Token:
    """Check and read a token.

    :raises django.core.signing.SignatureExpired: it is too old.
    :raises django.core.signing.BadSignature: forged, or for another purpose.
    """
    read, signed_at = _verified(token)
    age = time.time() - signed_at
    if age > TOKEN_SECONDS:
        raise signing.SignatureExpired(f"Signature age {age} > {TOKEN_SECONDS} seconds")
    return read


@lru_cache(TOKENS_REMEMBERED)
def _verified(token: str) -> tuple[Token, int]:
    """The token and when it was signed. A forged one raises, so only true ones are kept."""
    session_id, coverage_id, *terms = signing.loads(token, salt=TOKEN_SALT)
    signed_at = signing.b62_decode(token.rsplit(":", 2)[1])
    return Token(session_id, coverage_id, _terms(*terms)), signed_at


@lru_cache(1000)
def _terms(duration: int, rate: float, slack: int, max_beat: int, window: int) -> Terms:
    """All who watch one lesson share its terms."""
    return Terms(duration, rate, slack, max_beat, window)
