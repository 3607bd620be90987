"""Render the drawn lessons of a city folder: film, captions, transcript and poster.

Needs pillow, ffmpeg with ffprobe, and a Noto CJK font.

    python tools/render_lessons.py cities/qingdao-2020 [slug …] [--frames DIR]
"""

import argparse
import math
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from lesson_scenes.stage import OUT_HEIGHT, OUT_WIDTH, Stage
from lesson_scenes.story import Lesson, Moment, Scene, seconds_for
from PIL import Image

MODULES = ("injury_recognition", "confined_space_entry", "work_at_height", "dust")
FRAME_RATE = 8
KEYFRAME_SECONDS = 2
LARGEST_FILM = 2_500_000
LARGEST_POSTER = 60_000
FIRST_QUALITY, WORST_QUALITY = 27, 40
SOUND_RATE = 22_050


def lessons() -> dict[str, Lesson]:
    found = [import_module(f"lesson_scenes.{name}").LESSON for name in MODULES]
    return {lesson.slug: lesson for lesson in found}


def scene_starts(lesson: Lesson) -> list[tuple[float, Scene]]:
    starts, now = [], 0.0
    for scene in lesson.scenes:
        starts.append((now, scene))
        now += scene.length
    return starts


def lesson_length(lesson: Lesson) -> float:
    return sum(scene.length for scene in lesson.scenes)


def picture(scene: Scene, t: float) -> Image.Image:
    stage = Stage()
    scene.draw(stage, Moment(t=t, length=scene.length, starts=scene.starts))
    return stage.frame()


def picture_at(lesson: Lesson, second: float) -> Image.Image:
    start, scene = [pair for pair in scene_starts(lesson) if pair[0] <= second][-1]
    return picture(scene, second - start)


def pictures(lesson: Lesson) -> Iterator[Image.Image]:
    for index in range(int(lesson_length(lesson) * FRAME_RATE)):
        yield picture_at(lesson, index / FRAME_RATE)


def write_sound_bed(path: Path, seconds: float) -> None:
    """A very soft slow chord, so that phones show the film has sound and nobody is disturbed."""
    chord = (
        (130.81, 164.81, 196.00),
        (110.00, 130.81, 164.81),
        (87.31, 130.81, 174.61),
        (98.00, 146.83, 196.00),
    )
    loop = array("h")
    for notes in chord:
        for i in range(SOUND_RATE * 6):
            t = i / SOUND_RATE
            swell = math.sin(math.pi * t / 6) ** 2
            tone = sum(math.sin(2 * math.pi * note * t) for note in notes) / 3
            loop.append(round(900 * swell * tone))
    if sys.byteorder == "big":
        loop.byteswap()
    block = loop.tobytes()
    wanted = int(seconds * SOUND_RATE) * 2
    path.write_bytes((block * (wanted // len(block) + 1))[:wanted])


def run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True)


def write_master(lesson: Lesson, master: Path) -> None:
    """All frames without loss, so that the size search need not draw them again."""
    size = f"{OUT_WIDTH}x{OUT_HEIGHT}"
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-y",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        size,
    ]
    command += [
        "-r",
        str(FRAME_RATE),
        "-i",
        "-",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-qp",
        "0",
        str(master),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        for image in pictures(lesson):
            encoder.stdin.write(image.tobytes())
        encoder.stdin.close()
        if encoder.wait() != 0:
            raise SystemExit(f"{lesson.slug}：ffmpeg 没有写成画面。")


def write_film(lesson: Lesson, film: Path) -> None:
    """The finest film that stays under the size limit."""
    with tempfile.TemporaryDirectory() as folder:
        master, sound = Path(folder, "master.mkv"), Path(folder, "sound.raw")
        write_master(lesson, master)
        write_sound_bed(sound, lesson_length(lesson))
        quality = FIRST_QUALITY
        while quality <= WORST_QUALITY:
            run(
                *("ffmpeg", "-v", "error", "-y", "-i", master),
                *("-f", "s16le", "-ar", str(SOUND_RATE), "-ac", "1", "-i", sound),
                *(
                    "-c:v",
                    "libx264",
                    "-profile:v",
                    "baseline",
                    "-pix_fmt",
                    "yuv420p",
                    "-preset",
                    "slow",
                ),
                *(
                    "-tune",
                    "animation",
                    "-crf",
                    str(quality),
                    "-g",
                    str(FRAME_RATE * KEYFRAME_SECONDS),
                ),
                *(
                    "-keyint_min",
                    str(FRAME_RATE * KEYFRAME_SECONDS),
                    "-sc_threshold",
                    "0",
                ),
                *("-c:a", "aac", "-b:a", "16k", "-shortest", "-map_metadata", "-1"),
                *("-movflags", "+faststart", film),
            )
            if film.stat().st_size <= LARGEST_FILM:
                return
            excess = film.stat().st_size / LARGEST_FILM
            quality += max(1, math.ceil(6 * math.log2(excess)))
    raise SystemExit(f"{lesson.slug}：压缩后仍然超过 {LARGEST_FILM} 字节。")


def film_seconds(film: Path) -> int:
    answer = subprocess.run(
        [
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "format=duration",
            "-of",
            "csv=p=0",
            str(film),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return int(float(answer.stdout))


def clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def captions(lesson: Lesson) -> str:
    blocks = ["WEBVTT"]
    for start, scene in scene_starts(lesson):
        for offset, line in zip(scene.starts, scene.lines, strict=True):
            begin = start + offset
            blocks.append(
                f"{clock(begin)} --> {clock(begin + seconds_for(line))}\n{line}"
            )
    return "\n\n".join(blocks) + "\n"


def transcript(lesson: Lesson) -> str:
    parts, heading = [f"# {lesson.title}"], ""
    for scene in lesson.scenes:
        if scene.heading != heading:
            heading = scene.heading
            parts.append(f"## {heading}")
        parts.append("".join(scene.lines))
    parts.append(lesson.closing)
    return "\n\n".join(parts) + "\n"


def write_poster(lesson: Lesson, path: Path) -> None:
    image = picture_at(lesson, lesson.poster_second)
    for quality in (88, 80, 70, 60):
        image.save(path, quality=quality, optimize=True, progressive=True)
        if path.stat().st_size <= LARGEST_POSTER:
            return
    raise SystemExit(f"{lesson.slug}：封面超过 {LARGEST_POSTER} 字节。")


def write_sample_frames(lesson: Lesson, folder: Path) -> None:
    """Three small frames of every scene on one sheet, to look the drawings over."""
    folder.mkdir(parents=True, exist_ok=True)
    width, height = OUT_WIDTH // 2, OUT_HEIGHT // 2
    sheet = Image.new("RGB", (width * 3, height * len(lesson.scenes)))
    for row, scene in enumerate(lesson.scenes):
        for column, share in enumerate((0.12, 0.55, 0.97)):
            small = picture(scene, scene.length * share).resize((width, height))
            sheet.paste(small, (column * width, row * height))
    sheet.save(folder / f"{lesson.slug}.png")


def main() -> None:
    parser = argparse.ArgumentParser(
        description="把课件画面渲染成视频、字幕、文字稿和封面。"
    )
    parser.add_argument("city", type=Path, help="城市文件夹")
    parser.add_argument("slugs", nargs="*", help="只渲染这些课；不写就全部渲染")
    parser.add_argument(
        "--frames", type=Path, help="不出视频，只把每个场景的样张放进这个文件夹"
    )
    options = parser.parse_args()
    known = lessons()
    for slug in options.slugs or known:
        lesson = known[slug]
        if options.frames:
            write_sample_frames(lesson, options.frames)
            continue
        folder = options.city / "lessons" / slug
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "captions.vtt").write_text(captions(lesson), encoding="utf-8")
        (folder / "body.md").write_text(transcript(lesson), encoding="utf-8")
        write_poster(lesson, folder / "poster.jpg")
        write_film(lesson, folder / "video.mp4")
        starts = "、".join(f"{int(start)}" for start, _ in scene_starts(lesson))
        size = (folder / "video.mp4").stat().st_size
        print(
            f"{slug}：{film_seconds(folder / 'video.mp4')} 秒，{size} 字节；各场景从第 {starts} 秒开始。"
        )


if __name__ == "__main__":
    main()
