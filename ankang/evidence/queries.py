"""What the log holds, and proofs of it, read from tiles."""

from collections.abc import Sequence

from django.db.models import F, Max, QuerySet

from ankang.evidence import merkle
from ankang.evidence.models import Checkpoint, LogKey, Record, Tile
from ankang.evidence.notes import verifier_key
from ankang.evidence.tiles import HEIGHT, WIDTH, Place, split_hashes


def latest_checkpoint() -> Checkpoint | None:
    """The last one that was signed."""
    return Checkpoint.objects.order_by("size", "at").last()


def records_of(subject: str) -> QuerySet[Record]:
    """What the log knows of a subject in its order; the unsealed come last."""
    return Record.objects.filter(subject=subject).order_by(
        F("position").asc(nulls_last=True), "recorded_at", "id"
    )


def public_keys() -> list[str]:
    """Every key that ever signed, the oldest first, as lines for the verifier."""
    keys = LogKey.objects.order_by("created_at", "id")
    return [verifier_key(key.name, bytes(key.public_key)) for key in keys]


def sealed_size() -> int:
    """How many records have their position."""
    last: int | None = Record.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def root_of(size: int) -> bytes:
    """The root of the first `size` records.

    :raises ValueError: so many are not sealed.
    """
    return merkle.root(_sealed(size), TreeReader().node)


def inclusion_proof(position: int, size: int) -> list[bytes]:
    """That the record at the position is in the tree of that size.

    :raises ValueError: it is not, or so many are not sealed.
    """
    return merkle.inclusion_proof(position, _sealed(size), TreeReader().node)


def consistency_proof(old: int, new: int) -> list[bytes]:
    """That the tree of the old size is the beginning of the new one.

    :raises ValueError: the old one is larger, or so many are not sealed.
    """
    return merkle.consistency_proof(old, _sealed(new), TreeReader().node)


def tile_at(place: Place) -> bytes | None:
    """A tile that the latest checkpoint covers, or the beginning of one."""
    if not _is_covered(place):
        return None
    hashes = TreeReader().hashes(place.level, place.index)
    return b"".join(hashes[: place.width])


def entries_at(place: Place) -> bytes | None:
    """The records under a tile of the lowest level, each behind its length in 2 bytes."""
    if not _is_covered(place):
        return None
    first = place.index * WIDTH
    records = Record.objects.filter(
        position__gte=first, position__lt=first + place.width
    )
    bodies = records.order_by("position").values_list("body", flat=True)
    return b"".join(
        len(entry).to_bytes(2, "big") + entry for entry in map(str.encode, bodies)
    )


def _is_covered(place: Place) -> bool:
    checkpoint = latest_checkpoint()
    there = checkpoint.size >> HEIGHT * place.level if checkpoint else 0
    return place.index * WIDTH + place.width <= there


class TreeReader:
    """Hashes of the sealed tree. It remembers the tiles that it has read."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, int], Sequence[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The hash of a perfect subtree, as merkle.py asks for it."""
        tile_level, above = divmod(level, HEIGHT)
        tile, start = divmod(index << above, WIDTH)
        hashes = self.hashes(tile_level, tile)
        return merkle.perfect_root(hashes[start : start + (1 << above)])

    def hashes(self, level: int, index: int) -> Sequence[bytes]:
        """The hashes of a tile, as many as there are."""
        place = (level, index)
        if place not in self._read:
            full = Tile.objects.filter(level=level, index=index).first()
            self._read[place] = (
                split_hashes(bytes(full.hashes))
                if full
                else _hashes_below(level, index * WIDTH, (index + 1) * WIDTH)
            )
        return self._read[place]


def _hashes_below(level: int, start: int, end: int) -> list[bytes]:
    """What the tile at the right edge of a level has so far."""
    if level:
        full = Tile.objects.filter(level=level - 1, index__gte=start, index__lt=end)
        roots = full.order_by("index").values_list("root", flat=True)
        return [bytes(root) for root in roots]
    return [
        merkle.leaf_hash(body.encode())
        for body in Record.objects.filter(position__gte=start, position__lt=end)
        .order_by("position")
        .values_list("body", flat=True)
    ]


def _sealed(size: int) -> int:
    if size > sealed_size():
        raise ValueError(f"the log has no {size} sealed records")
    return size
