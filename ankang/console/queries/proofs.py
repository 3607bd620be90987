"""What the log holds of one person, and the proof that it does (存证)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ankang.accounts.facts import subject_of
from ankang.accounts.models import Person
from ankang.evidence import merkle
from ankang.evidence.kinds import Kind
from ankang.evidence.models import Checkpoint, Record
from ankang.evidence.queries import (
    TreeReader,
    latest_checkpoint,
    public_keys,
    records_of,
)

FORMAT = "ankang-proof/1"
NO_HASH = bytes(32)
WORDS = {
    Kind.LEARNING_BEGAN: ["{year} 年度"],
    Kind.LESSON_DONE: ["{seconds:,} / {duration:,} 秒"],
    Kind.EXAM_HANDED_IN: ["{score} 分", "{result}"],
    Kind.HOURS_GRANTED: ["{hours} 学时"],
    Kind.CERTIFICATE_ISSUED: ["{serial}"],
    Kind.CERTIFICATE_REVOKED: ["{serial}"],
    Kind.EMPLOYMENT_STATED: ["{employer}", "{from} {until}"],
}


@dataclass(frozen=True)
class Entry:
    """A record as the dossier shows it; `hashes` is the length of its proof."""

    record: Record
    words: str
    leaf: str
    hashes: int | None

    @property
    def place(self) -> int | None:
        """Its place in the log, counted from one as people count."""
        position = self.record.position
        return None if position is None else position + 1


@dataclass(frozen=True)
class Proven:
    """A person's records under the latest checkpoint."""

    checkpoint: Checkpoint | None
    entries: list[Entry]
    shown: Entry | None

    @property
    def root(self) -> str:
        return bytes(self.checkpoint.root).hex() if self.checkpoint else ""

    @property
    def waiting(self) -> int:
        """How many records the next checkpoint will cover."""
        return sum(entry.hashes is None for entry in self.entries)


def proven(person: Person) -> Proven:
    """The person's records; shown first is the latest exam. Two queries."""
    checkpoint = latest_checkpoint()
    size = checkpoint.size if checkpoint else 0
    records = list(records_of(subject_of(person.number)))
    entries = [_entry(record, size) for record in records]
    covered = [entry for entry in entries if entry.hashes is not None]
    exams = [one for one in covered if one.record.kind == Kind.EXAM_HANDED_IN]
    return Proven(
        checkpoint, entries, next(reversed([*covered[-1:], *exams[-1:]]), None)
    )


def proof_document(person: Person, position: int | None = None) -> dict[str, Any]:
    """All records of the person, or the one at a position, each with its proof.

    Whoever has the verifier and a key that they trust needs nothing else.
    """
    checkpoint = latest_checkpoint()
    size = checkpoint.size if checkpoint else 0
    records = list(records_of(subject_of(person.number)))
    if position is not None:
        records = [record for record in records if record.position == position]
    return {
        "format": FORMAT,
        "checkpoint": checkpoint.note if checkpoint else "",
        "keys": public_keys(),
        "records": _proofs(records, size),
        "waiting": [record.body for record in records if not is_covered(record, size)],
    }


def is_covered(record: Record, size: int) -> bool:
    return record.position is not None and record.position < size


def _proofs(records: Iterable[Record], size: int) -> list[dict[str, Any]]:
    reader = TreeReader()
    return [
        {
            "record": record.body,
            "position": record.position,
            "proof": [
                one.hex()
                for one in merkle.inclusion_proof(record.position, size, reader.node)
            ],
        }
        for record in records
        if record.position is not None and record.position < size
    ]


def _entry(record: Record, size: int) -> Entry:
    hashes = None
    if record.position is not None and record.position < size:
        # the length follows from the two numbers, so no hash is read
        path = merkle.inclusion_proof(record.position, size, lambda *_: NO_HASH)
        hashes = len(path)
    return Entry(
        record=record,
        words=fact_words(record),
        leaf=merkle.leaf_hash(record.body.encode()).hex(),
        hashes=hashes,
    )


def fact_words(record: Record) -> str:
    """The fact in one line."""
    kind = Kind(record.kind)
    data = json.loads(record.body)["data"]
    if kind == Kind.EXAM_HANDED_IN:
        data["result"] = "合格" if data["passed"] else "未合格"
    if kind == Kind.EMPLOYMENT_STATED:
        data["until"] = f"至 {data['to']}" if data["to"] else "至今"
    return "，".join([str(kind.label), *WORDS.get(kind, [])]).format_map(data)
