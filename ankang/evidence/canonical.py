"""One text for one value: canonical JSON after RFC 8785, without fractions.

Two programs that print a fraction may differ in its last digit, so a decimal goes into
a record as a string, and so does an integer that JavaScript cannot hold.
"""

import json
from datetime import UTC, datetime

MOST = 2**53 - 1


class NotCanonical(ValueError):
    """The value has no canonical text that every program would agree on."""


def canonical(value: object) -> str:
    """The canonical text of strings, integers, truth values, null, lists and objects.

    :raises NotCanonical: a fraction, an integer beyond 2^53 - 1, half a surrogate
        pair, a key that is no string, or any other type.
    """
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"))


def canonical_time(at: datetime) -> str:
    """A moment in UTC with six decimals: `2020-09-20T12:31:05.123456Z`.

    :raises NotCanonical: the moment has no time zone.
    """
    if at.tzinfo is None:
        raise NotCanonical(f"{at} has no time zone")
    naive = at.astimezone(UTC).replace(tzinfo=None)
    return f"{naive.isoformat(timespec='microseconds')}Z"


def _ordered(value: object) -> object:
    match value:
        case None | bool():
            return value
        case str():
            return _sound(value)
        case int() if -MOST <= value <= MOST:
            return value
        case list() | tuple():
            return [_ordered(one) for one in value]
        case dict():
            names = sorted(value, key=_utf16)
            return {name: _ordered(value[name]) for name in names}
    raise NotCanonical(f"{value!r} of type {type(value).__name__}")


def _sound(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical(f"{text!r} is not sound Unicode") from error
    return text


def _utf16(name: object) -> bytes:
    if not isinstance(name, str):
        raise NotCanonical(f"the key {name!r} is not a string")
    return _sound(name).encode("utf-16-be")
