"""Pictures of hazard questions: checked by content, measured, graded in their proportion."""

import io
from pathlib import Path

import pytest
from django.conf import LazySettings
from PIL import Image

from ankang.attachments.models import Attachment
from ankang.attachments.services import store_file
from ankang.quizzes.grading import grade
from ankang.quizzes.services.bank import reword
from ankang.quizzes.wording import Wording
from tests import make, practicing

HAZARDS = ({"name": "油", "x": 50, "y": 50, "r": 10, "why": ""},)


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path


def photo(width: int, height: int, kind: str = "JPEG", orientation: int = 1) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (width, height), "gray").save(out, kind, exif=exif)
    return out.getvalue()


def drawing(size: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><path d="M0 0h9"/></svg>'.encode()


def kept(content: bytes, kind: str) -> Attachment:
    return store_file(
        kind=Attachment.Kind(kind),
        file=io.BytesIO(content),
        name="a",
        uploaded_by=None,
        at=make.MORNING,
    )


@pytest.mark.parametrize(
    ("kind", "content", "proportion"),
    [
        ("picture", photo(800, 400), 0.5),
        ("picture", photo(800, 400, "PNG"), 0.5),
        ("picture", photo(800, 400, orientation=6), 2),
        ("image", photo(800, 600), 0.75),
        ("drawing", drawing('viewBox="0 0 1600 900"'), 0.5625),
        ("drawing", drawing('viewBox="0,0,4,3" width="9" height="9"'), 0.75),
        ("drawing", drawing('width="200px" height="100"'), 0.5),
        ("drawing", drawing('width="100%" height="100%"'), None),
        ("drawing", drawing('viewBox="0 0 0 600"'), None),
        ("captions", b"WEBVTT\n", None),
    ],
)
def test_a_kept_picture_knows_its_height_by_its_width(
    kind: str, content: bytes, proportion: float | None
) -> None:
    assert kept(content, kind).proportion == proportion


def test_a_tap_is_measured_in_the_proportion_of_its_picture() -> None:
    def is_right(y: float, proportion: float) -> bool:
        answer = list(HAZARDS)
        taps = [[50, y]]
        return grade(
            kind="hazard", answer=answer, response=taps, proportion=proportion
        ).is_right

    assert is_right(y=65, proportion=0.5)
    assert not is_right(y=65, proportion=0.75)
    assert not is_right(y=57, proportion=1.5)


def test_a_version_keeps_the_proportion_of_its_picture() -> None:
    picture = kept(photo(800, 1200), "picture")
    words = Wording("hazard", "找", (), HAZARDS, "图。", picture=str(picture.pk))
    question = practicing.question().question

    assert reword(question=question, wording=words, at=make.MORNING).proportion == 1.5
