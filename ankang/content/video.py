"""What ffmpeg and ffprobe do for us, where the machine has them."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from ankang.core.errors import Refusal

PICTURE = (
    "scale=854:480:force_original_aspect_ratio=decrease,"
    "pad=854:480:(ow-iw)/2:(oh-ih)/2,setsar=1"
)
SAFE = ["-hide_banner", "-nostdin", "-loglevel", "error", "-protocol_whitelist", "file"]
PROBE_TIMEOUT_SECONDS = 60
MICROSECONDS = 1_000_000


class UnreadableVideo(Refusal):
    def __init__(self) -> None:
        super().__init__("视频读不出来，文件可能不完整。请重新导出为 MP4 后再上传。")


def can_transcode() -> bool:
    """Are both programs on this machine?"""
    return bool(shutil.which("ffmpeg") and shutil.which("ffprobe"))


def probe_duration(path: Path) -> float:
    """Seconds that a video plays.

    :raises UnreadableVideo: there is no picture in it.
    """
    asked = [
        *("ffprobe", "-v", "error", "-protocol_whitelist", "file"),
        *("-select_streams", "v:0", "-show_entries", "stream=codec_type"),
        *("-show_entries", "format=duration", "-of", "default=nw=1:nk=1", str(path)),
    ]
    answer = subprocess.run(  # noqa: S603
        asked,
        capture_output=True,
        text=True,
        timeout=PROBE_TIMEOUT_SECONDS,
        check=False,
    )
    words = answer.stdout.split()
    if answer.returncode or len(words) != 2 or words[0] != "video":  # noqa: PLR2004
        raise UnreadableVideo
    try:
        return float(words[1])
    except ValueError:
        raise UnreadableVideo from None


def transcode(source: Path, target: Path, report: Callable[[float], None]) -> None:
    """Write H.264 and AAC at 480 lines that every phone plays from its first bytes.

    `report` gets the second reached; if it raises, ffmpeg is ended.

    :raises UnreadableVideo: ffmpeg gave up.
    """
    command = [
        *("ffmpeg", *SAFE, "-y", "-i", str(source)),
        *("-map", "0:v:0", "-map", "0:a:0?", "-map_metadata", "-1"),
        *("-c:v", "libx264", "-profile:v", "main", "-pix_fmt", "yuv420p"),
        *("-preset", "veryfast", "-crf", "26", "-vf", PICTURE),
        *("-c:a", "aac", "-b:a", "96k", "-ac", "2", "-ar", "44100"),
        *("-movflags", "+faststart", "-progress", "pipe:1", "-f", "mp4", str(target)),
    ]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        try:
            for line in process.stdout or ():
                name, _, value = line.strip().partition("=")
                if name == "out_time_us" and value.isdigit():
                    report(int(value) / MICROSECONDS)
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise UnreadableVideo


def still(source: Path, target: Path, at_second: float) -> None:
    """Write one picture of the video as JPEG.

    :raises UnreadableVideo: there is none at that second.
    """
    command = [
        *("ffmpeg", *SAFE, "-y", "-ss", f"{at_second:.3f}", "-i", str(source)),
        *("-frames:v", "1", "-q:v", "4", "-f", "image2", str(target)),
    ]
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, timeout=PROBE_TIMEOUT_SECONDS, check=False
    )
    if done.returncode or not target.exists():
        raise UnreadableVideo
