"""The certificate as a PDF, and its QR code."""

import io
import json
from datetime import datetime
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import segno
import typst
from django.conf import settings
from django.utils import timezone

from ankang.credits.models import Certificate
from ankang.organizations.models import City

TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"
SANS = ["Noto Sans SC", "Noto Sans CJK SC"]
SERIF = ["Noto Serif SC", "Noto Serif CJK SC"]


def qr_svg(address: str) -> str:
    """A QR code of an address as SVG, black on white with its quiet zone."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=2, dark="#1f2933", light="#ffffff", omitsize=True
    )
    return out.getvalue().decode()


def qr_inline(address: str) -> str:
    """The same without the XML prologue, to stand inside a page."""
    return qr_svg(address).partition("?>")[2].strip()


def chinese_date(at: datetime) -> str:
    """2020年11月20日, on the city's calendar."""
    day = timezone.localtime(at)
    return f"{day.year}年{day.month}月{day.day}日"


def certificate_pdf(certificate: Certificate, *, city: City, address: str) -> bytes:
    """Typeset the certificate; `address` is where anybody can verify it."""
    data = {
        "fonts": SANS,
        "serif_fonts": SERIF + SANS,
        "accent": city.accent,
        "platform": city.platform_name,
        "title": "培训合格证明",
        "serial": certificate.serial,
        "sentence": certificate_sentence(certificate),
        "facts": _facts(certificate),
        "qr": qr_svg(address),
        "address": address,
        "issuer": certificate.issuer,
        "issued_on": chinese_date(certificate.issued_at),
        "note": certificate.note,
    }
    pdf: bytes = typst.compile(
        TEMPLATE,
        font_paths=_fonts(),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2b"],
        timestamp=int(certificate.issued_at.timestamp()),
    )
    return pdf


def certificate_sentence(certificate: Certificate) -> str:
    """What is certified, in one sentence."""
    return (
        f"{certificate.person_name}于{certificate.year}年度参加工伤预防网络培训，"
        f"学完《{certificate.course_title}》课程，计{certificate.hours}学时，"
        f"考试成绩{certificate.score}分，考试合格，特此证明。"
    )


def _facts(certificate: Certificate) -> list[tuple[str, str]]:
    facts = [
        ("姓名", certificate.person_name),
        ("证件号码", certificate.person.id_mask),
        ("用人单位", certificate.employer_name),
        ("培训课程", certificate.course_title),
        ("学时", f"{certificate.hours} 学时"),
    ]
    return [(name, value) for name, value in facts if value]


@cache
def _fonts() -> typst.Fonts:
    """The shipped Chinese fonts, the operator's folder before them, then the system's.

    System fonts stay in as the last resort for rare characters of names.
    """
    folders = [str(Path(pylopdf_fonts_zh_cn.__file__).parent)]
    if settings.FONTS:
        folders.insert(0, str(settings.FONTS))
    return typst.Fonts(font_paths=folders, include_system_fonts=True)
