"""What the benchmarks of the log and the count measure is right before it is fast."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from ankang.counting.models import Standing
from ankang.evidence.export import export_log
from ankang.evidence.kinds import Kind
from ankang.evidence.models import Checkpoint, Record
from ankang.evidence.queries import root_of
from ankang.evidence.services import append, seal
from bench import counting, records, recount, verification
from tests import make


def test_every_record_that_the_sealing_benchmark_appends_is_sealed_and_signed() -> None:
    assert records.append_records("700") == 700

    told = records.seal_records()

    assert (told["sealed"], told["signed"]) == (700, 700)
    assert told["seconds"] > 0


def test_the_year_of_the_verification_benchmark_is_a_log_that_verifies(
    tmp_path: Path,
) -> None:
    size = records.year_of_records("40")

    last = Checkpoint.objects.latest("size")
    assert size == Record.objects.count() == 1 + 40 * records.STORY == last.size
    assert root_of(size) == bytes(last.root)
    export_log(folder=tmp_path / "export")
    ended = subprocess.run(
        [sys.executable, str(tmp_path / "export" / "verify.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    assert f"记录 {size:,} 条，检查点 41 个" in ended.stdout
    assert "开始学习 40 人" in ended.stdout


def test_the_sealer_goes_on_where_the_year_of_the_benchmark_ends() -> None:
    size = records.year_of_records("20")
    now = timezone.now()
    append(kind=Kind.PERSON_VERIFIED, subject="person:a", source="a", at=now, data={})

    checkpoint = seal(at=now)

    assert checkpoint
    assert checkpoint.size == size + 1


def test_the_recount_benchmark_finds_everybody_and_no_difference() -> None:
    make.edition()
    counting.fill(60)

    told = counting.recount()

    assert told["began"] == 60
    assert (told["wrong"], told["wrong_after_fact"]) == (0, 0)
    assert told["counted"] == len(list(counting.finished(60)))
    lost = Standing.objects.get(reason=Standing.Reason.NO_EMPLOYER)
    assert lost.counted_on is None


@pytest.mark.parametrize("odd", [{"wrong": 1}, {"began": 3}, {"wrong_after_fact": 1}])
def test_a_recount_that_does_not_agree_ends_the_benchmark(odd: dict[str, int]) -> None:
    told = {"began": recount.PEOPLE, "wrong": 0, "wrong_after_fact": 0}

    recount.agree(told)
    with pytest.raises(SystemExit, match="does not agree"):
        recount.agree({**told, **odd})


def test_the_verification_benchmark_is_of_five_million_records() -> None:
    assert 4_900_000 < verification.WHOLE * records.STORY < 5_100_000
