"""A year of the evidence log, written with the real modules, inside a process with a database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ankang.core.ciphers import keyring
from ankang.evidence.canonical import canonical, canonical_time
from ankang.evidence.merkle import leaf_hash, perfect_root
from ankang.evidence.models import Checkpoint, LogKey, Record, Tile
from ankang.evidence.notes import Signer, checkpoint_text, signed_note
from ankang.evidence.queries import latest_checkpoint, sealed_size
from ankang.evidence.services import ensure_key, seal
from ankang.evidence.tiles import WIDTH
from ankang.evidence.verify import Tree
from bench import city
from bench.imports import measured
from tests import made_log

# every two minutes somebody learns and is sealed: 180,000 checkpoints in 250 days
PACE = timedelta(minutes=2)
FIRST = datetime(2020, 1, 2, tzinfo=UTC)
STORY = sum(1 for _ in made_log.learner_story(0, FIRST))


def stories(people: int) -> Iterator[Iterator[dict[str, Any]]]:
    """The records of each sealing: first the rules, then person by person."""
    yield iter([made_log.edition(FIRST)])
    for number in range(people):
        yield made_log.learner_story(number, FIRST + (number + 1) * PACE)


def row(record: dict[str, Any], body: str) -> dict[str, Any]:
    return {
        "kind": record["kind"],
        "subject": record["subject"],
        "source": record["source"],
        "body": body,
        "at": naive(record["at"]),
        "recorded_at": naive(record["recorded_at"]),
    }


def naive(text: str) -> str:
    """A moment of the log as Django stores it: in UTC, without zeros at the end."""
    return text[:-1].replace("T", " ").removesuffix(".000000")


def append_records(count: str) -> int:
    """So many records that wait for the sealer; how many there are."""
    people = int(count) // STORY + 1
    waiting = (row(one, canonical(one)) for story in stories(people) for one in story)
    with transaction.atomic():
        city.load(Record, (next(waiting) for _ in range(int(count))))
    _analyze()
    return Record.objects.filter(position=None).count()


def seal_records() -> dict[str, Any]:
    """Seal what waits: seconds, peak, and how much is sealed and signed."""
    took = measured(lambda: seal(at=timezone.now()))
    checkpoint = latest_checkpoint()
    return {**took, "sealed": sealed_size(), "signed": checkpoint and checkpoint.size}


class Year:
    """The sealed log of a year, laid down row by row as the sealer would."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer
        self.tree = Tree(0, [])
        self.pending: list[list[bytes]] = [[]]
        self.tiles: list[dict[str, Any]] = []
        self.checkpoints: list[dict[str, Any]] = []

    def rows(self, people: int) -> Iterator[dict[str, Any]]:
        """Each record with its position; tiles and checkpoints gather meanwhile."""
        for story in stories(people):
            last = ""
            for one in story:
                body = canonical(one)
                leaf = leaf_hash(body.encode())
                yield {**row(one, body), "position": self.tree.size}
                self.tree.add(leaf)
                self._add(0, leaf)
                last = one["recorded_at"]
            self._sign(datetime.fromisoformat(last) + made_log.SECOND)

    def _add(self, level: int, hashed: bytes) -> None:
        if level == len(self.pending):
            self.pending.append([])
        waiting = self.pending[level]
        waiting.append(hashed)
        if len(waiting) == WIDTH:
            root = perfect_root(waiting)
            place = {"level": level, "index": (self.tree.size - 1) >> 8 * (level + 1)}
            self.tiles.append({**place, "hashes": b"".join(waiting), "root": root})
            waiting.clear()
            self._add(level + 1, root)

    def _sign(self, at: datetime) -> None:
        said = {"size": self.tree.size, "root": self.tree.root(), "at": at}
        text = checkpoint_text(origin=self.signer.name, **said)
        note = signed_note(text, [self.signer])
        self.checkpoints.append({**said, "at": naive(canonical_time(at)), "note": note})


def year_of_records(people: str) -> int:
    """Fill the log with what so many people did in a year; how many records."""
    ensure_key(at=FIRST)
    key = LogKey.objects.get()
    private = bytes.fromhex(keyring().open(bytes(key.private_key)))
    year = Year(Signer(key.name, private))
    with transaction.atomic():
        city.load(Record, year.rows(int(people)))
        city.load(Tile, iter(year.tiles))
        city.load(Checkpoint, iter(year.checkpoints))
    _analyze()
    return year.tree.size


def _analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
