"""Files from people: known by content, kept whole or not at all, opened by whom they may."""

import io
import os
import resource
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone
from PIL import Image

from ankang.attachments.contents import TooLarge, WrongType
from ankang.attachments.models import Attachment
from ankang.attachments.services import store_file
from ankang.commands.tick import tick
from ankang.core.disk import DiskFull
from tests import make

MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    return tmp_path


def files_in(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


def stored(content: bytes, kind: str = "video", **fields: Any) -> Attachment:
    return store_file(
        kind=Attachment.Kind(kind),
        file=io.BytesIO(content),
        name=fields.get("name", "../../课程 1.MP4"),
        uploaded_by=fields.get("uploaded_by"),
        at=make.MORNING,
    )


def picture(size: tuple[int, int] = (40, 20)) -> bytes:
    out = io.BytesIO()
    place = Image.Exif()
    place[0x0112] = 6
    place[0x010E] = "secret place"
    Image.new("RGB", size, "red").save(out, "JPEG", exif=place)
    return out.getvalue()


def workbook(member: str = "xl/workbook.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(member, "<workbook/>")
    return out.getvalue()


@contextmanager
def room_on_disk(most_bytes: int) -> Iterator[None]:
    """The system itself refuses to let any file of this process grow further."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    ("kind", "content", "content_type"),
    [
        ("video", MP4, "video/mp4"),
        ("video", b"\x1a\x45\xdf\xa3\x01\x42\x82\x84webm", "video/webm"),
        ("captions", "WEBVTT\n\n你好".encode(), "text/vtt; charset=utf-8"),
        ("image", picture(), "image/jpeg"),
        ("roster", workbook(), "application/vnd.openxmlformats"),
        ("roster", "姓名,手机\n张三,1".encode("gb18030"), "text/csv"),
        ("roster", "姓名,手机\n张三,1".encode("utf-8-sig"), "text/csv"),
        ("roster", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/vnd.ms-excel"),
        ("export", b"%PDF-1.7 ", "application/pdf"),
        ("export", workbook("a.txt"), "application/zip"),
    ],
)
def test_the_type_is_found_in_the_content(
    kind: str, content: bytes, content_type: str
) -> None:
    assert stored(content, kind).content_type.startswith(content_type)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("video", b"<html><script>alert(1)</script>"),
        ("video", b"\x00\x00\x00\x14ftypqt  \x00\x00"),
        ("video", b""),
        ("captions", b"1\n00:00:01,000 --> 00:00:02,000"),
        ("captions", b"WEBVTT \xff\xfe"),
        ("image", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("image", picture()[:60]),
        ("roster", workbook("word/document.xml")),
        ("roster", b"PK\x03\x04broken"),
        ("roster", b"\x7fELF\x00\x00"),
        ("roster", b""),
    ],
)
def test_what_is_not_of_the_kind_is_refused_and_leaves_nothing(
    kind: str, content: bytes, media: Path
) -> None:
    with pytest.raises(WrongType):
        stored(content, kind, name="video.mp4")

    assert files_in(media) == []
    assert not Attachment.objects.exists()


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(media: Path) -> None:
    with pytest.raises(TooLarge):
        stored(b"WEBVTT\n" + b"x" * 1024 * 1024, "captions")

    assert files_in(media) == []


def test_a_name_from_outside_never_reaches_the_disk(media: Path) -> None:
    attachment = stored(MP4)

    assert attachment.name == "课程 1.MP4"
    assert [one.name for one in files_in(media)] == [f"{attachment.sha256}.mp4"]


def test_equal_content_is_on_the_disk_once(media: Path) -> None:
    assert stored(MP4).file.name == stored(MP4).file.name
    assert len(files_in(media)) == 1


def test_a_picture_is_drawn_anew_upright_and_without_its_place(media: Path) -> None:
    attachment = stored(picture(), "image")

    content = Path(attachment.file.path).read_bytes()
    assert b"secret place" not in content
    with Image.open(io.BytesIO(content)) as drawn:
        assert drawn.size == (20, 40)


def test_a_full_disk_is_refused_and_leaves_neither_file_nor_row(media: Path) -> None:
    kept = stored(MP4)
    with room_on_disk(64 * 1024), pytest.raises(DiskFull, match="磁盘空间不足"):
        stored(MP4 + b"x" * 1024 * 1024)

    assert [str(one) for one in files_in(media)] == [kept.file.path]
    assert Attachment.objects.get() == kept


def receive(request: HttpRequest) -> HttpResponse:
    stored(request.FILES["file"].read())
    return HttpResponse("stored")


urlpatterns = [path("receive/", receive)]


def test_an_upload_onto_a_full_disk_is_answered_kindly(
    client: Client, media: Path
) -> None:
    client.force_login(make.staff())
    content = MP4 + b"x" * 4 * 1024 * 1024
    with override_settings(ROOT_URLCONF=__name__), room_on_disk(64 * 1024):
        answer = client.post(
            "/receive/",
            {"file": SimpleUploadedFile("课程.mp4", content)},
            headers={"HX-Request": "true"},
        )

    assert answer.status_code == 422
    assert "磁盘空间不足" in answer.content.decode()
    assert files_in(media) == []
    assert not Attachment.objects.exists()


@pytest.fixture
def video() -> Attachment:
    return stored(MP4 + bytes(range(256)) * 2000)


@pytest.mark.parametrize(
    ("asked", "span", "status"),
    [
        ("", (0, 512032), 200),
        ("bytes=0-1", (0, 2), 206),
        ("bytes=100-", (100, 512032), 206),
        ("bytes=-100", (511932, 512032), 206),
        ("bytes=-9999999", (0, 512032), 206),
        ("bytes=0-9999999", (0, 512032), 206),
        ("bytes=5-2", (0, 512032), 200),
        ("bytes=0-1,5-6", (0, 512032), 200),
        ("seconds=1-2", (0, 512032), 200),
        ("bytes=-", (0, 512032), 200),
    ],
)
def test_a_player_gets_the_part_it_asks_for(
    client: Client, video: Attachment, asked: str, span: tuple[int, int], status: int
) -> None:
    client.force_login(make.learner())
    answer = client.get(f"/files/{video.pk}/", headers={"Range": asked})

    content = Path(video.file.path).read_bytes()[slice(*span)]
    assert (answer.status_code, answer.getvalue()) == (status, content)
    assert answer["Content-Length"] == str(len(content))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Accept-Ranges"] == "bytes"
    if status == 206:
        assert answer["Content-Range"] == f"bytes {span[0]}-{span[1] - 1}/512032"


def test_a_long_part_comes_in_pieces_so_that_a_slow_phone_holds_no_thread(
    client: Client,
) -> None:
    client.force_login(make.learner())
    long = stored(MP4 + bytes(3 * 1024 * 1024))
    url = f"/files/{long.pk}/"
    first = client.get(url, headers={"Range": "bytes=0-"})

    assert (first.status_code, first.streaming) == (206, False)
    assert first["Content-Range"] == f"bytes 0-1048575/{long.size}"
    assert len(client.get(url).getvalue()) == long.size


@pytest.mark.parametrize("asked", ["bytes=512032-", "bytes=600000-700000", "bytes=-0"])
def test_a_part_outside_the_file_is_not_satisfiable(
    client: Client, video: Attachment, asked: str
) -> None:
    client.force_login(make.learner())
    answer = client.get(f"/files/{video.pk}/", headers={"Range": asked})

    assert answer.status_code == 416
    assert answer["Content-Range"] == "bytes */512032"


@pytest.mark.parametrize("span", ["0-{}", "{}-", "-{}"])
def test_a_range_without_end_is_answered_with_the_whole_file(
    client: Client, video: Attachment, span: str
) -> None:
    client.force_login(make.learner())
    asked = f"bytes={span.format('9' * 5000)}"

    answer = client.get(f"/files/{video.pk}/", headers={"Range": asked})

    assert answer.status_code == 200


def test_a_changed_file_is_sent_whole_and_an_unchanged_one_not_at_all(
    client: Client, video: Attachment
) -> None:
    client.force_login(make.learner())
    url, etag = f"/files/{video.pk}/", f'"{video.sha256}"'
    part = {"Range": "bytes=0-1"}

    assert client.get(url, headers={**part, "If-Range": '"old"'}).status_code == 200
    assert client.get(url, headers={**part, "If-Range": etag}).status_code == 206
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304


def test_head_tells_the_length_without_a_body(
    client: Client, video: Attachment
) -> None:
    client.force_login(make.learner())
    answer = client.head(f"/files/{video.pk}/", headers={"Range": "bytes=0-1"})

    assert (answer.status_code, answer.getvalue()) == (200, b"")
    assert answer["Content-Length"] == "512032"


def test_a_stranger_opens_nothing(client: Client, video: Attachment) -> None:
    assert client.get(f"/files/{video.pk}/").status_code == 302


def test_a_roster_is_opened_by_its_uploader_and_colleagues_only(client: Client) -> None:
    own = make.employer()
    uploader = make.staff("employer", employer=own)
    colleague = make.staff("employer", employer=own)
    roster = stored(workbook(), "roster", uploaded_by=uploader, name="名册.xlsx")
    url = f"/files/{roster.pk}/"

    for user, status in [
        (uploader, 200),
        (colleague, 200),
        (make.staff("employer"), 404),
        (make.staff("city"), 404),
        (make.learner(), 404),
    ]:
        client.force_login(user)
        answer = client.get(url)
        assert answer.status_code == status
        b"".join(answer) if status == 200 else None
    client.force_login(uploader)
    assert client.get(url)["Content-Disposition"].startswith("attachment")
    assert str(settings.MEDIA_ROOT) in roster.file.path


def test_what_a_killed_upload_left_is_removed_a_day_later(media: Path) -> None:
    now = timezone.now()
    old, fresh = media / "uploads/old", media / "uploads/fresh"
    for left, age in ((old, timedelta(days=2)), (fresh, timedelta(hours=1))):
        left.write_bytes(b"half a video")
        os.utime(left, times=((now - age).timestamp(),) * 2)

    assert tick(now, now - timedelta(minutes=1))
    assert files_in(media) == [fresh]
