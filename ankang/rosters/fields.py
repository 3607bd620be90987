"""Reading one cell each: its normal form, or what is wrong with it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from ankang.core.validators import (
    birth_date,
    is_id_number,
    is_mobile,
    is_other_id,
    masked_id_number,
    masked_mobile,
)
from ankang.rosters.codes import Code
from ankang.rosters.columns import Column

NAME_LENGTH = 50
POST_LENGTH = 40
ID_LENGTH = 18
OLD_ID_LENGTH = 15
EXACT_DIGITS = 15
MOBILE_LENGTH = 11
SHOWN_LENGTH = 30
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
FORMULA_START = "=@+-#"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
FORMULA = re.compile(r"^[=@]|^[+\-](?=[A-Za-z@(])|^#(N/A|REF!|VALUE!|DIV/0!|NAME\?)")
EXPONENT = re.compile(r"^\d(\.\d+)?E\+?\d+$")
LETTERS = re.compile(r"[^\W\d_]")
CODE_NOISE = re.compile(r"[\s\-‐–—_'’`]")
OTHER_NUMBER = re.compile(r"[A-Z0-9]{6,18}")


class IdKind(StrEnum):
    """The kinds of documents, as persons carry them."""

    RESIDENT = "resident"
    OTHER = "other"


RESIDENT_KINDS = {"居民身份证", "身份证", "居民身份证(户口簿)", "二代身份证"}
OTHER_KINDS = re.compile(r"护照|通行证|居住证|永久居留|回乡证|台胞证|其他")
KIND_WORDS = {
    "contract": "合同工 合同 合同制 劳动合同 劳动合同工 合同制工人 正式 正式工 正式员工"
    " 固定工 全日制 在职 签订劳动合同",
    "dispatched": "劳务派遣 派遣 派遣工 劳务派遣工 派遣制 派遣人员 劳务派遣人员",
    "intern": "实习 实习生 见习 学徒 见习生 实习人员",
    "flexible": "灵活就业 灵活 灵活就业人员 灵活用工",
    "new_form": "新业态 新就业形态 新业态从业人员 新就业形态劳动者 平台用工",
}
KINDS = {word: kind for kind, text in KIND_WORDS.items() for word in text.split()}
DEFAULT_KIND = "contract"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a cell."""

    code: Code
    message: str


def plain_text(value: Any) -> str:
    """A cell as text: numbers without .0, half-width, outer spaces gone."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    text: str = value if isinstance(value, str) else str(value)
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return text.strip()


def _hidden_mistake(text: str) -> Mistake | None:
    if CONTROL.search(text):
        return Mistake(Code.CONTROL, "含有看不见的控制字符")
    if text[:1] in FORMULA_START and FORMULA.search(text):
        return Mistake(Code.FORMULA, "是公式或公式的错误值")
    return None


def read_name(value: Any) -> tuple[str, Mistake | None]:
    """Spaces between Chinese characters are for looks and go."""
    text = plain_text(value)
    if text.isalpha() and len(text) <= NAME_LENGTH:
        return text, None
    if not text:
        return "", Mistake(Code.NAME_MISSING, "没有填写")
    if mistake := _hidden_mistake(text):
        return "", mistake
    words = re.sub(r"[•‧∙⋅・]", "·", text).split()
    name = " ".join(words) if text.isascii() else "".join(words)
    if len(name) > NAME_LENGTH:
        return name[:NAME_LENGTH], Mistake(Code.NAME_LONG, f"有 {len(name)} 个字")
    is_odd = not LETTERS.search(name) or not all(
        char.isalpha() or char in "·.' -" for char in name
    )
    if is_odd:
        return name, Mistake(Code.NAME_ODD, "不像姓名")
    return name, None


def read_id_number(value: Any, kind: Any) -> tuple[IdKind, str, Mistake | None]:
    """The kind of the document, its normal number, and what is wrong with it."""
    if not kind and isinstance(value, str) and is_id_number(value):
        return IdKind.RESIDENT, value, None
    text = plain_text(value)
    number = CODE_NOISE.sub("", text).upper()
    kind_text = CODE_NOISE.sub("", plain_text(kind)) if kind else ""
    if kind_text in RESIDENT_KINDS:
        id_kind = IdKind.RESIDENT
    else:
        is_other = bool(kind_text) or is_other_id(number)
        id_kind = IdKind.OTHER if is_other else IdKind.RESIDENT
    mistake = (
        _lost_mistake(value, text, number)
        or (_other_mistake(kind_text, number) if id_kind == IdKind.OTHER else None)
        or (_resident_mistake(number) if id_kind == IdKind.RESIDENT else None)
    )
    return id_kind, number, mistake


def _lost_mistake(value: Any, text: str, number: str) -> Mistake | None:
    if not number:
        return Mistake(Code.ID_MISSING, "没有填写")
    is_numeric = isinstance(value, int | float) and len(number) >= EXACT_DIGITS
    if is_numeric or ("E" in number and EXPONENT.match(number)):
        message = "Excel 把证件号码变成了数字，后几位已经丢失"
        return Mistake(Code.ID_AS_NUMBER, message)
    return _hidden_mistake(text)


def _other_mistake(kind: str, number: str) -> Mistake | None:
    if kind and not OTHER_KINDS.search(kind):
        return Mistake(Code.ID_KIND, "认不出证件类型")
    if not OTHER_NUMBER.fullmatch(number):
        return Mistake(Code.ID_FORM, "不像证件号码")
    return None


def _resident_mistake(number: str) -> Mistake | None:
    if is_id_number(number):
        return None
    if not number.isascii() or not re.fullmatch(r"\d*[\dX]", number):
        return Mistake(Code.ID_FORM, "含有数字和 X 以外的字符")
    if len(number) == OLD_ID_LENGTH:
        return Mistake(Code.ID_OLD, "是 15 位的旧号")
    if len(number) != ID_LENGTH:
        side = "少" if len(number) < ID_LENGTH else "多"
        message = f"{side} {abs(ID_LENGTH - len(number))} 位，应为 18 位"
        return Mistake(Code.ID_LENGTH, message)
    if birth_date(number) is None:
        return Mistake(Code.ID_DATE, "出生日期不存在")
    return Mistake(Code.ID_CHECK, "最后一位校验不对")


def age_mistake(number: str, on: date, minimum: int, minor: int) -> Mistake | None:
    """Too young to work, or young enough to be protected."""
    born = birth_date(number)
    if born is None:
        return None
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if born > on:
        return Mistake(Code.ID_DATE, "出生日期在今天以后")
    if age < minimum:
        return Mistake(Code.AGE_CHILD, f"未满 {minimum} 周岁")
    if age < minor:
        return Mistake(Code.AGE_MINOR, f"未满 {minor} 周岁")
    return None


def read_mobile(value: Any) -> tuple[str, Mistake | None]:
    """Eleven digits, with or without +86, spaces and hyphens."""
    text = plain_text(value)
    if is_mobile(text):
        return text, None
    if not text:
        return "", Mistake(Code.MOBILE_MISSING, "没有填写")
    if mistake := _hidden_mistake(text):
        return "", mistake
    number = CODE_NOISE.sub("", text)
    if len(number) > MOBILE_LENGTH:
        number = re.sub(r"^(\+|00)?86", "", number)
    if is_mobile(number):
        return number, None
    if re.fullmatch(r"1[3-9]\d*", number, re.ASCII):
        gap = MOBILE_LENGTH - len(number)
        return number, Mistake(
            Code.MOBILE_LENGTH, f"少 {gap} 位" if gap > 0 else f"多 {-gap} 位"
        )
    return number, Mistake(Code.MOBILE_FORM, "不是手机号")


@lru_cache(maxsize=4096)
def read_post(value: Any) -> tuple[str, Mistake | None]:
    text = " ".join(plain_text(value).split())
    if mistake := _hidden_mistake(text):
        return "", mistake
    if len(text) > POST_LENGTH:
        return "", Mistake(Code.POST_LONG, f"有 {len(text)} 个字")
    return text, None


@lru_cache(maxsize=4096)
def read_kind(value: Any) -> tuple[str, Mistake | None]:
    """How somebody is employed; empty is a contract."""
    text = CODE_NOISE.sub("", plain_text(value))
    if mistake := _hidden_mistake(text):
        return "", mistake
    if not text:
        return DEFAULT_KIND, None
    if text not in KINDS:
        return "", Mistake(Code.KIND_UNKNOWN, "不在可选范围")
    return KINDS[text], None


def shown_value(column: Column | None, value: Any) -> str:
    """What stands in the cell, with numbers of persons masked."""
    text = CONTROL.sub("", plain_text(value))
    if column == Column.ID_NUMBER:
        return _masked(text, masked_id_number, 8)
    if column == Column.MOBILE:
        return _masked(text, masked_mobile, 8)
    return text[:SHOWN_LENGTH]


def _masked(text: str, mask: Any, least: int) -> str:
    if len(text) >= least:
        return str(mask(text))[:SHOWN_LENGTH]
    return f"{text[:1]}{'*' * (len(text) - 1)}"
