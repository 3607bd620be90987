"""A made-up log, sealed and signed without a database, as an export of it is."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ankang.evidence import verify
from ankang.evidence.canonical import canonical, canonical_time
from ankang.evidence.export import Contents, write_export
from ankang.evidence.merkle import leaf_hash
from ankang.evidence.notes import Signer, checkpoint_text, signed_note, verifier_key
from ankang.evidence.verify import Tree

ORIGIN = "shili.example/ankang/evidence"
START = datetime(2020, 9, 1, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
EVERY = 25
PARAMS = {"required_credit_hours": "4.0"}


def signer(number: int = 1, name: str = ORIGIN) -> Signer:
    """A key that is the same in every run."""
    return Signer(name, bytes([number]) * 32)


def vkey(one: Signer) -> str:
    key = Ed25519PrivateKey.from_private_bytes(one.private_key)
    return verifier_key(one.name, key.public_key().public_bytes_raw())


def record(
    kind: str,
    subject: str,
    source: str,
    data: dict[str, Any],
    *,
    at: datetime,
    recorded_at: datetime | None = None,
) -> dict[str, Any]:
    return {
        "at": canonical_time(at),
        "data": data,
        "kind": kind,
        "recorded_at": canonical_time(recorded_at or at),
        "source": source,
        "subject": subject,
    }


def edition(at: datetime = START) -> dict[str, Any]:
    data = {"year": 2020, "revision": 1, "params": PARAMS}
    return record("rule.edition", "city", "edition:2020.1", data, at=at)


def learner_story(number: int, at: datetime) -> Iterator[dict[str, Any]]:
    """From the real name to the certificate, a second from record to record."""
    person, digest = f"person:{number:08}", f"{number:064x}"
    course = {"year": 2020, "course": "gongshang"}
    story: list[tuple[str, str, dict[str, Any]]] = [
        ("person.verified", f"verified:{number:08}", {}),
        (
            "employment.stated",
            f"employment:{number}:1",
            {
                "employment": number,
                "employer": f"91999999{number % 3000:010}",
                "district": "990102",
                "from": f"2020-0{1 + number % 8}-01",
                "to": None,
            },
        ),
        ("learning.began", f"began:2020:{number:08}", {"year": 2020}),
        *(
            (
                "lesson.done",
                f"lesson:{lesson}:{number:08}",
                course
                | {
                    "courseware": f"lesson-{lesson}",
                    "version": 1,
                    "seconds": 600,
                    "duration": 610,
                },
            )
            for lesson in range(20)
        ),
        *(
            (
                "exam.handed_in",
                f"paper:{number * 2 + passed}",
                course
                | {
                    "score": 90 if passed else 60,
                    "passed": bool(passed),
                    "pass_mark": 80,
                    "digest": digest,
                },
            )
            for passed in (0, 1)
        ),
        (
            "hours.granted",
            f"hours:{number}",
            {"year": 2020, "source": "course:1", "hours": "4.0"},
        ),
        (
            "certificate.issued",
            f"certificate:S2020-{number:06}",
            {"year": 2020, "serial": f"S2020-{number:06}", "hours": "4.0", "score": 90},
        ),
    ]
    for step, (kind, source, data) in enumerate(story):
        yield record(kind, person, source, data, at=at + step * SECOND)


@dataclass
class Sealing:
    """Hands on the records with their hashes, and signs a checkpoint every so often."""

    every: int
    signers: list[Signer] = field(default_factory=lambda: [signer()])
    notes: list[str] = field(default_factory=list)
    tree: Tree = field(default_factory=lambda: Tree(0, []))
    until: datetime = START

    def seal(self, records: Iterable[dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
        for one in records:
            body = canonical(one)
            leaf = leaf_hash(body.encode())
            self.tree.add(leaf)
            self.until = max(self.until, datetime.fromisoformat(one["recorded_at"]))
            yield body, leaf
            if self.tree.size % self.every == 0:
                self.sign()
        if self.tree.size % self.every:
            self.sign()

    def sign(self) -> None:
        text = checkpoint_text(
            origin=self.signers[0].name,
            size=self.tree.size,
            root=self.tree.root(),
            at=self.until + SECOND,
        )
        self.notes.append(signed_note(text, self.signers))


def export(
    folder: Path,
    records: Iterable[dict[str, Any]],
    *,
    every: int,
    signers: list[Signer] | None = None,
) -> Sealing:
    """Write an export of these records, as the program would."""
    sealing = Sealing(every, signers or [signer()])
    editions: list[object] = []

    def noting_editions() -> Iterator[dict[str, Any]]:
        for one in records:
            if one["kind"] == "rule.edition":
                editions.append(json.loads(canonical(one["data"])))
            yield one

    contents = Contents(
        records=sealing.seal(noting_editions()),
        notes=sealing.notes,
        keys=[vkey(one) for one in sealing.signers],
        editions=editions,
    )
    write_export(folder=folder, contents=contents)
    return sealing


def honest_records() -> list[dict[str, Any]]:
    """Three people who count, one after the other, and what was said of them."""
    people = [
        one
        for number in range(3)
        for one in learner_story(number, START + (1 + number * 60) * SECOND)
    ]
    reasons = {"counted": 2, "hours_short": 0, "exam_pending": 1}
    said = {"year": 2020, "size": 75, "began": 3, "reasons": reasons}
    later = START + timedelta(minutes=5)
    count = record("count.stated", "city", "count:2020:1", said, at=later)
    return [edition(), *people, count]


def write(folder: Path, records: list[dict[str, Any]], **options: Any) -> Sealing:
    return export(folder, records, every=EVERY, **options)


def fault(folder: Path, keys: Path | None = None, kept: Path | None = None) -> str:
    """What the verifier finds wrong, "" for nothing."""
    trusted = verify.read_keys(keys or folder / "keys.txt")
    try:
        mine = list(verify.read_checkpoints(kept, trusted)) if kept else []
        verify.Audit(folder, trusted, mine).run()
    except verify.Broken as broken:
        return str(broken)
    return ""
