"""How the tree is cut into tiles after C2SP tlog-tiles: 256 hashes of every 8th level."""

import re

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH_BYTES = 32
TOP_LEVEL = 63 // HEIGHT

_PLACE = re.compile(r"((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def split_hashes(joined: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [
        joined[start : start + HASH_BYTES]
        for start in range(0, len(joined), HASH_BYTES)
    ]


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """`0/x001/x234/067`, and `.p/<width>` for a tile that is not full."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"{level}/{'/'.join(groups)}{partial}"


def tile_place(place: str) -> tuple[int, int] | None:
    """Index and width that the end of a path names, or None where it names none."""
    match = _PLACE.fullmatch(place)
    if not match:
        return None
    groups, width = match.groups()
    index = int(groups.replace("/", "").replace("x", ""))
    found = index, int(width or WIDTH)
    # Each tile has one address: no zeros in front, no full tile called partial.
    return found if tile_path(0, *found) == f"0/{place}" else None
