"""Captions (字幕): WebVTT, read closely enough to refuse what a player cannot show."""

import re
from dataclasses import dataclass

from ankang.core.errors import Refusal

TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMING = re.compile(rf"{TIME}[ \t]+-->[ \t]+{TIME}(?:[ \t]+\S.*)?\Z")
SLACK_SECONDS = 1.0


@dataclass(frozen=True)
class Cue:
    """One line of captions and when it is shown."""

    line: int
    start: float
    end: float
    text: str


class BadCaptions(Refusal):
    def __init__(self, reason: str, line: int = 0) -> None:
        where = f"第 {line} 行：" if line else ""
        super().__init__(f"字幕不能用。{where}{reason}")


def read_cues(text: str) -> list[Cue]:
    """The cues of a WebVTT file, in its order.

    :raises BadCaptions: it is none, or a cue is wrong; the sentence names the line.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or not re.match(r"WEBVTT(\s|\Z)", lines[0]):
        raise BadCaptions("文件要以 WEBVTT 开头。")
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        cue = _cue(number, block)
        if cue is None:
            continue
        if cues and cue.start < cues[-1].start:
            raise BadCaptions("开始时间比上一条还早。", cue.line)
        cues.append(cue)
    if not cues:
        raise BadCaptions("里面一条字幕也没有。")
    return cues


def check_captions(text: str, duration_seconds: int) -> list[Cue]:
    """The cues, all within a video of this length; 0 means that it is not known.

    :raises BadCaptions: as `read_cues`, or a cue is past the end.
    """
    cues = read_cues(text)
    for cue in cues:
        if duration_seconds and cue.end > duration_seconds + 1 + SLACK_SECONDS:
            raise BadCaptions(
                f"这一条到 {cue.end:.0f} 秒才结束，视频只有 {duration_seconds} 秒。",
                cue.line,
            )
    return cues


def _blocks(lines: list[str]) -> list[tuple[int, list[str]]]:
    """Lines between empty lines, each with the number of its first; the head is left out."""
    blocks: list[tuple[int, list[str]]] = []
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            blocks.append((number - len(block), block))
            block = []
    return blocks[1:]


def _cue(number: int, block: list[str]) -> Cue | None:
    if block[0].startswith(("NOTE", "STYLE", "REGION")):
        return None
    place = 0 if "-->" in block[0] else 1
    line = number + place
    match = TIMING.match(block[place].strip()) if place < len(block) else None
    if match is None:
        raise BadCaptions("时间要写成 00:01.000 --> 00:04.000。", line)
    start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:8])
    if end <= start:
        raise BadCaptions("结束时间必须晚于开始时间。", line)
    text = "\n".join(block[place + 1 :]).strip()
    if not text:
        raise BadCaptions("这一条没有文字。", line)
    return Cue(line=line, start=start, end=end, text=text)


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
