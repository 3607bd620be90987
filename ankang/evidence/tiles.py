"""How the tree is cut into tiles after C2SP tlog-tiles: 256 hashes of every 8th level."""

import re
from dataclasses import dataclass

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH_BYTES = 32

_PATH = re.compile(
    r"([0-9]{1,2})/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True)
class Place:
    """Which tile, and how many of its hashes."""

    level: int
    index: int
    width: int


def split_hashes(joined: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [
        joined[start : start + HASH_BYTES]
        for start in range(0, len(joined), HASH_BYTES)
    ]


def tile_path(place: Place) -> str:
    """`0/x001/x234/067`, and `.p/<width>` behind it for a tile that is not full."""
    index = place.index
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    partial = "" if place.width == WIDTH else f".p/{place.width}"
    return f"{place.level}/{'/'.join(groups)}{partial}"


def tile_place(path: str) -> Place | None:
    """What a path names, or None where it names nothing."""
    match = _PATH.fullmatch(path)
    if not match:
        return None
    level, groups, width = match.groups()
    index = int(groups.replace("/x", "").replace("/", "").lstrip("x"))
    place = Place(int(level), index, int(width or WIDTH))
    # Each tile has one address: no zeros in front, no full tile called partial.
    return place if place.width <= WIDTH and tile_path(place) == path else None
