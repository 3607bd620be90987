"""A small made-up city, for tests that need a whole one."""

import shutil
import subprocess
from pathlib import Path

SHILI = Path(__file__).parent / "shili"
# The smallest MP4 that is known by its content, where no test plays it.
STILL = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"


def shili(folder: Path) -> Path:
    """A copy whose video has the right kind of file but nothing to play."""
    copy = folder / "shili"
    shutil.copytree(SHILI, copy)
    (copy / "lessons/compensation/video.mp4").write_bytes(STILL)
    return copy


def shili_with_video(folder: Path) -> Path:
    """A copy with a video of twelve seconds, drawn and timed by ffmpeg."""
    copy = shili(folder)
    picture = "testsrc2=size=320x180:rate=12:duration=12"
    sound = "sine=frequency=330:duration=12"
    inputs = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound]
    codecs = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast"]
    codecs += ["-c:a", "aac", "-movflags", "+faststart"]
    target = str(copy / "lessons/compensation/video.mp4")
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-y"]
    subprocess.run([*command, *inputs, *codecs, target], check=True)
    return copy
