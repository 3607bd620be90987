"""One person's dossier: sums, findings, proofs, the one file, and who sees what."""

import base64
import json
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ankang.accounts.facts import verified_fact
from ankang.accounts.models import Person
from ankang.console.queries.proofs import proof_document
from ankang.core.ciphers import keyring
from ankang.counting.models import PersonMerge
from ankang.counting.recording import record_missing
from ankang.counting.services import recount_year
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
from ankang.evidence.services import append_many, seal
from ankang.integrity.models import Decision
from ankang.integrity.services.deciding import decide_case
from ankang.learning.models import (
    Course,
    Paper,
    PaperQuestion,
    PresenceCheck,
    RefusedClaim,
)
from ankang.learning.services.objections import answer_objection
from tests import make, suspects
from tests.test_learner_objections import objection

EVERYTHING_ELSE = re.compile(
    r"""(?i)(?:src|href|action)\s*=|url\(|@import|https?:|//\w"""
)


@pytest.fixture
def course() -> Course:
    make.edition(required_credit_hours="0.1")
    return make.course()


@pytest.fixture
def someone(course: Course) -> Person:
    """Counted, with a paper of two questions, and sealed in the log."""
    person = make.counted(course)
    paper = Paper.objects.get(person=person)
    for position, chosen in ((1, [0]), (2, [1])):
        PaperQuestion.objects.create(
            paper=paper,
            position=position,
            question=make.question(),
            option_order=[2, 0, 1],
            chosen=chosen,
            answered_at=make.MORNING,
            is_right=chosen == [0],
        )
    recount_year(year=2020)
    record_missing()
    seal(at=timezone.now())
    return person


def client_of(scope: str, **fields: Any) -> Client:
    client = Client()
    client.force_login(make.staff(scope, **fields))
    return client


def page_of(client: Client, person: Person, part: str = "") -> str:
    answer = client.get(f"/console/people/{person.pk}/{part}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def embedded(file: str, name: str) -> Any:
    """The JSON that the one file carries under this id."""
    found = re.search(
        rf'<script id="{name}" type="application/json">(.*?)</script>', file
    )
    assert found
    return json.loads(found[1])


def test_what_was_claimed_is_what_was_credited_and_what_was_not(
    someone: Person, course: Course
) -> None:
    session = someone.watch_sessions.get()
    for reason, seconds in (("clock", 40), ("presence", 20)):
        RefusedClaim.objects.create(
            session=session, reason=reason, seconds=seconds, last_at=make.MORNING
        )
    PresenceCheck.objects.create(
        session=session,
        nonce="x",
        position=150,
        issued_at=make.MORNING,
        lost_seconds=20,
        result="missed",
    )
    answer = client_of("auditor").get(f"/console/people/{someone.pk}/")

    context = answer.context
    assert (context["claimed"], context["credited"], context["refused"]) == (
        210,
        150,
        60,
    )
    for name in ("claimed", "credited"):
        assert sum(getattr(one, name) for one in context["strands"]) == context[name]
        assert sum(getattr(one, name) for one in context["lines"]) == context[name]
    assert "超过实际时间 40，没回应在场确认 20" in answer.content.decode()


def test_a_lesson_of_which_nothing_was_credited_is_there_with_the_reason(
    course: Course,
) -> None:
    person = make.employment().person
    session = make.watching(person, course)
    person.coverages.all().delete()
    RefusedClaim.objects.create(
        session=session, reason="too_fast", seconds=300, last_at=make.MORNING
    )

    context = client_of("auditor").get(f"/console/people/{person.pk}/").context

    assert [(one.claimed, one.credited) for one in context["lines"]] == [(300, 0)]


def test_the_paper_stands_there_with_each_answer_and_the_right_one(
    someone: Person,
) -> None:
    page = page_of(client_of("evaluator"), someone)

    assert page.count("先通风") >= 2
    assert "戴口罩下去" in page
    assert "正确答案：先通风" in page


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

    assert "试卷和作答与交卷时登记的指纹不符" in checked(taken["dossier"])[1]


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


def test_the_file_needs_nothing_else_and_names_no_full_number(
    someone: Person,
) -> None:
    file = page_of(client_of("auditor"), someone, "dossier/")

    shown = re.sub(r'<script id="proof".*?</script>', "", file)
    assert not EVERYTHING_ELSE.findall(shown)
    assert someone.id_number() not in file
    assert someone.mobile() not in file
    assert someone.id_mask in file


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


def test_signals_and_decisions_stand_on_the_page_and_in_the_file(
    someone: Person,
) -> None:
    case = suspects.case(someone)
    client = client_of("auditor")
    assert "轮到市人社局" in page_of(client, someone)
    decide_case(
        case=case,
        membership=make.membership(),
        verdict=Decision.Verdict.UPHOLD,
        comment="本人承认由他人代学。",
        exclude=[someone],
        at=make.MORNING,
    )

    for part in ("", "dossier/"):
        shown = page_of(client, someone, part)
        assert "本人承认由他人代学。" in shown
        assert "学习记录不计入" in shown
        assert "轮到市人社局" not in shown
    provider = client_of(
        "district", district=someone.employments.get().employer.district
    )
    assert "学习记录不计入" not in page_of(provider, someone)


def test_a_merge_stands_on_both_records(someone: Person) -> None:
    other = make.employment().person
    PersonMerge.objects.create(
        duplicate=other,
        into=someone,
        reason="同一身份证，换过手机号",
        actor=make.staff(),
        at=make.MORNING,
    )
    client = client_of("auditor")

    for person, number in ((someone, other.number), (other, someone.number)):
        for part in ("", "dossier/"):
            assert number in page_of(client, person, part)


def test_an_answered_objection_stands_there(someone: Person) -> None:
    asked = objection()
    labor = make.membership()
    answer_objection(
        objection=asked,
        actor=labor.user,
        membership=labor,
        answer="核对了记录，已补计。",
        at=make.MORNING,
    )
    assert asked.person is not None

    assert "核对了记录，已补计。" in page_of(client_of("auditor"), asked.person)


def test_whoever_opened_the_full_number_is_named_to_auditor_and_city_only(
    someone: Person,
) -> None:
    client_of("city").post(f"/console/people/{someone.pk}/id-number/")
    district = someone.employments.get().employer.district

    for scope in ("auditor", "city"):
        page = page_of(client_of(scope), someone)
        assert "谁看过完整号码" in page
        assert "示例市labor局" in page
    assert "谁看过完整证件号码" in page_of(client_of("auditor"), someone, "dossier/")
    for client in (client_of("evaluator"), client_of("district", district=district)):
        assert "谁看过完整号码" not in page_of(client, someone)


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("city", 200),
        ("auditor", 200),
        ("evaluator", 200),
        ("district", 403),
        ("employer", 403),
        ("provider", 403),
    ],
)
@pytest.mark.parametrize("part", ["dossier/", "proof/"])
def test_who_takes_the_file_away(
    someone: Person, scope: str, status: int, part: str
) -> None:
    employer = someone.employments.get().employer
    places: dict[str, dict[str, Any]] = {
        "district": {"district": employer.district},
        "employer": {"employer": employer},
    }
    client = client_of(scope, **places.get(scope, {}))

    answer = client.get(f"/console/people/{someone.pk}/{part}")

    assert answer.status_code == status
    if scope in {"district", "employer"}:
        assert "下载整份档案" not in page_of(client, someone)


@pytest.mark.parametrize("part", ["", "proof/"])
def test_a_dossier_takes_the_same_queries_for_more_of_everything(
    someone: Person, course: Course, part: str
) -> None:
    client = client_of("auditor")
    path = f"/console/people/{someone.pk}/{part}"
    suspects.case(someone)
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for _ in range(4):
        session = make.watching(someone, course)
        PresenceCheck.objects.create(
            session=session, nonce=f"n{session.pk}", position=9, issued_at=make.MORNING
        )
        make.paper(someone, course)
        make.credit(someone)
        make.employment(person=someone)
        suspects.case(someone, device=f"{session.pk:016d}")
        client.post(f"/console/people/{someone.pk}/id-number/")
    record_missing()
    seal(at=timezone.now())
    with CaptureQueriesContext(connection) as many:
        client.get(path)

    assert len(many) == len(few)
