"""Sealing: positions, tiles, checkpoints, keys; killed, and two at once."""

import base64
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction

from ankang.config.env import ROOT
from ankang.core.ciphers import Keyring, keyring
from ankang.evidence import merkle, services
from ankang.evidence.kinds import Kind
from ankang.evidence.models import Checkpoint, LogKey, Record, Tile
from ankang.evidence.notes import key_hash
from ankang.evidence.queries import (
    consistency_proof,
    inclusion_proof,
    latest_checkpoint,
    public_keys,
    records_of,
    root_of,
)
from ankang.evidence.services import (
    SEAL_NEXT_ON_POSTGRESQL,
    Fact,
    SigningKeyLost,
    append_many,
    ensure_key,
    rotate_key,
    seal,
)
from tests.site import wait_for

AT = datetime(2020, 9, 20, 12, 31, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def append(count: int, *, first: int = 0, at: datetime = AT) -> None:
    append_many(
        Fact(
            kind=Kind.LEARNING_BEGAN,
            subject=f"person:{number:08d}",
            source=f"began:2020:{number:08d}",
            at=at,
            data={"year": 2020},
            recorded_at=at,
        )
        for number in range(first, first + count)
    )


def leaves() -> list[bytes]:
    return [record.leaf_hash() for record in Record.objects.order_by("position")]


def assert_whole(size: int) -> None:
    """Positions without a gap, every full tile and no other, a root over all of it."""
    sealed = Record.objects.exclude(position=None).order_by("position")
    assert list(sealed.values_list("position", flat=True)) == list(range(size))
    hashes = [record.leaf_hash() for record in sealed]
    assert root_of(size) == merkle.root(size, merkle.nodes_over(hashes))
    assert sorted(Tile.objects.values_list("level", "index")) == [
        (level, index) for level in range(8) for index in range(size >> 8 * (level + 1))
    ]


def signers(note: str) -> set[bytes]:
    """The keys of which the note has a good signature."""
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    found = set()
    for key in LogKey.objects.all():
        told = key_hash(key.name, bytes(key.public_key))
        for line in lines.splitlines():
            dash, name, signature = line.split(" ")
            raw = base64.b64decode(signature)
            if (dash, name, raw[:4]) == ("—", key.name, told):
                public = Ed25519PublicKey.from_public_bytes(bytes(key.public_key))
                public.verify(raw[4:], text.encode())
                found.add(bytes(key.public_key))
    return found


def test_records_get_their_positions_by_time_and_then_by_number() -> None:
    append(2, first=10, at=AT + MINUTE)
    append(2, first=20, at=AT)

    seal(at=AT + MINUTE)

    by_position = Record.objects.order_by("position")
    assert list(by_position.values_list("subject", flat=True)) == [
        "person:00000020",
        "person:00000021",
        "person:00000010",
        "person:00000011",
    ]


def test_the_tree_is_the_same_however_it_was_sealed() -> None:
    total = 0
    for count in (1, 254, 1, 1, 255, 600, 3):
        append(count, first=total)
        total += count
        checkpoint = seal(at=AT + total * MINUTE)

        assert checkpoint
        assert checkpoint.size == total
        assert_whole(total)


def test_a_second_level_of_tiles_is_stored_when_it_is_full() -> None:
    append(65_800)

    seal(at=AT)

    assert_whole(65_800)
    assert Tile.objects.filter(level=1).count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL plans")
def test_a_flood_that_the_statistics_do_not_know_is_sealed_by_key() -> None:
    point = transaction.savepoint()
    append(3000)
    transaction.savepoint_rollback(point)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE evidence_record")
        cursor.execute(f"EXPLAIN {SEAL_NEXT_ON_POSTGRESQL}", [0, AT, 20_000])
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert "Index Scan using evidence_record_pkey" in plan


def test_proofs_read_from_tiles_hold() -> None:
    append(1000)
    checkpoint = seal(at=AT)

    assert checkpoint
    root = bytes(checkpoint.root)
    hashes = leaves()
    for position in (0, 1, 255, 256, 767, 768, 998, 999):
        proof = inclusion_proof(position, 1000)
        assert merkle.is_included(hashes[position], position, 1000, proof, root)
    for old in (1, 255, 256, 257, 768, 999, 1000):
        older, proof = root_of(old), consistency_proof(old, 1000)
        assert merkle.is_consistent(old, 1000, older, root, proof)


def test_a_proof_reads_tiles_and_not_the_log(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    append(5000)
    seal(at=AT)

    with django_assert_max_num_queries(10):
        inclusion_proof(3, 5000)
    with django_assert_max_num_queries(10):
        consistency_proof(300, 5000)


def test_there_is_no_proof_of_what_is_not_sealed() -> None:
    append(3)

    with pytest.raises(ValueError, match="no 3 sealed"):
        inclusion_proof(0, 3)
    with pytest.raises(ValueError, match="no 3 sealed"):
        consistency_proof(1, 3)


def test_a_record_that_claims_to_be_of_later_waits() -> None:
    append(1)
    append(1, first=1, at=AT + timedelta(minutes=6))

    first = seal(at=AT)
    second = seal(at=AT + MINUTE)

    assert first
    assert second
    assert (first.size, second.size) == (1, 2)


def test_a_quiet_log_is_signed_once_a_day() -> None:
    append(1)

    signed = [seal(at=AT + timedelta(hours=hour)) for hour in range(49)]

    assert [hour for hour, one in enumerate(signed) if one] == [0, 24, 48]


def test_an_empty_log_is_not_signed() -> None:
    assert seal(at=AT) is None
    assert latest_checkpoint() is None


def test_time_never_runs_back_between_checkpoints() -> None:
    append(1)
    seal(at=AT + MINUTE)
    append(1, first=1)

    checkpoint = seal(at=AT)

    assert checkpoint
    assert checkpoint.at == AT + MINUTE


def test_a_checkpoint_says_origin_size_root_and_time_and_is_signed() -> None:
    append(3)

    checkpoint = seal(at=AT)

    assert checkpoint
    text, _, _ = checkpoint.note.partition("\n\n")
    assert text.split("\n") == [
        settings.EVIDENCE_ORIGIN,
        "3",
        base64.b64encode(root_of(3)).decode(),
        "time 2020-09-20T12:31:05Z",
    ]
    assert len(signers(checkpoint.note)) == 1


def test_the_first_key_is_made_once_and_its_private_half_is_sealed() -> None:
    ensure_key(at=AT)
    ensure_key(at=AT)

    key = LogKey.objects.get()
    opened = keyring().open(bytes(key.private_key))
    assert opened.encode() not in bytes(key.private_key)
    name, told, raw = public_keys()[0].split("+", 2)
    assert name == settings.EVIDENCE_ORIGIN
    assert told == key_hash(name, bytes(key.public_key)).hex()
    assert base64.b64decode(raw) == b"\x01" + bytes(key.public_key)


def test_both_keys_sign_for_a_time_after_a_rotation() -> None:
    append(1)
    seal(at=AT)
    rotate_key(at=AT + MINUTE, overlap=timedelta(days=7))
    old, new = (bytes(key.public_key) for key in LogKey.objects.order_by("id"))

    append(1, first=1)
    seal(at=AT + timedelta(days=6))
    append(1, first=2)
    seal(at=AT + timedelta(days=8))

    notes = Checkpoint.objects.order_by("id").values_list("note", flat=True)
    assert [signers(note) for note in notes] == [{old}, {old, new}, {old, new}, {new}]
    assert len(public_keys()) == 2


def test_a_lost_key_stops_signing_until_it_is_retired_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    append(1)
    seal(at=AT)
    append(1, first=1)
    lost = keyring()
    another = Keyring(lost.cipher, 1, {1: bytes(32)}, lost.index_key)
    monkeypatch.setattr(services, "keyring", lambda: another)

    with pytest.raises(SigningKeyLost):
        seal(at=AT + MINUTE)
    with pytest.raises(SigningKeyLost):
        rotate_key(at=AT + MINUTE)
    rotate_key(at=AT + MINUTE, overlap=timedelta())

    checkpoint = latest_checkpoint()
    assert checkpoint
    assert checkpoint.size == 2
    newest = LogKey.objects.latest("id")
    assert signers(checkpoint.note) == {bytes(newest.public_key)}


@pytest.mark.parametrize("at", [AT, AT + timedelta(microseconds=1)])
def test_at_once_retires_also_the_keys_that_an_earlier_rotation_left(
    at: datetime,
) -> None:
    append(1)
    seal(at=at - timedelta(hours=2))
    rotate_key(at=at - timedelta(hours=1))

    rotate_key(at=at, overlap=timedelta())

    checkpoint, newest = latest_checkpoint(), LogKey.objects.latest("id")
    assert checkpoint
    assert signers(checkpoint.note) == {bytes(newest.public_key)}


def test_a_rotation_leaves_a_key_no_longer_than_was_said() -> None:
    append(1)
    seal(at=AT)
    rotate_key(at=AT, overlap=timedelta(days=7))
    rotate_key(at=AT + MINUTE, overlap=timedelta(days=30))

    first, second, _ = LogKey.objects.order_by("id")
    assert first.retires_at == AT + timedelta(days=7)
    assert second.retires_at == AT + MINUTE + timedelta(days=30)


def test_the_log_knows_what_it_holds_of_a_subject() -> None:
    append(2)
    seal(at=AT)
    append_many(
        [
            Fact(Kind.PERSON_VERIFIED, "person:00000001", "verified:1", AT, {}, AT),
        ]
    )

    found = list(records_of("person:00000001"))

    assert [(record.kind, record.position) for record in found] == [
        ("learning.began", 1),
        ("person.verified", None),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_leave_one_whole_tree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "BATCH", 100)
    append(3000)
    gate = threading.Barrier(4)
    raised: list[Exception] = []

    def run(number: int) -> None:
        try:
            gate.wait()
            if number == 3:
                append(500, first=3000)
            else:
                seal(at=AT + MINUTE)
        except Exception as error:  # noqa: BLE001
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal(at=AT + MINUTE)

    assert raised == []
    assert_whole(3500)
    assert len(signers(Checkpoint.objects.latest("id").note)) == 1


SEALING = """
import os, sys
import django
from django.conf import settings
os.environ["DJANGO_SETTINGS_MODULE"] = "ankang.config.settings"
django.setup()
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from django.utils.dateparse import parse_datetime
from ankang.evidence import services
services.BATCH = 200
print("begins", flush=True)
services.seal(at=parse_datetime(sys.argv[2]))
"""


@pytest.mark.django_db(transaction=True)
def test_the_next_sealer_finishes_what_a_killed_one_left() -> None:
    append(20_000)
    process = subprocess.Popen(
        [sys.executable, "-c", SEALING, str(connection.settings_dict["NAME"]), str(AT)],
        cwd=ROOT,
        env={**os.environ, "DEBUG": "1"},
        stdout=subprocess.PIPE,
    )
    try:
        wait_for(lambda: Record.objects.exclude(position=None).exists())
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()

    left = Record.objects.exclude(position=None).count()
    assert 0 < left < 20_000
    assert_whole(left)
    assert seal(at=AT)
    assert_whole(20_000)
