"""Codes with a check character: 统一社会信用代码, 公民身份号码, 手机号."""

import re
import unicodedata
from datetime import date
from operator import mul

CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE_WEIGHTS = tuple(3**place % 31 for place in range(17))
ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ID_NUMBER_WEIGHTS = tuple(2**place % 11 for place in range(17, 0, -1))
ID_NUMBER_FORM = re.compile(r"\d{17}[\dX]", re.ASCII).fullmatch
OTHER_ID_FORM = re.compile(r"[A-Z]{1,3}\d{6,14}[A-Z0-9]?").fullmatch
MOBILE_FORM = re.compile(r"1[3-9]\d{9}", re.ASCII).fullmatch
ID_NUMBER_CHECKS = "10X98765432"


def normalized_code(text: str) -> str:
    """Half-width, upper case, without spaces and hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-‐–—_'’]", "", plain)


def is_credit_code(code: str) -> bool:
    """Is the check character right (GB 32100-2015)? Expects a normalized code."""
    if len(code) != 18 or any(char not in CREDIT_CODE_ALPHABET for char in code):
        return False
    total = sum(
        CREDIT_CODE_ALPHABET.index(char) * weight
        for char, weight in zip(code, CREDIT_CODE_WEIGHTS, strict=False)
    )
    return code[17] == CREDIT_CODE_ALPHABET[-total % 31]


def has_organization_check(code: str) -> bool:
    """Is character 17 the check of characters 9 to 16 (GB 11714)? A warning only."""
    total = sum(
        int(char, 36) * weight
        for char, weight in zip(code[8:16], ORGANIZATION_WEIGHTS, strict=True)
    )
    expected = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    return code[16] == expected


def is_id_number(number: str) -> bool:
    """Is this a resident identity number with a real date (GB 11643-1999)?

    The region part is not checked: numbers with abolished region codes live on.
    """
    if not ID_NUMBER_FORM(number):
        return False
    if birth_date(number) is None:
        return False
    total = sum(map(mul, map(int, number[:17]), ID_NUMBER_WEIGHTS))
    return number[17] == ID_NUMBER_CHECKS[total % 11]


def birth_date(number: str) -> date | None:
    """The birth date in a resident identity number, or None if it is no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_other_id(number: str) -> bool:
    """Could this be a permit, a residence card or a passport number?"""
    return OTHER_ID_FORM(number) is not None


def is_mobile(number: str) -> bool:
    """Is this a mainland mobile number of 11 digits? Expects a normalized number."""
    return MOBILE_FORM(number) is not None


def masked_id_number(number: str) -> str:
    """370***********1234"""
    return f"{number[:3]}{'*' * max(len(number) - 7, 1)}{number[-4:]}"


def masked_mobile(number: str) -> str:
    """138****5678"""
    return f"{number[:3]}****{number[-4:]}" if number else ""


def masked_name(name: str) -> str:
    """张*, 欧阳* : for pages that anybody may open."""
    return f"{name[:1]}{'*' * max(len(name) - 1, 1)}"
