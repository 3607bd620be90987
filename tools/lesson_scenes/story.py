"""How a lesson is told: scenes, their spoken lines, and the time each line needs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lesson_scenes.stage import Stage

CHARACTERS_PER_SECOND = 4.4
SHORTEST_LINE = 2.2
LINE_TAIL = 0.35
SCENE_TAIL = 0.6
LONGEST_LINE = 20
NARRATION = Path(__file__).parent / "narration"

Draw = Callable[["Stage", "Moment"], None]


def seconds_for(line: str) -> float:
    return max(SHORTEST_LINE, len(line) / CHARACTERS_PER_SECOND + LINE_TAIL)


@dataclass(frozen=True)
class Moment:
    """Where the telling stands inside one scene."""

    t: float
    length: float
    starts: tuple[float, ...]

    def came(self, line: int, over: float = 0.5) -> float:
        """0 before the line begins, 1 once it has settled."""
        start = self.starts[line] if line < len(self.starts) else self.length
        part = max(0.0, min(1.0, (self.t - start) / over))
        return part * part * (3 - 2 * part)

    def past(self, line: int) -> bool:
        return self.t >= self.starts[line]

    @property
    def share(self) -> float:
        return self.t / self.length


@dataclass(frozen=True)
class Scene:
    """One picture with its lines. Scenes under the same heading form one section of the transcript."""

    heading: str
    draw: Draw
    lines: tuple[str, ...]

    @cached_property
    def starts(self) -> tuple[float, ...]:
        starts, now = [], 0.0
        for line in self.lines:
            starts.append(now)
            now += seconds_for(line)
        return tuple(starts)

    @cached_property
    def length(self) -> float:
        return sum(seconds_for(line) for line in self.lines) + SCENE_TAIL


@dataclass(frozen=True)
class Lesson:
    """A video lesson. The poster is the frame at ``poster_second``."""

    slug: str
    title: str
    closing: str
    scenes: tuple[Scene, ...]
    poster_second: float


def tell(slug: str, drawings: tuple[Draw, ...], poster_second: float) -> Lesson:
    """Join the narration of a lesson with its drawings, one for each paragraph.

    The first paragraph is the title, the second (a quotation) the closing note.
    """
    text = (NARRATION / f"{slug}.md").read_text(encoding="utf-8")
    title, closing, *paragraphs = text.strip().split("\n\n")
    heading, pieces = "", []
    for paragraph in paragraphs:
        if paragraph.startswith("## "):
            heading = paragraph.removeprefix("## ")
            continue
        lines = tuple(paragraph.split("\n"))
        for line in lines:
            if len(line) > LONGEST_LINE:
                raise SystemExit(f"{slug}：这一句超过 {LONGEST_LINE} 个字：{line}")
        pieces.append((heading, lines))
    if len(pieces) != len(drawings):
        raise SystemExit(
            f"{slug}：文稿有 {len(pieces)} 段，画面有 {len(drawings)} 个。"
        )
    return Lesson(
        slug=slug,
        title=title.removeprefix("# "),
        closing=closing.removeprefix("> "),
        scenes=tuple(
            Scene(heading, draw, lines)
            for (heading, lines), draw in zip(pieces, drawings, strict=True)
        ),
        poster_second=poster_second,
    )
