"""Checking a roster file: headings found anywhere, every mistake with its place."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ankang.organizations.models import Employment
from ankang.rosters.check import CheckedRoster, check_roster_file
from ankang.rosters.fields import DEFAULT_KIND, KIND_WORDS
from tests import make

TODAY = date(2020, 9, 1)
ANKANG = [sys.executable, "-m", "ankang"]
HEADINGS = ["姓名", "证件号码", "手机号", "岗位", "用工形式"]


def workbook(*rows: Sequence[Any], title: str = "名册") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def worker(**fields: Any) -> list[Any]:
    row = {
        "name": "张三",
        "id": make.id_number(),
        "mobile": make.mobile(),
        "post": "电焊工",
        "kind": "合同工",
    }
    return list({**row, **fields}.values())


def table(*rows: Sequence[Any], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def check(content: bytes) -> CheckedRoster:
    return check_roster_file(content, on=TODAY)


def codes(checked: CheckedRoster) -> list[tuple[int, str]]:
    return [(fault.row, fault.code.value) for fault in checked.errors]


def test_a_clean_file_has_no_mistakes() -> None:
    checked = check(workbook(HEADINGS, worker(), worker(name="欧阳 四")))

    assert (checked.total, checked.errors, checked.warnings) == (2, [], [])
    assert [row.name for row in checked.rows] == ["张三", "欧阳四"]


def test_columns_are_found_by_other_names_in_any_order_below_a_title() -> None:
    content = workbook(
        ["示例造船有限公司职工名册"],
        [],
        ["填报日期", "2020年8月"],
        ["序号", "联系电话*", "工 种", "公民身份号码（必填）", "姓名：", "备注"],
        [1, "199-0000-0001", "焊工", make.id_number(1), "张三", "老员工"],
        [2, 19900000002.0, "焊工", make.id_number(2), "李四", ""],
    )

    checked = check(content)

    assert checked.errors == []
    assert [(row.number, row.mobile) for row in checked.rows] == [
        (5, "19900000001"),
        (6, "19900000002"),
    ]


def test_headings_that_fill_two_rows_are_read_together() -> None:
    content = workbook(
        ["序号", "姓名", "证件", "", "联系方式", ""],
        ["", "", "证件类型", "证件号码", "手机", "邮箱"],
        [1, "张三", "居民身份证", make.id_number(1), "19900000001", ""],
    )

    checked = check(content)

    assert (checked.errors, checked.total) == ([], 1)


def test_an_instruction_sheet_in_front_is_passed_over() -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.append(["填写说明：姓名要和身份证一致"])
    second = book.create_sheet("名册")
    second.append(HEADINGS)
    second.append(worker())
    file = io.BytesIO()
    book.save(file)

    assert check(file.getvalue()).total == 1


def test_blank_rows_totals_and_notes_are_skipped_with_a_warning() -> None:
    content = workbook(
        HEADINGS,
        worker(),
        [],
        worker(),
        HEADINGS,
        ["合计", "2", "", "", ""],
        ["备注：本表由示例甲填写"],
    )

    checked = check(content)

    assert (checked.total, checked.errors) == (2, [])
    assert sorted(fault.row for fault in checked.warnings) == [3, 5, 6, 7]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": ""}, "name-missing"),
        ({"name": "12345"}, "name-odd"),
        ({"name": "张" * 51}, "name-long"),
        ({"name": "张\u202e三"}, "control-character"),
        ({"id": ""}, "id-missing"),
        ({"id": "37020219800101001"}, "id-length"),
        ({"id": "370202800101001"}, "id-15-digits"),
        ({"id": "370202198013010011"}, "id-date"),
        ({"id": "37020219800101A011"}, "id-form"),
        ({"id": "3.70202E+17"}, "id-as-number"),
        ({"id": make.id_number(1, born="20060101")}, "age-under-16"),
        ({"mobile": ""}, "mobile-missing"),
        ({"mobile": "1990000001"}, "mobile-length"),
        ({"mobile": "0532-85912345"}, "mobile-form"),
        ({"post": "焊" * 41}, "post-long"),
        ({"post": '=HYPERLINK("x")'}, "formula"),
        ({"kind": "临时"}, "kind-unknown"),
    ],
)
def test_a_bad_cell_is_named_with_row_and_code(
    fields: dict[str, Any], code: str
) -> None:
    row = worker(**fields)
    content = table(HEADINGS, worker(), row)

    assert codes(check(content)) == [(3, code)]


def test_numbers_of_persons_are_masked_in_every_message() -> None:
    number, phone = make.id_number(7)[:-2], "1990000777"
    [id_fault, mobile_fault] = check(
        workbook(HEADINGS, worker(id=number, mobile=phone))
    ).errors

    assert number not in f"{id_fault}"
    assert phone not in f"{mobile_fault}"
    assert (id_fault.column, id_fault.value) == (
        "证件号码",
        f"{number[:3]}{'*' * 9}{number[-4:]}",
    )


def test_a_number_that_excel_shortened_is_told_apart_from_a_typing_mistake() -> None:
    content = workbook(HEADINGS, worker(id=370202198001010010))

    [fault] = check(content).errors

    assert fault.code.value == "id-as-number"
    assert "Excel 把证件号码变成了数字" in fault.message
    assert "文本" in fault.advice


def test_one_wrong_digit_is_found_by_the_check_character() -> None:
    number = make.id_number(9)
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")

    assert codes(check(workbook(HEADINGS, worker(id=wrong)))) == [(2, "id-check")]


def test_a_minor_is_a_warning_only() -> None:
    born = f"{date(TODAY.year - 17, 1, 1):%Y%m%d}"
    checked = check(workbook(HEADINGS, worker(id=make.id_number(born=born))))

    assert checked.errors == []
    assert [fault.code.value for fault in checked.warnings] == ["age-under-18"]


@pytest.mark.parametrize(("days", "is_child"), [(0, False), (1, True)])
def test_the_sixteenth_birthday_counts(days: int, is_child: bool) -> None:
    born = date(TODAY.year - 16, TODAY.month, TODAY.day) + timedelta(days=days)
    number = make.id_number(born=f"{born:%Y%m%d}")

    checked = check(workbook(HEADINGS, worker(id=number)))

    assert bool(checked.errors) is is_child


def test_the_same_number_or_mobile_twice_names_the_first_row() -> None:
    number, phone = make.id_number(), make.mobile()
    content = workbook(
        HEADINGS,
        worker(id=number),
        worker(name="李四", id=number.lower()),
        worker(mobile=phone),
        worker(name="王五", mobile=phone),
    )

    checked = check(content)

    assert codes(checked) == [(3, "id-duplicate"), (5, "mobile-duplicate")]
    assert checked.errors[0].message == "和第 2 行张三重复"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("", "H1234567890"),
        ("护照", "E12345678"),
        ("台湾居民来往大陆通行证", "12345678"),
        ("港澳台居民居住证", "810000199001010014"),
        ("外国人永久居留身份证", "911156199001010026"),
    ],
)
def test_other_documents_are_accepted(kind: str, number: str) -> None:
    content = table(
        [*HEADINGS, "证件类型"], [*worker(name="JOHN O'NEIL", id=number), kind]
    )

    assert check(content).errors == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_usual_encodings(encoding: str) -> None:
    content = table(HEADINGS, worker(name="张䶮"), encoding=encoding)

    assert [row.name for row in check(content).rows] == ["张䶮"]


def test_a_file_without_headings_or_a_column_says_which() -> None:
    assert codes(check(workbook(["一", "二"], ["三", "四"]))) == [(0, "no-heading")]
    assert codes(check(workbook(["姓名", "证件号码"], ["张三", "1"]))) == [
        (1, "column-missing")
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" * 9])
def test_a_broken_file_is_one_mistake(content: bytes) -> None:
    assert codes(check(content)) == [(0, "unreadable")]


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=400).map(lambda tail: b"PK\x03\x04" + tail),
        st.binary(max_size=800).map(lambda tail: b"\xd0\xcf\x11\xe0\xa1\xb1" + tail),
    )
)
def test_no_file_makes_the_check_fail(content: bytes) -> None:
    assert isinstance(check(content), CheckedRoster)


CELLS = st.one_of(st.text(max_size=20), st.integers().map(str), st.just(""))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=5, max_size=6), max_size=8))
def test_every_row_is_good_or_bad_whatever_stands_in_its_cells(
    rows: list[list[str]],
) -> None:
    checked = check(table(HEADINGS, *rows))

    if checked.layout and checked.layout.heading_row == 1:
        bad = checked.bad_rows()
        assert len(checked.rows) + len(bad) == checked.total
        assert not bad & {row.number for row in checked.rows}


@pytest.mark.parametrize("far", [(1_048_575, 16_383), (1_048_575, 701), (3, 1_000)])
def test_a_stray_cell_far_away_is_named_and_takes_no_memory(
    far: tuple[int, int],
) -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, worker())
    sheet.write_string(*far, "x")
    book.close()

    found = check_roster_file(file.getvalue(), on=TODAY)

    assert [fault.code.value for fault in found.errors] == ["unreadable"]
    assert xlsxwriter.utility.xl_rowcol_to_cell(*far) in found.errors[0].message


def test_a_format_far_away_harms_nothing() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, worker())
    sheet.write_blank(1, 16_383, None, book.add_format({"bold": True}))
    book.close()

    assert check_roster_file(file.getvalue(), on=TODAY).errors == []


def test_the_kinds_of_employment_are_those_of_the_table() -> None:
    assert {*KIND_WORDS, DEFAULT_KIND} == set(Employment.Kind.values)


def test_the_command_prints_one_object_and_needs_no_database(tmp_path: Path) -> None:
    file = tmp_path / "名册.csv"
    file.write_bytes(table(HEADINGS, worker(), worker(mobile="12"), encoding="gb18030"))

    done = subprocess.run(
        [*ANKANG, "roster", "check", str(file), "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
        env={"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "PATH": ""},
    )

    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["rows"] == 2
    assert report["warnings"] == []
    [error] = report["errors"]
    assert (error["row"], error["column"], error["code"]) == (
        3,
        "手机号",
        "mobile-form",
    )
