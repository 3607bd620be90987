"""What a file is, found in its content: its name and its claimed type are not asked."""

import io
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

import puremagic
from PIL import Image, ImageOps

from ankang.attachments.drawings import drawn_proportion, is_plain_drawing
from ankang.attachments.models import Attachment
from ankang.core.errors import Refusal

MEGABYTE = 1024 * 1024
SIZE_LIMITS = {
    Attachment.Kind.VIDEO: 500 * MEGABYTE,
    Attachment.Kind.CAPTIONS: MEGABYTE,
    Attachment.Kind.IMAGE: 10 * MEGABYTE,
    Attachment.Kind.DRAWING: MEGABYTE,
    Attachment.Kind.PICTURE: 10 * MEGABYTE,
    Attachment.Kind.ROSTER: 50 * MEGABYTE,
    Attachment.Kind.EXPORT: 1024 * MEGABYTE,
}
WANTED = {
    Attachment.Kind.VIDEO: "MP4 或 WebM 视频",
    Attachment.Kind.CAPTIONS: "以 WEBVTT 开头的 UTF-8 字幕文件（.vtt）",
    Attachment.Kind.IMAGE: "JPG、PNG 或 WebP 图片",
    Attachment.Kind.DRAWING: "只有图形的 SVG 图画，不带脚本和外部链接",
    Attachment.Kind.PICTURE: "JPG、PNG 或 WebP 图片，或者 SVG 图画",
    Attachment.Kind.ROSTER: "Excel 表格（.xlsx、.xls）或 CSV 文件",
    Attachment.Kind.EXPORT: "表格、PDF、CSV 或 ZIP 文件",
}
MOST_PIXELS = 40_000_000
# kept as drawn anew, without what a camera wrote into them
REDRAWN = (Attachment.Kind.IMAGE, Attachment.Kind.PICTURE)
ORIENTATION, ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)
HEAD = 4096
QUICKTIME = b"qt  "
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
EBML = b"\x1a\x45\xdf\xa3"


@dataclass(frozen=True)
class FileType:
    """A type that we keep: how the web calls it and how its file ends."""

    content_type: str
    suffix: str


MP4 = FileType("video/mp4", "mp4")
WEBM = FileType("video/webm", "webm")
VTT = FileType("text/vtt; charset=utf-8", "vtt")
CSV = FileType("text/csv", "csv")
PDF = FileType("application/pdf", "pdf")
ZIP = FileType("application/zip", "zip")
SVG = FileType("image/svg+xml", "svg")
XLS = FileType("application/vnd.ms-excel", "xls")
XLSX = FileType(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"
)
IMAGES = {
    "JPEG": FileType("image/jpeg", "jpg"),
    "PNG": FileType("image/png", "png"),
    "WEBP": FileType("image/webp", "webp"),
}


class WrongType(Refusal):
    def __init__(self, kind: Attachment.Kind, head: bytes) -> None:
        super().__init__(f"这个文件不能用{_guess(head)}。请上传{WANTED[kind]}。")


class TooLarge(Refusal):
    def __init__(self, kind: Attachment.Kind) -> None:
        limit = SIZE_LIMITS[kind] // MEGABYTE
        super().__init__(f"文件太大，最多 {limit} MB。请压缩后再上传。")


class TooManyPixels(Refusal):
    def __init__(self) -> None:
        super().__init__("图片的尺寸太大，请缩小到 4000 万像素以内再上传。")


def file_type(kind: Attachment.Kind, file: BinaryIO) -> FileType:
    """The type of a file of a kind.

    :raises WrongType: it is none that this kind may be.
    """
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    match kind:
        case Attachment.Kind.VIDEO:
            found = _video_type(head)
        case Attachment.Kind.CAPTIONS:
            found = VTT if _is_captions(file) else None
        case Attachment.Kind.IMAGE | Attachment.Kind.PICTURE:
            found = _image_type(file)
        case Attachment.Kind.DRAWING:
            found = SVG if is_plain_drawing(file.read()) else None
        case Attachment.Kind.ROSTER:
            found = _sheet_type(head, file)
        case Attachment.Kind.EXPORT:
            found = _document_type(head, file)
    file.seek(0)
    if found is None:
        raise WrongType(kind, head)
    return found


def proportion_of(kind: Attachment.Kind, file: BinaryIO) -> float | None:
    """Height by width of a picture as people see it; None for what has none.

    A photo that lies on its side is turned upright before it is kept.
    """
    file.seek(0)
    if kind == Attachment.Kind.DRAWING:
        return drawn_proportion(file.read())
    if kind not in REDRAWN:
        return None
    with Image.open(file) as picture:
        width, height = picture.size
        if picture.getexif().get(ORIENTATION) in ON_ITS_SIDE:
            width, height = height, width
    return height / width


def reencoded(file: BinaryIO) -> bytes:
    """The picture drawn anew: turned upright, without place, camera or hidden parts.

    :raises TooManyPixels: it would not fit into memory.
    """
    with Image.open(file) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise TooManyPixels
        kept = picture.format or "JPEG"
        try:
            upright = ImageOps.exif_transpose(picture)
        except (OSError, SyntaxError, ValueError) as error:
            raise WrongType(Attachment.Kind.IMAGE, b"") from error
        if kept == "JPEG":
            upright = upright.convert("RGB")
        upright.info.clear()
        out = io.BytesIO()
        upright.save(out, format=kept, quality=88)
        return out.getvalue()


def _video_type(head: bytes) -> FileType | None:
    if head[4:8] == b"ftyp" and head[8:12] != QUICKTIME:
        return MP4
    if head.startswith(EBML) and b"webm" in head[:64]:
        return WEBM
    return None


def _image_type(file: BinaryIO) -> FileType | None:
    try:
        with Image.open(file, formats=list(IMAGES)) as picture:
            return IMAGES[picture.format or ""]
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None


def _is_captions(file: BinaryIO) -> bool:
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return text.startswith("WEBVTT")


def _sheet_type(head: bytes, file: BinaryIO) -> FileType | None:
    if head.startswith(OLD_EXCEL):
        return XLS
    if head.startswith(b"PK"):
        return XLSX if "xl/workbook.xml" in _names_in_zip(file) else None
    return CSV if _is_text(head) else None


def _document_type(head: bytes, file: BinaryIO) -> FileType | None:
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK") and "xl/workbook.xml" not in _names_in_zip(file):
        return ZIP
    return _sheet_type(head, file)


def _names_in_zip(file: BinaryIO) -> list[str]:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except zipfile.BadZipFile:
        return []


def _is_text(head: bytes) -> bool:
    if not head or b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False


def _guess(head: bytes) -> str:
    if not head:
        return "，它是空的或者已损坏"
    try:
        suffix = puremagic.from_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    return f"，它的内容像是 {suffix} 文件" if suffix else ""
