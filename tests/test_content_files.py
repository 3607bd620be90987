"""Text, captions and video of courseware: checked, cleaned, transcoded."""

import io
import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from ankang.content.bodies import clean_body, has_text
from ankang.content.captions import BadCaptions, check_captions, read_cues
from ankang.content.models import CoursewareVersion
from ankang.content.mp4 import duration_seconds
from ankang.content.services.media import (
    AS_IT_CAME,
    NotAVideoLesson,
    StillTranscoding,
    put_captions,
    put_poster,
    put_video,
    transcode_again,
)
from ankang.content.services.review import submit_version
from ankang.content.video import UnreadableVideo
from ankang.core.errors import Refusal
from ankang.jobs.models import Job
from ankang.jobs.services import cancel_job, run_job
from tests import make

VTT = "WEBVTT\n\n1\n00:00.000 --> 00:01.500\n先通风\n\nNOTE 备注\n\n00:01.500 --> 00:02.000\n再检测\n"


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: object) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    settings.DATA = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def ffmpeg() -> str:
    found = shutil.which("ffmpeg")
    if not found:
        if os.environ.get("CI") == "true":
            pytest.fail("ffmpeg is missing in CI")
        pytest.skip("ffmpeg is not installed")
    return found


@pytest.fixture
def clip(ffmpeg: str, tmp_path: Path) -> Path:
    """Two seconds of a test picture with a tone, larger than we serve."""
    path = tmp_path / "clip.mp4"
    subprocess.run(
        [
            *(ffmpeg, "-v", "error", "-f", "lavfi"),
            *("-i", "testsrc=size=1280x720:rate=10:duration=2", "-f", "lavfi"),
            *("-i", "sine=duration=2", "-preset", "ultrafast", "-c:v", "libx264"),
            *("-c:a", "aac", str(path)),
        ],
        check=True,
    )
    return path


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def movie(seconds: int, *, version: int = 0) -> bytes:
    """The boxes of an MP4 without any picture."""
    layout = ">B3xQQIQ" if version else ">B3xIIII"
    header = struct.pack(layout, version, 0, 0, 1000, seconds * 1000 + 400) + bytes(80)
    return (
        box(b"ftyp", b"isom\0\0\0\0isommp42")
        + box(b"free", bytes(16))
        + box(b"moov", box(b"udta", b"1234") + box(b"mvhd", header))
    )


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p>好<script>alert(1)</script></p>", "<p>好</p>"),
        ('<p onclick="a()" style="color:red">好</p>', "<p>好</p>"),
        ('<img src="x" onerror="alert(1)">', "<img>"),
        ('<img src="https://example.com/a.png">', "<img>"),
        ('<img src="/files/7/" alt="图">', '<img src="/files/7/" alt="图">'),
        ("<iframe src=/files/1></iframe><h2>甲</h2>", "<h2>甲</h2>"),
        ("<svg><a href=javascript:a()>x</a></svg>", ""),
        ("<table><tr><td colspan=2>1</td></tr></table>", None),
        ("第一行\n\n第二行", "<p>第一行</p><p>第二行</p>"),
    ],
)
def test_text_keeps_what_is_on_the_list_and_nothing_else(
    html: str, clean: str | None
) -> None:
    result = clean_body(html)

    if clean is None:
        assert 'colspan="2"' in result
    elif clean:
        assert result == clean
    for bad in ["script", "onerror", "onclick", "javascript:", "style", "iframe"]:
        assert bad not in result
    assert clean_body(result) == result


def test_a_link_cannot_run_a_script_and_does_not_tell_where_one_came_from() -> None:
    assert "javascript" not in clean_body('<a href="JaVaScRiPt:alert(1)">甲</a>')
    assert 'rel="noopener noreferrer"' in clean_body(
        '<a href="https://example.com">甲</a>'
    )


def test_text_of_markup_only_is_no_text() -> None:
    assert has_text("<p>甲</p>")
    assert not has_text("<p><br>&nbsp;</p>")


def test_captions_are_read() -> None:
    cues = read_cues("\ufeff" + VTT)

    assert [(cue.start, cue.end, cue.text) for cue in cues] == [
        (0.0, 1.5, "先通风"),
        (1.5, 2.0, "再检测"),
    ]
    assert [cue.line for cue in cues] == [4, 9]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1\n00:01 --> 00:02\n字", "要以 WEBVTT 开头"),
        ("WEBVTT\n", "一条字幕也没有"),
        ("WEBVTT\n\n00:00:01,000 --> 00:00:02,000\n字", "第 3 行：时间要写成"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\n字", "第 3 行：结束时间"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000", "第 3 行：这一条没有文字"),
        (
            "WEBVTT\n\n00:02.000 --> 00:03.000\n甲\n\n00:01.000 --> 00:02.000\n乙",
            "第 6 行：开始时间比上一条还早",
        ),
        ("WEBVTT\n\n只有文字", "时间要写成"),
    ],
)
def test_wrong_captions_are_refused_with_the_line(text: str, reason: str) -> None:
    with pytest.raises(BadCaptions, match=reason):
        read_cues(text)


def test_captions_end_with_the_video() -> None:
    assert check_captions(VTT, 1)
    with pytest.raises(BadCaptions, match="视频只有 10 秒"):
        check_captions("WEBVTT\n\n00:11.000 --> 00:14.000\n字", 10)


@pytest.mark.parametrize("version", [0, 1])
def test_the_length_of_an_mp4_is_read_from_its_header(version: int) -> None:
    assert duration_seconds(io.BytesIO(movie(275, version=version))) == 275


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a movie at all, but long enough",
        movie(275)[:60],
        box(b"moov", box(b"mvhd", bytes(100))),
        struct.pack(">I4s", 3, b"moov"),
        struct.pack(">I4sQ", 1, b"free", 2**63),
        struct.pack(">I4s", 0, b"free"),
    ],
)
def test_a_broken_header_has_no_length(content: bytes) -> None:
    assert duration_seconds(io.BytesIO(content)) == 0


def uploaded(content: bytes, name: str = "课.mp4") -> tuple[CoursewareVersion, object]:
    author = make.membership()
    version = make.draft(by=author, kind="video")
    put_video(
        version=version,
        membership=author,
        file=io.BytesIO(content),
        name=name,
        at=make.MORNING,
    )
    version.refresh_from_db()
    return version, author


def test_without_ffmpeg_an_mp4_is_served_as_it_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")

    version, _ = uploaded(movie(200))

    assert version.duration_seconds == 200
    assert version.transcoding == AS_IT_CAME
    assert not Job.objects.exists()
    with pytest.raises(UnreadableVideo):
        uploaded(movie(200)[:40])
    with pytest.raises(Refusal, match="只能收 MP4"):
        uploaded(b"\x1a\x45\xdf\xa3\x01\x00\x00\x00webm" + bytes(64))


def test_a_video_is_transcoded_for_every_phone(clip: Path) -> None:
    version, author = uploaded(clip.read_bytes())
    assert version.is_transcoding()
    with pytest.raises(StillTranscoding):
        submit_version(version=version, membership=author, at=make.MORNING)

    run_job(version.transcode_job_id)

    version = CoursewareVersion.objects.get(pk=version.pk)
    assert version.transcode_job.state == "done", version.transcode_job.message
    assert version.duration_seconds == 2
    assert version.video.name == "课-480p.mp4"
    assert version.poster.content_type == "image/jpeg"
    shown = subprocess.run(
        [
            *("ffprobe", "-v", "error", "-show_entries"),
            *("stream=codec_name,profile,width,height", "-of", "csv=p=0"),
            version.video.file.path,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert shown.split() == ["h264,Main,854,480", "aac,LC"]
    head = Path(version.video.file.path).read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_transcoding_twice_does_no_harm(clip: Path) -> None:
    version, _ = uploaded(clip.read_bytes())
    run_job(version.transcode_job_id)
    done = CoursewareVersion.objects.get(pk=version.pk)

    Job.objects.filter(pk=version.transcode_job_id).update(state="waiting")
    run_job(version.transcode_job_id)

    version.refresh_from_db()
    assert version.video_id == done.video_id
    assert Job.objects.get().result["message"] == "视频已经换过，不用再转码。"


def test_a_canceled_transcoding_leaves_the_video_as_it_came(clip: Path) -> None:
    version, author = uploaded(clip.read_bytes())
    source = version.video_id
    Job.objects.update(cancel_requested=True)

    run_job(version.transcode_job_id)

    version = CoursewareVersion.objects.get(pk=version.pk)
    assert version.transcode_job.state == "canceled"
    assert version.video_id == source
    assert not version.is_transcoding()
    transcode_again(version=version, membership=author, at=make.MORNING)
    version = CoursewareVersion.objects.get(pk=version.pk)
    with pytest.raises(StillTranscoding):
        transcode_again(version=version, membership=author, at=make.MORNING)
    cancel_job(job=version.transcode_job, actor=author.user, at=make.MORNING)


def test_a_file_without_a_picture_fails_with_a_sentence(ffmpeg: str) -> None:
    version, _ = uploaded(movie(200))

    run_job(version.transcode_job_id)

    job = Job.objects.get()
    assert job.state == "failed"
    assert "视频读不出来" in job.message
    assert ffmpeg


def test_captions_and_poster_are_checked_and_kept() -> None:
    author = make.membership()
    version = make.draft(by=author, kind="video", duration_seconds=200)

    def put(text: str) -> None:
        put_captions(
            version=version,
            membership=author,
            file=io.BytesIO(text.encode()),
            name="课.vtt",
            at=make.MORNING,
        )

    put(VTT)
    version.refresh_from_db()
    kept = version.captions
    assert kept.name == "课.vtt"
    with pytest.raises(BadCaptions):
        put("WEBVTT\n\n04:00.000 --> 04:05.000\n字")
    with pytest.raises(Refusal):
        put_poster(
            version=version,
            membership=author,
            file=io.BytesIO(b"<svg/>"),
            name="a.png",
            at=make.MORNING,
        )
    version.refresh_from_db()
    assert (version.captions, version.poster) == (kept, None)


def test_an_article_takes_no_video() -> None:
    author = make.membership()

    with pytest.raises(NotAVideoLesson):
        put_video(
            version=make.draft(by=author),
            membership=author,
            file=io.BytesIO(movie(200)),
            name="a.mp4",
            at=make.MORNING,
        )
