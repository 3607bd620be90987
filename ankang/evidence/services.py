"""Appending to the log, sealing what was appended, and the keys that sign it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from ankang.core.bulk import Loader, Row
from ankang.core.ciphers import keyring
from ankang.core.errors import Refusal
from ankang.evidence.canonical import canonical, canonical_time
from ankang.evidence.kinds import DATA_KEYS, Kind
from ankang.evidence.merkle import leaf_hash, perfect_root
from ankang.evidence.models import Checkpoint, LogKey, Record, Tile
from ankang.evidence.notes import Signer, checkpoint_text, signed_note
from ankang.evidence.queries import latest_checkpoint, root_of, sealed_size
from ankang.evidence.tiles import WIDTH

BATCH = 20_000
CLOCKS_MAY_DIFFER = timedelta(minutes=5)
MOST_BETWEEN_CHECKPOINTS = timedelta(days=1)
BOTH_KEYS_SIGN = timedelta(days=30)
SEALER_LOCK = 0x616E6B616E67
TRIES = 5
SERIALIZATION_FAILURE = "40001"

SEAL_NEXT = """
UPDATE evidence_record SET position = %s + next.number
FROM (
    SELECT id, row_number() OVER (ORDER BY recorded_at, id) - 1 AS number
    FROM (
        SELECT id, recorded_at FROM evidence_record
        WHERE position IS NULL AND recorded_at <= %s
        ORDER BY recorded_at, id LIMIT %s
    ) AS unsealed
) AS next
WHERE evidence_record.id = next.id
"""
# By an array the planner looks each row up by its key. From the subquery, after a flood
# that the statistics do not know of, it may read the whole table for each row.
SEAL_NEXT_ON_POSTGRESQL = """
UPDATE evidence_record SET position = %s + next.number - 1
FROM unnest(ARRAY(
    SELECT id FROM evidence_record
    WHERE position IS NULL AND recorded_at <= %s
    ORDER BY recorded_at, id LIMIT %s
)) WITH ORDINALITY AS next (id, number)
WHERE evidence_record.id = next.id
"""


class SigningKeyLost(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"签名密钥 {name} 打不开：密钥环（keyring.json）不是生成它时的那一个。"
            "请恢复密钥环；确实丢失的，运行 ankang evidence rotate --at-once 换新密钥。"
        )


class RecordsOfTheFuture(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "有登记时间在将来的存证记录，还不能封存。请核对服务器时钟，过几分钟再试。"
        )


@dataclass(frozen=True)
class Fact:
    """What happened, to whom, and the row that it is known from.

    `subject` is `person:<number>`, `employer:<code>` or `city`. `source` is unique
    within its kind. `recorded_at` is now, except where a past is simulated.
    """

    kind: Kind
    subject: str
    source: str
    at: datetime
    data: dict[str, object]
    recorded_at: datetime | None = None


def append(
    *,
    kind: Kind,
    subject: str,
    source: str,
    at: datetime,
    data: dict[str, object],
    recorded_at: datetime | None = None,
) -> None:
    """Append one fact: one INSERT within the caller's transaction.

    A fact of this kind and source that stands in the log already is left as it is.

    :raises NotCanonical: `data` holds a fraction or another odd value.
    :raises ValueError: `data` has other keys than its kind (kinds.py).
    """
    append_many([Fact(kind, subject, source, at, data, recorded_at)])


def append_many(facts: Iterable[Fact]) -> None:
    """The same for many facts in one INSERT."""
    now = timezone.now()
    loader = Loader(Record, keeps_known=True)
    loader.insert(_row_of(loader, fact, fact.recorded_at or now) for fact in facts)


def _row_of(loader: Loader, fact: Fact, recorded_at: datetime) -> Row:
    if fact.data.keys() != DATA_KEYS[fact.kind]:
        raise ValueError(
            f"{fact.kind} carries {sorted(DATA_KEYS[fact.kind])},"
            f" not {sorted(fact.data)}"
        )
    body = canonical(
        {
            "at": canonical_time(fact.at),
            "data": fact.data,
            "kind": str(fact.kind),
            "recorded_at": canonical_time(recorded_at),
            "source": fact.source,
            "subject": fact.subject,
        }
    )
    adapt = connection.ops.adapt_datetimefield_value
    return loader.row(
        kind=str(fact.kind),
        subject=fact.subject,
        source=fact.source,
        at=adapt(fact.at),
        recorded_at=adapt(recorded_at),
        body=body,
    )


def seal(*, at: datetime) -> Checkpoint | None:
    """Give every record its position, extend the tree, and sign how it stands.

    The new checkpoint, or None where nothing is new and the last one is younger than a
    day. Work is done in transactions that are each whole, so a sealer may be killed
    and several may run at once. Records that claim to be written later than `at`, by
    more than clocks differ, wait for the next time.

    :raises SigningKeyLost: the records are sealed, but nobody can sign.
    """
    until = at + CLOCKS_MAY_DIFFER
    while _unsealed(until) and _seal_batch(until) == BATCH:
        pass
    latest = latest_checkpoint()
    size = sealed_size()
    if not size or (
        latest and latest.size == size and at < latest.at + MOST_BETWEEN_CHECKPOINTS
    ):
        return None
    return sign_checkpoint(at=at)


def at_one_moment(act: Callable[[int], object], *, at: datetime) -> None:
    """Call `act` with the log's size, where all facts that it can see are sealed.

    What it computes from the tables follows from exactly these records. One transaction;
    on PostgreSQL it is repeated when others changed what `act` changes.

    :raises RecordsOfTheFuture: a fact that can be seen cannot be sealed yet.
    """
    for left in reversed(range(TRIES)):
        try:
            with _no_other_sealer(), transaction.atomic():
                _hold_the_view()
                until = at + CLOCKS_MAY_DIFFER
                while _seal_batch(until) == BATCH:
                    pass
                if Record.objects.filter(position=None).exists():
                    raise RecordsOfTheFuture
                act(sealed_size())
            return
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            if not left or state != SERIALIZATION_FAILURE:
                raise


@transaction.atomic
def sign_checkpoint(*, at: datetime) -> Checkpoint:
    """Sign the tree as it stands, with every key that is valid.

    :raises SigningKeyLost: a key cannot be opened.
    """
    _wait_for_other_sealers()
    at = at.replace(microsecond=0)
    size = sealed_size()
    latest = latest_checkpoint()
    if latest and latest.at > at:
        at = latest.at
    if latest and latest.size == size and latest.at == at:
        at += timedelta(seconds=1)
    keys = _signing_keys(at) or [_make_key(settings.EVIDENCE_ORIGIN, at)]
    root = root_of(size)
    text = checkpoint_text(origin=keys[-1].name, size=size, root=root, at=at)
    note = signed_note(text, [_signer(key) for key in keys])
    return Checkpoint.objects.create(size=size, root=root, at=at, note=note)


@transaction.atomic
def ensure_key(*, at: datetime) -> None:
    """Make the first key of a new log."""
    if not LogKey.objects.exists():
        _wait_for_other_sealers()
        if not LogKey.objects.exists():
            _make_key(settings.EVIDENCE_ORIGIN, at)


@transaction.atomic
def rotate_key(*, at: datetime, overlap: timedelta = BOTH_KEYS_SIGN) -> LogKey:
    """Make a new key; the old ones sign beside it until the overlap has passed.

    No overlap retires every old key at once, those of earlier rotations too, which is
    all that is left when they are lost.
    """
    _wait_for_other_sealers()
    old = _signing_keys(at)
    name = old[-1].name if old else settings.EVIDENCE_ORIGIN
    until = at + overlap
    LogKey.objects.filter(Q(retires_at=None) | Q(retires_at__gt=until)).update(
        retires_at=until
    )
    key = _make_key(name, at)
    # checkpoints know whole seconds, and in the one before this the old keys are valid
    sign_checkpoint(at=at + timedelta(seconds=1) if at.microsecond else at)
    return key


def _unsealed(until: datetime) -> bool:
    waiting = Record.objects.filter(position=None, recorded_at__lte=until)
    return waiting.exists()


@transaction.atomic
def _seal_batch(until: datetime) -> int:
    """Give the next records their positions and store the tiles that they complete."""
    _wait_for_other_sealers()
    size = sealed_size()
    adapted = connection.ops.adapt_datetimefield_value(until)
    is_postgresql = connection.vendor == "postgresql"
    statement = SEAL_NEXT_ON_POSTGRESQL if is_postgresql else SEAL_NEXT
    with connection.cursor() as cursor:
        cursor.execute(statement, [size, adapted, BATCH])
        sealed: int = cursor.rowcount
    _store_tiles(size, size + sealed)
    return sealed


def _wait_for_other_sealers() -> None:
    """One at a time, until the transaction ends. On SQLite there is but one writer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])


@contextmanager
def _no_other_sealer() -> Iterator[None]:
    """Before a transaction begins, so that it sees what the sealer before it sealed."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SEALER_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SEALER_LOCK])


def _hold_the_view() -> None:
    """What others commit from now on is not seen. SQLite's writer is alone anyway."""
    if connection.vendor == "postgresql" and not connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _store_tiles(old_size: int, size: int) -> None:
    """Store the tiles that are full now and were not before, level by level."""
    level, first, after = 0, old_size // WIDTH, size // WIDTH
    hashes = _leaf_hashes(first * WIDTH, after * WIDTH) if first < after else []
    while first < after:
        tiles = [
            _tile(level, index, hashes[start : start + WIDTH])
            for start, index in zip(
                range(0, len(hashes), WIDTH), range(first, after), strict=True
            )
        ]
        Tile.objects.bulk_create(tiles)
        level, first, after = level + 1, first // WIDTH, after // WIDTH
        hashes = _roots(level - 1, first * WIDTH, after * WIDTH)


def _tile(level: int, index: int, hashes: list[bytes]) -> Tile:
    return Tile(
        level=level, index=index, hashes=b"".join(hashes), root=perfect_root(hashes)
    )


def _leaf_hashes(start: int, end: int) -> list[bytes]:
    bodies = (
        Record.objects.filter(position__gte=start, position__lt=end)
        .order_by("position")
        .values_list("body", flat=True)
    )
    return [leaf_hash(body.encode()) for body in bodies.iterator()]


def _roots(level: int, start: int, end: int) -> list[bytes]:
    tiles = Tile.objects.filter(level=level, index__gte=start, index__lt=end)
    roots = tiles.order_by("index").values_list("root", flat=True)
    return [bytes(root) for root in roots]


def _signing_keys(at: datetime) -> list[LogKey]:
    """The keys that are valid, the oldest first."""
    valid = LogKey.objects.filter(Q(retires_at=None) | Q(retires_at__gt=at))
    return list(valid.order_by("created_at", "id"))


def _make_key(name: str, at: datetime) -> LogKey:
    key = Ed25519PrivateKey.generate()
    return LogKey.objects.create(
        name=name,
        public_key=key.public_key().public_bytes_raw(),
        private_key=keyring().seal(key.private_bytes_raw().hex()),
        created_at=at,
    )


def _signer(key: LogKey) -> Signer:
    try:
        private_key = keyring().open(bytes(key.private_key))
    except (KeyError, InvalidTag) as error:
        raise SigningKeyLost(key.name) from error
    return Signer(key.name, bytes.fromhex(private_key))
