"""`ankang evidence`: what the operator types."""

import argparse
from pathlib import Path

import pytest

from ankang.audit.models import AuditEntry
from ankang.commands import evidence
from ankang.counting.services import recount_year
from ankang.evidence.models import LogKey, Record
from ankang.evidence.queries import latest_checkpoint
from tests import make


@pytest.fixture
def counted() -> None:
    make.edition(required_credit_hours="0.1")
    make.counted(make.course())
    recount_year(year=2020)


def ankang_evidence(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    evidence.add_arguments(parser)
    return evidence.run(parser.parse_args([str(one) for one in arguments]))


@pytest.mark.usefixtures("counted")
def test_an_export_states_the_counts_and_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "export"

    assert ankang_evidence("record") == 0
    assert ankang_evidence("export", folder) == 0
    assert ankang_evidence("verify", folder) == 0

    said = capsys.readouterr().out
    assert "公布过的 1 次计数，与从记录重新计数一致。" in said
    assert "2020 年度：开始学习 1 人，其中\n  计入 1" in said
    assert Record.objects.filter(kind="count.stated").count() == 1


@pytest.mark.usefixtures("counted")
def test_an_export_never_overwrites(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ankang_evidence("record")
    (tmp_path / "kept.txt").write_text("mine")

    assert ankang_evidence("export", tmp_path) == 1

    assert "里已有文件，不覆盖" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


@pytest.mark.usefixtures("counted")
def test_what_the_log_lacks_is_recorded_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ankang_evidence("record")
    ankang_evidence("record")

    first, second = capsys.readouterr().out.split("\n")[:2]
    assert first == f"补登 {Record.objects.count()} 条。"
    assert second == "补登 0 条。"


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(("option", "signatures"), [([], 2), (["--at-once"], 1)])
def test_a_new_key_signs_beside_the_old_one_or_alone(
    option: list[str], signatures: int
) -> None:
    ankang_evidence("record")
    ankang_evidence("seal")

    assert ankang_evidence("rotate", "--reason", "到期更换", *option) == 0

    latest = latest_checkpoint()
    assert latest
    assert latest.note.count("\n— ") == signatures
    assert LogKey.objects.count() == 2
    assert AuditEntry.objects.get().detail["reason"] == "到期更换"


def test_verifying_nothing_says_what_to_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ankang_evidence("verify") == 1
    assert "请写导出的目录" in capsys.readouterr().err
