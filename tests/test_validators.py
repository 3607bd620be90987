"""Codes with a check character, by the standards' own examples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankang.core.validators import (
    CREDIT_CODE_ALPHABET,
    has_organization_check,
    is_credit_code,
    is_id_number,
    is_mobile,
    masked_id_number,
    masked_mobile,
    masked_name,
    normalized_code,
)
from tests import make

CREDIT_CODES = [
    "91110000600037341L",
    "9144030071526726XG",
    "914403001922038216",
    "91370200264574251E",
]


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_known_credit_codes_pass_both_checks(code: str) -> None:
    """GB 32100-2015, and the inner check of GB 11714."""
    assert is_credit_code(code)
    assert has_organization_check(code)


@given(
    st.sampled_from(CREDIT_CODES),
    st.integers(0, 17),
    st.sampled_from(CREDIT_CODE_ALPHABET),
)
def test_any_single_changed_character_of_a_credit_code_is_found(
    code: str, place: int, char: str
) -> None:
    changed = code[:place] + char + code[place + 1 :]

    assert is_credit_code(changed) == (changed == code)


def test_a_code_that_does_not_begin_with_nine_is_accepted() -> None:
    """Unions, associations and offices have codes too."""
    stem = "11370202MB2857890"
    accepted = [
        stem + char for char in CREDIT_CODE_ALPHABET if is_credit_code(stem + char)
    ]

    assert len(accepted) == 1


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_standards_id_numbers_are_valid(number: str) -> None:
    """GB 11643-1999."""
    assert is_id_number(number)


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",
        "11010519490231002X",
        "1101051949123100",
        "",
        "１１０１０５１９４９１２３１００２Ｘ",  # noqa: RUF001
    ],
)
def test_wrong_id_numbers_are_refused(number: str) -> None:
    assert not is_id_number(number)


def test_abolished_regions_live_on() -> None:
    assert is_id_number(make.id_number(17))


@given(st.text(max_size=30))
def test_no_text_crashes_a_check(text: str) -> None:
    code = normalized_code(text)

    assert is_id_number(code) in {True, False}
    assert is_credit_code(code) in {True, False}
    assert is_mobile(code) in {True, False}


def test_full_width_spaces_and_hyphens_are_normalized() -> None:
    assert normalized_code(" ９１１１００００-6000 37341l ") == "91110000600037341L"  # noqa: RUF001


def test_masks_show_what_they_may() -> None:
    assert masked_id_number("370202198001011234") == "370***********1234"
    assert masked_mobile("13800005678") == "138****5678"
    assert masked_name("欧阳示例") == "欧***"
