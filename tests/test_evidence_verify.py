"""The verifier finds what was done to an export, and names the record."""

import gzip
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ankang.evidence import verify
from tests.made_log import fault, honest_records, signer, vkey, write

BROKEN = 60  # a lesson, in the third checkpoint's batch
LAST = 82
Records = list[dict[str, Any]]
Lines = list[bytes]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    write(tmp_path / "export", honest_records())
    return tmp_path / "export"


def lines_of(folder: Path) -> Lines:
    packed = (folder / "records-00000.jsonl.gz").read_bytes()
    return gzip.decompress(packed).splitlines(keepends=True)


def put_lines(folder: Path, lines: Lines) -> None:
    packed = gzip.compress(b"".join(lines), 1)
    (folder / "records-00000.jsonl.gz").write_bytes(packed)


def told(folder: Path, *options: str | Path) -> tuple[int, str]:
    """Exit status and words of the program, as an auditor runs it."""
    done = subprocess.run(
        [sys.executable, "-I", folder / "verify.py", *options],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    assert not done.stderr
    return done.returncode, done.stdout


def test_an_honest_export_passes_with_a_bare_interpreter(export: Path) -> None:
    status, words = told(export)

    assert status == 0
    assert words.startswith("核验通过。\n记录 83 条，检查点 4 个，全部相符。")
    assert "公布过的 1 次计数，与从记录重新计数一致。" in words
    assert "2020 年度：开始学习 3 人，其中\n  计入 3\n" in words
    assert "公钥取自导出本身" in words


def test_the_program_names_the_broken_record_and_exits_with_1(export: Path) -> None:
    lines = lines_of(export)
    lines[BROKEN] = lines[BROKEN].replace(b'"year":2020', b'"year":2021')
    put_lines(export, lines)

    status, words = told(export)

    kind, source = (
        json.loads(lines[BROKEN])["kind"],
        json.loads(lines[BROKEN])["source"],
    )
    assert status == 1
    assert words.startswith(
        f"核验不通过：序号 {BROKEN}（类别 {kind}，来源 {source}）：内容被改动过"
    )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((b'"kind":"e', b'"kind":"f'), id="kind"),
        pytest.param((b'"at":"2020', b'"at":"2021'), id="time"),
        pytest.param((b'"recorded_at":"2020', b'"recorded_at":"2019'), id="recorded"),
        pytest.param((b'"subject":"person:0', b'"subject":"person:1'), id="subject"),
        pytest.param((b'"source":"', b'"source":"x'), id="source"),
        pytest.param((b'"year":2020', b'"year":2022'), id="digit"),
        pytest.param((b'"data":', b'"data": '), id="whitespace"),
        pytest.param((b"\n", b"\r\n"), id="carriage return"),
        pytest.param((b"}\n", b"\n"), id="brace"),
        pytest.param((b"{", b"\xff{"), id="not text"),
    ],
)
def test_a_changed_byte_is_found_in_its_record(
    export: Path, change: tuple[bytes, bytes]
) -> None:
    lines = lines_of(export)
    exam = next(at for at, line in enumerate(lines) if at > 30 and b'"exam.' in line)
    assert change[0] in lines[exam]
    lines[exam] = lines[exam].replace(*change, 1)
    put_lines(export, lines)

    assert fault(export).startswith(f"序号 {exam}（")


def test_one_bit_of_any_byte_is_found(export: Path) -> None:
    lines = lines_of(export)
    chance = random.Random(20)
    honest = lines[BROKEN]
    for place in range(len(honest)):
        changed = bytearray(honest)
        changed[place] ^= 1 << chance.randrange(8)
        put_lines(export, [*lines[:BROKEN], bytes(changed), *lines[BROKEN + 1 :]])

        assert fault(export).startswith(f"序号 {BROKEN}（"), place


def drop(lines: Lines) -> Lines:
    return lines[:BROKEN] + lines[BROKEN + 1 :]


def swap(lines: Lines) -> Lines:
    return [*lines[:BROKEN], lines[BROKEN + 1], lines[BROKEN], *lines[BROKEN + 2 :]]


def double(lines: Lines) -> Lines:
    return lines[:BROKEN] + lines[BROKEN - 1 :]


@pytest.mark.parametrize("act", [drop, swap, double])
def test_a_dropped_moved_or_doubled_record_is_found_where_it_is_missing(
    export: Path, act: Callable[[Lines], Lines]
) -> None:
    put_lines(export, act(lines_of(export)))

    words = fault(export)
    assert words.startswith(f"序号 {BROKEN}（")
    assert "有记录被删去、重复或调换" in words


def test_a_cut_tail_is_found(export: Path) -> None:
    put_lines(export, lines_of(export)[:80])

    assert fault(export).startswith("序号 80（")
    assert "末尾被截去" in fault(export)


def test_a_record_after_the_last_checkpoint_is_found(export: Path) -> None:
    lines = lines_of(export)
    put_lines(export, [*lines, lines[-1].replace(b":1", b":2")])

    assert fault(export).startswith("序号 83（")
    assert "不在任何检查点之内" in fault(export)


def test_a_damaged_file_is_told_from_a_changed_record(export: Path) -> None:
    packed = (export / "records-00000.jsonl.gz").read_bytes()
    (export / "records-00000.jsonl.gz").write_bytes(packed[: len(packed) // 2])

    assert "缺少或已损坏" in fault(export)


def test_a_missing_file_is_named(export: Path) -> None:
    (export / "hashes-00000.bin").unlink()

    status, words = told(export)

    assert status == 1
    assert "hashes-00000.bin" in words


def test_a_changed_hash_is_told_from_a_changed_record(export: Path) -> None:
    hashes = bytearray((export / "hashes-00000.bin").read_bytes())
    hashes[BROKEN * 32] ^= 1
    (export / "hashes-00000.bin").write_bytes(hashes)

    assert fault(export).startswith(f"序号 {BROKEN}（")
    assert "记录与检查点相符，hashes 文件中它的哈希被改动过" in fault(export)


def test_record_and_hash_changed_together_are_found_by_the_checkpoint(
    export: Path,
) -> None:
    lines = lines_of(export)
    lines[BROKEN] = lines[BROKEN].replace(b'"year":2020', b'"year":2021')
    put_lines(export, lines)
    hashes = (export / "hashes-00000.bin").read_bytes()
    leaf = verify.leaf_hash(lines[BROKEN])
    changed = hashes[: BROKEN * 32] + leaf + hashes[BROKEN * 32 + 32 :]
    (export / "hashes-00000.bin").write_bytes(changed)

    assert fault(export).startswith("序号 50（")
    assert "由此至序号 74 的记录算不出检查点（75 条" in fault(export)


@pytest.mark.parametrize(
    "change",
    [("\n50\n", "\n51\n"), ("time 2020", "time 2021"), ("shili.", "other.")],
)
def test_an_edited_checkpoint_is_found(export: Path, change: tuple[str, str]) -> None:
    path = export / "checkpoints.txt"
    path.write_text(path.read_text().replace(*change))

    assert "签名" in fault(export)


def test_a_changed_rule_is_found_at_its_record(export: Path) -> None:
    rule = json.loads((export / "rule.json").read_text())
    rule[0]["params"]["required_credit_hours"] = "0.5"
    (export / "rule.json").write_text(json.dumps(rule))

    assert fault(export).startswith("序号 0（类别 rule.edition，来源 edition:2020.1）")


def test_a_log_signed_anew_with_another_key_is_found(tmp_path: Path) -> None:
    """Whoever rewrites everything still lacks the key."""
    records = honest_records()
    records[BROKEN]["data"] = dict(records[BROKEN]["data"], year=2021)
    forged = signer(2)
    write(tmp_path / "export", records, signers=[forged])
    (tmp_path / "trusted.txt").write_text(f"{vkey(signer())}\n")

    words = fault(tmp_path / "export", keys=tmp_path / "trusted.txt")

    name, told, _ = vkey(forged).split("+", 2)
    assert f"只有 {name}+{told} 的签名，不在可信公钥之列" in words


def test_a_key_that_is_not_listed_is_named(export: Path) -> None:
    (export / "keys.txt").write_text(f"{vkey(signer(3))}\n")

    assert vkey(signer()).rsplit("+", 1)[0] in fault(export)


def test_two_keys_sign_while_one_replaces_the_other(tmp_path: Path) -> None:
    write(tmp_path / "export", honest_records(), signers=[signer(1), signer(2)])
    for number in (1, 2):
        keys = tmp_path / f"{number}.txt"
        keys.write_text(f"{vkey(signer(number))}\n")

        status, words = told(tmp_path / "export", "--keys", keys)

        assert status == 0
        other = vkey(signer(3 - number)).rsplit("+", 1)[0]
        assert f"导出中另有公钥 {other}，不在您给的可信公钥之列" in words


@pytest.mark.parametrize("size", [25, 50, 83])
def test_the_auditors_own_checkpoint_is_held_against_the_export(
    tmp_path: Path, export: Path, size: int
) -> None:
    kept = tmp_path / "kept.txt"
    notes = write(tmp_path / "then", honest_records()[:size]).notes
    kept.write_text(notes[-1])

    status, words = told(export, "--checkpoint", kept)

    assert status == 0
    assert "您保存的 1 个检查点，与导出一致" in words


def test_a_history_rewritten_by_the_keeper_of_the_key_breaks_the_auditors_checkpoint(
    tmp_path: Path, export: Path
) -> None:
    """The key alone does not let the operator change the past unseen."""
    kept = tmp_path / "kept.txt"
    kept.write_text((export / "checkpoints.txt").read_text())
    records = honest_records()
    del records[BROKEN]
    records[-1]["data"]["size"] -= 1
    write(tmp_path / "rewritten", records)

    assert fault(tmp_path / "rewritten") == ""
    assert "历史被改写" in fault(tmp_path / "rewritten", kept=kept)


def test_an_export_shorter_than_the_auditors_checkpoint_is_found(
    tmp_path: Path, export: Path
) -> None:
    write(tmp_path / "short", honest_records()[:75])

    words = fault(tmp_path / "short", kept=export / "checkpoints.txt")

    assert "末尾的记录没有导出" in words


def test_time_and_size_of_checkpoints_only_grow(export: Path) -> None:
    path = export / "checkpoints.txt"
    notes = path.read_text().split("\n\n")
    path.write_text("\n\n".join(notes[2:4] + notes[:2] + notes[4:]))

    assert "条数或时间倒退" in fault(export)
