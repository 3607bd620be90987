"""One text for one value: canonical JSON after RFC 8785, without fractions.

Two programs that print a fraction may differ in its last digit, so a decimal goes into
a record as a string, and so does an integer that JavaScript cannot hold.
"""

import json
from collections.abc import Collection
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
            return {name: _ordered(value[name]) for name in _sorted(value)}
    raise NotCanonical(f"{value!r} of type {type(value).__name__}")


def _sorted(names: Collection[object]) -> list[str]:
    """By UTF-16 units. Among names of ASCII alone, as ours are, any order is that one."""
    plain = [name for name in names if isinstance(name, str) and name.isascii()]
    if len(plain) == len(names):
        return sorted(plain)
    return sorted(map(_text, names), key=_utf16)


def _sound(text: str) -> str:
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical(f"{text!r} is not sound Unicode") from error
    return text


def _text(name: object) -> str:
    if not isinstance(name, str):
        raise NotCanonical(f"the key {name!r} is not a string")
    return _sound(name)


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")
