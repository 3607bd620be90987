"""Proofs of one person's records, checked by the verifier alone."""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ankang.accounts.facts import verified_fact
from ankang.accounts.models import Person
from ankang.console.queries.proofs import proof_document
from ankang.core.ciphers import keyring
from ankang.credits.facts import hours_fact
from ankang.evidence import merkle, verify
from ankang.evidence.models import LogKey
from ankang.evidence.notes import (
    Signer,
    checkpoint_text,
    signed_note,
    verifier_key,
)
from ankang.evidence.queries import latest_checkpoint, public_keys
from ankang.evidence.services import append_many
from ankang.learning.models import (
    Course,
)
from tests import make
from tests.dossiers import client_of, embedded, page_of, sealed_person, short_course


@pytest.fixture
def course() -> Course:
    return short_course()


@pytest.fixture
def someone(course: Course) -> Person:
    return sealed_person(course)


def test_each_record_of_the_file_is_proven_under_its_checkpoint(
    someone: Person,
) -> None:
    file = page_of(client_of("auditor"), someone, "dossier/")

    proof = embedded(file, "proof")
    checkpoint = latest_checkpoint()
    assert checkpoint is not None
    assert proof["checkpoint"] == checkpoint.note
    origin, size, root = proof["checkpoint"].split("\n")[:3]
    assert proof["keys"][0].startswith(origin)
    kinds = set()
    for one in proof["records"]:
        record = json.loads(one["record"])
        kinds.add(record["kind"])
        assert record["subject"] == f"person:{someone.number}"
        assert merkle.is_included(
            merkle.leaf_hash(one["record"].encode()),
            one["position"],
            int(size),
            [bytes.fromhex(step) for step in one["proof"]],
            base64.b64decode(root),
        )
    assert kinds >= {"person.verified", "exam.handed_in", "certificate.issued"}
    assert not proof["waiting"]


def test_the_answers_in_the_file_are_those_of_the_record(someone: Person) -> None:
    file = page_of(client_of("auditor"), someone, "dossier/")

    [(source, text)] = embedded(file, "papers").items()
    records = [json.loads(one["record"]) for one in embedded(file, "proof")["records"]]
    [record] = [one for one in records if one["source"] == source]
    assert sha256(text.encode()).hexdigest() == record["data"]["digest"]


def checked(file: Path, *options: str | Path) -> tuple[int, str]:
    """What `verify.py --proof` says of a file, run alone as an auditor runs it."""
    done = subprocess.run(
        [sys.executable, "-I", verify.__file__, "--proof", file, *options],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    assert not done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def taken(someone: Person, tmp_path: Path) -> dict[str, Path]:
    """The proof and the dossier as the auditor took them away."""
    client = client_of("auditor")
    proof, whole = tmp_path / "proof.json", tmp_path / "dossier.html"
    proof.write_bytes(client.get(f"/console/people/{someone.pk}/proof/").content)
    whole.write_text(page_of(client, someone, "dossier/"))
    return {"proof": proof, "dossier": whole}


@pytest.mark.parametrize("kind", ["proof", "dossier"])
def test_the_verifier_alone_checks_what_was_taken_away(
    taken: dict[str, Path], kind: str
) -> None:
    status, words = checked(taken[kind])

    assert status == 0
    assert words.startswith("核验通过。\n")
    assert "exam.handed_in  paper:" in words
    assert "公钥取自证明本身" in words
    assert ("1 份试卷的作答与登记的指纹相符" in words) == (kind == "dossier")


@pytest.mark.parametrize("kind", ["proof", "dossier"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((r"\"score\\\":90", r'"score\\":91'), "不在检查点"),
        (
            (r'"proof": \[\s*"[0-9a-f]{64}"', '"proof": ["' + "0" * 64 + '"'),
            "不在检查点",
        ),
        ((r'"proof": \[\s*"[0-9a-f]{64}",?', '"proof": ['), "证明的哈希少了"),
        ((r'"position": \d+', '"position": 99999'), "不在检查点的"),
        ((r"\\ntime 2", r"\\ntime 3"), "签名不成立"),
        ((r'"format": "ankang-proof/1"', '"format": "x"'), "不认识的格式"),
    ],
    ids=["record", "hash", "short", "place", "checkpoint", "format"],
)
def test_a_proof_changed_anywhere_is_refused_by_the_verifier(
    taken: dict[str, Path], kind: str, change: tuple[str, str], said: str
) -> None:
    text = taken[kind].read_text()
    changed = re.sub(*change, text, count=1)
    assert changed != text
    taken[kind].write_text(changed)

    status, words = checked(taken[kind])

    assert status == 1
    assert words.startswith("核验不通过：")
    assert said in words


def test_answers_changed_in_a_dossier_are_found(taken: dict[str, Path]) -> None:
    text = taken["dossier"].read_text()
    changed = text.replace(r"\"chosen\":[1]", r"\"chosen\":[0]", 1)
    assert changed != text
    taken["dossier"].write_text(changed)

    assert "的作答与交卷时登记的指纹不符" in checked(taken["dossier"])[1]


def edited(file: Path, change: Callable[[dict[str, Any]], object]) -> tuple[int, str]:
    """What the verifier says after the proof in a file was edited."""
    text = file.read_text()
    found = re.search(
        r'(?<="proof" type="application/json">).*?(?=</script>)', text, re.S
    )
    whole = found[0] if found else text
    proof = json.loads(whole)
    change(proof)
    file.write_text(text.replace(whole, json.dumps(proof)))
    return checked(file)


def without_exams(proof: dict[str, Any]) -> None:
    proof["records"] = [
        one for one in proof["records"] if '"exam.handed_in"' not in one["record"]
    ]


def test_answers_without_their_record_are_not_said_to_be_checked(
    taken: dict[str, Path],
) -> None:
    status, words = edited(taken["dossier"], without_exams)

    assert status == 1
    assert "没有交卷的记录，证明不了" in words


def test_answers_whose_record_waits_are_said_to_wait(taken: dict[str, Path]) -> None:
    def unseal(proof: dict[str, Any]) -> None:
        bodies = [one["record"] for one in proof["records"]]
        proof["waiting"] = [body for body in bodies if '"exam.handed_in"' in body]
        without_exams(proof)

    status, words = edited(taken["dossier"], unseal)

    assert status == 0
    assert "0 份试卷的作答与登记的指纹相符" in words
    assert "其中有 1 份试卷的交卷记录，现在核不了" in words


@pytest.mark.parametrize("kind", ["proof", "dossier"])
@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof.update(records=[]),
        lambda proof: proof.update(records={}),
        lambda proof: proof.update(checkpoint=["", ""]),
        lambda proof: proof.update(checkpoint=proof["checkpoint"] * 2),
        lambda proof: proof.update(keys=None),
        lambda proof: proof.update(keys=[5]),
        lambda proof: proof.update(waiting=True),
        lambda proof: proof["records"][0].update(record=None),
        lambda proof: proof["records"][0].update(record="\ud800"),
        lambda proof: proof["records"][0].update(record="[" * 100_000),
        lambda proof: proof["records"][0].update(position="0"),
        lambda proof: proof["records"][0].update(proof=[["00"]]),
    ],
)
def test_an_odd_or_empty_proof_is_refused_in_words(
    taken: dict[str, Path], kind: str, change: Callable[[dict[str, Any]], object]
) -> None:
    status, words = edited(taken[kind], change)

    assert status == 1
    assert words.startswith("核验不通过：")


def test_a_proof_is_held_against_the_auditors_own_checkpoint_and_keys(
    taken: dict[str, Path], tmp_path: Path
) -> None:
    kept, keys = tmp_path / "kept.txt", tmp_path / "keys.txt"
    latest = latest_checkpoint()
    assert latest is not None
    kept.write_text(latest.note)
    keys.write_text("\n".join(public_keys()))
    honest = checked(taken["proof"], "--checkpoint", kept, "--keys", keys)
    keys.write_text(verifier_key("localhost/ankang/evidence", bytes(range(32))))
    forged = checked(taken["proof"], "--keys", keys)

    assert honest[0] == 0
    assert "公钥取自" not in honest[1]
    assert forged[0] == 1
    assert "没有可信密钥的签名" in forged[1]


def test_a_proof_under_a_rewritten_history_breaks_the_auditors_checkpoint(
    taken: dict[str, Path], tmp_path: Path
) -> None:
    """The keeper of the key signed another root for the same number of records."""
    kept = tmp_path / "kept.txt"
    latest, key = latest_checkpoint(), LogKey.objects.get()
    assert latest is not None
    signer = Signer(key.name, bytes.fromhex(keyring().open(bytes(key.private_key))))
    text = checkpoint_text(
        origin=key.name, size=latest.size, root=bytes(32), at=latest.at
    )
    kept.write_text(signed_note(text, [signer]))

    status, words = checked(taken["proof"], "--checkpoint", kept)

    assert status == 1
    assert "历史被改写" in words


def test_a_proof_of_one_record_and_of_no_other_person(someone: Person) -> None:
    client = client_of("auditor")
    path = f"/console/people/{someone.pk}/proof/"
    whole = client.get(path).json()
    position = whole["records"][-1]["position"]

    assert client.get(f"{path}?position={position}").json()["records"] == [
        whole["records"][-1]
    ]
    for wrong in ("999", "x", "-1"):
        assert client.get(f"{path}?position={wrong}").status_code == 404


def test_a_fact_without_a_checkpoint_waits_for_the_next(someone: Person) -> None:
    entry = make.credit(someone, hours="1.0")
    append_many([hours_fact(entry)])

    document = proof_document(someone)

    assert len(document["waiting"]) == 1
    assert json.loads(document["waiting"][0])["data"]["hours"] == "1.0"
    assert "1 条等下一个检查点" in page_of(client_of("auditor"), someone)


def test_a_log_that_was_never_sealed_is_said_to_be_so(course: Course) -> None:
    person = make.employment().person
    client = client_of("auditor")
    assert "还没有存证" in page_of(client, person)

    append_many([verified_fact(person)])

    assert "等下一个检查点" in page_of(client, person)
    assert proof_document(person)["records"] == []
