"""How long an MP4 plays, read from its own header (ISO/IEC 14496-12)."""

import io
import struct
from typing import IO

HEADER = 8
LONG_HEADER = 16


def duration_seconds(file: IO[bytes]) -> int:
    """Whole seconds that the movie header tells, or 0 if there is none to be read."""
    file.seek(0, io.SEEK_END)
    end = file.tell()
    moov = _find(file, b"moov", 0, end)
    mvhd = _find(file, b"mvhd", *moov) if moov else None
    if mvhd is None:
        return 0
    file.seek(mvhd[0])
    content = file.read(32)
    layout = ">xxxxQQIQ" if content[:1] == b"\x01" else ">xxxxIIII"
    if len(content) < struct.calcsize(layout):
        return 0
    _, _, timescale, duration = struct.unpack_from(layout, content)
    return int(duration // timescale) if timescale else 0


def _find(file: IO[bytes], kind: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the content of the first box of a kind begins and ends."""
    place = start
    while place + HEADER <= end:
        file.seek(place)
        head = file.read(LONG_HEADER)
        if len(head) < HEADER:
            return None
        size, header = int.from_bytes(head[:4], "big"), HEADER
        if size == 1:
            size, header = int.from_bytes(head[8:], "big"), LONG_HEADER
        elif size == 0:
            size = end - place
        if size < header:
            return None
        if head[4:8] == kind:
            return place + header, min(place + size, end)
        place += size
    return None
