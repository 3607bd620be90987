"""The verifier finds what is wrong in a log although it is whole and well signed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ankang.evidence import verify
from ankang.evidence.canonical import canonical, canonical_time
from tests.made_log import START, fault, honest_records, write

BROKEN = 60
LAST = 82

Change = Callable[[dict[str, Any]], object]


def sealed_with(tmp_path: Path, place: int, change: Change) -> str:
    """What is found where the log itself holds something wrong, well signed."""
    records = honest_records()
    change(records[place])
    write(tmp_path / "export", records)
    return fault(tmp_path / "export")


def test_a_backdated_record_is_found(tmp_path: Path) -> None:
    earlier = canonical_time(START - timedelta(hours=2))
    words = sealed_with(
        tmp_path, BROKEN, lambda one: one.update(at=earlier, recorded_at=earlier)
    )

    assert words.startswith(f"序号 {BROKEN}（")
    assert "疑为倒签" in words


def test_a_fact_recorded_before_it_happened_is_found(tmp_path: Path) -> None:
    ahead = canonical_time(START + timedelta(hours=1))
    words = sealed_with(tmp_path, BROKEN, lambda one: one.update(at=ahead))

    assert words.startswith(f"序号 {BROKEN}（")
    assert "晚于登记时间" in words


def test_a_fact_recorded_twice_is_found_at_the_second(tmp_path: Path) -> None:
    first = honest_records()[BROKEN - 20]
    words = sealed_with(
        tmp_path,
        BROKEN,
        lambda one: one.update(
            kind=first["kind"],
            source=first["source"],
            data=first["data"],
            subject=first["subject"],
        ),
    )

    assert words.startswith(f"序号 {BROKEN}（")
    assert f"与序号 {BROKEN - 20} 的类别和来源相同" in words


def test_a_fact_recorded_twice_is_named_before_a_later_fault(tmp_path: Path) -> None:
    records = honest_records()
    records[30] = dict(records[20])
    records[70]["recorded_at"] = "2021-01-01T00:00:00.000000Z"
    write(tmp_path / "export", records)

    assert fault(tmp_path / "export").startswith("序号 30（")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: one.update(kind="exam.invented"), "没有 exam.invented 这一类别"),
        (lambda one: one["data"].update(name="张三"), "内容应恰有"),
        (lambda one: one["data"].update(year="2020"), "内容 year 的类型不对"),
        (lambda one: one["data"].update(year=True), "内容 year 的类型不对"),
        (lambda one: one.update(subject="city"), "对象 city 不是 person"),
        (lambda one: one.update(source=""), "缺少来源"),
        (lambda one: one.update(note="备注"), "字段应为"),
        (lambda one: one.update(at="2020-09-01T01:00:00Z"), "六位小数"),
        (lambda one: one.update(at="2020-13-01T01:00:00.000000Z"), "六位小数"),
        (lambda one: one.update(at=20200901), "六位小数"),
        (lambda one: one.update(kind=["exam"]), "这一类别"),
    ],
)
def test_a_record_of_another_form_is_found_even_if_sealed(
    tmp_path: Path, change: Change, words: str
) -> None:
    found = sealed_with(tmp_path, BROKEN, change)

    assert found.startswith(f"序号 {BROKEN}（")
    assert words in found


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reasons": {"counted": 3}, "began": 3}, "计入 公布 3、算得 2"),
        ({"began": 4}, "开始学习 公布 4、算得 3"),
        ({"size": 1000}, "计数所据的 1000 条多于此前的记录"),
        ({"reasons": {"counted": 2, "invented": 1}}, "invented 公布 1、算得 0"),
    ],
)
def test_a_stated_count_that_does_not_follow_is_found(
    tmp_path: Path, said: dict[str, Any], words: str
) -> None:
    found = sealed_with(tmp_path, LAST, lambda one: one["data"].update(said))

    assert found.startswith(f"序号 {LAST}（类别 count.stated，来源 count:2020:1）")
    assert words in found


def _of_kind(kind: str) -> int:
    return next(
        place for place, one in enumerate(honest_records()) if one["kind"] == kind
    )


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E9", "four", ""])
def test_hours_that_are_no_number_are_found_at_their_record(
    tmp_path: Path, value: str
) -> None:
    place = _of_kind("hours.granted")
    found = sealed_with(tmp_path, place, lambda one: one["data"].update(hours=value))

    assert found.startswith(f"序号 {place}（类别 hours.granted")
    assert f"{value!r} 不是小数" in found


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("employment.stated", {"to": 20201231}, "日期 20201231 写法不对"),
        ("employment.stated", {"to": False}, "日期 False 写法不对"),
        ("employment.stated", {"from": "20200101"}, "日期 20200101 写法不对"),
        ("rule.edition", {"params": {"counting_conditions": 5}}, "不认识"),
        ("rule.edition", {"params": {"counting_conditions": [["exam"]]}}, "不认识"),
        ("rule.edition", {"params": {}}, "'None' 不是小数"),
        ("count.stated", {"reasons": {"counted": "2"}}, "人数 2 不是整数"),
        ("count.stated", {"reasons": {"counted": None}}, "人数 None 不是整数"),
    ],
)
def test_an_odd_value_is_found_at_its_record(
    tmp_path: Path, kind: str, data: dict[str, Any], words: str
) -> None:
    place = _of_kind(kind)
    found = sealed_with(tmp_path, place, lambda one: one["data"].update(data))

    assert found.startswith(f"序号 {place}（类别 {kind}")
    assert words in found


@pytest.mark.parametrize(
    "value", ["9007199254740992", "-9007199254740992", "1.5", "1e3", "NaN", "-0", "01"]
)
def test_a_number_that_canonical_json_does_not_know_is_refused(value: str) -> None:
    line = canonical(honest_records()[BROKEN])
    assert '"duration":610' in line
    changed = line.replace('"duration":610', f'"duration":{value}')

    verify.read_record(f"{line}\n".encode())
    with pytest.raises(ValueError, match=r"大|不允许|RFC 8785|delimiter"):
        verify.read_record(f"{changed}\n".encode())


def test_a_number_is_refused_however_deep_it_lies() -> None:
    line = canonical(honest_records()[0])
    assert '"4.0"' in line

    with pytest.raises(ValueError, match="整数 9007199254740992 过大"):
        verify.read_record(line.replace('"4.0"', "[9007199254740992]").encode() + b"\n")
