"""A small flat-drawing surface: points in a 1280x720 picture, smoothed when scaled down."""

import itertools
import math
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

Point = tuple[float, float]

WIDTH, HEIGHT = 1280, 720
OUT_WIDTH, OUT_HEIGHT = 854, 480
OVERSAMPLE = 2
SCALE = OUT_WIDTH * OVERSAMPLE / WIDTH

INK = "#1f2933"
NAVY = "#16304b"
DEEP = "#084584"
BLUE = "#0b5cad"
STEEL = "#6f93b5"
STEEL_LIGHT = "#86a8c8"
STEEL_DARK = "#5d82a6"
MIST = "#bcd3ea"
HAZE = "#cfe2f4"
SKY = "#dcebf8"
PALE = "#f4f8fc"
FLOOR = "#b7c7d6"
FLOOR_EDGE = "#a3b6c8"
WHITE = "#ffffff"
SKIN = "#f3cfae"
ORANGE = "#f26b1d"
AMBER = "#f0b429"
AMBER_DARK = "#c98a12"
YELLOW = "#f2d45c"
GREEN = "#2f8f46"
LEAF = "#7ad28c"
RED = "#c62f2f"
SAND = "#d9b98c"
EARTH = "#a98358"
GRAY = "#8795a3"


@lru_cache(maxsize=64)
def font(size: int, bold: bool = True) -> ImageFont.FreeTypeFont:
    """The Noto CJK face that fontconfig finds, at a size in picture points."""
    style = "Bold" if bold else "Regular"
    found = subprocess.run(
        ["fc-match", "-f", "%{file}|%{index}", f"Noto Sans CJK SC:style={style}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    path, index = found.split("|")
    if "CJK" not in path:
        raise SystemExit("没有找到 Noto Sans CJK 字体，请先安装（fonts-noto-cjk）。")
    return ImageFont.truetype(path, round(size * SCALE), index=int(index))


def ring(
    cx: float, cy: float, rx: float, ry: float, start: float, end: float
) -> list[Point]:
    """Points on an ellipse from one angle to another, in degrees, clockwise from the right."""
    steps = max(6, int(abs(end - start) / 9))
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


def bend(points: Sequence[Point]) -> list[Point]:
    """A cubic curve through one start, two pull points and one end."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = points
    curve = []
    for i in range(25):
        t = i / 24
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        curve.append(
            (a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3)
        )
    return curve


class Stage:
    """One frame being drawn. Coordinates can be moved, scaled and turned for a while."""

    def __init__(self) -> None:
        size = (OUT_WIDTH * OVERSAMPLE, OUT_HEIGHT * OVERSAMPLE)
        self.image = Image.new("RGB", size, SKY)
        self.pen = ImageDraw.Draw(self.image, "RGBA")
        self.matrix = (SCALE, 0.0, 0.0, 0.0, SCALE, 0.0)

    def frame(self) -> Image.Image:
        return self.image.reduce(OVERSAMPLE)

    @contextmanager
    def at(
        self, x: float, y: float, scale: float = 1, turn: float = 0, flip: bool = False
    ) -> Iterator[None]:
        """Draw around (x, y) as if it were the origin."""
        before = self.matrix
        cos, sin = (
            math.cos(math.radians(turn)) * scale,
            math.sin(math.radians(turn)) * scale,
        )
        side = -1 if flip else 1
        a, b, c, d, e, f = before
        self.matrix = (
            side * (a * cos + b * sin),
            b * cos - a * sin,
            a * x + b * y + c,
            side * (d * cos + e * sin),
            e * cos - d * sin,
            d * x + e * y + f,
        )
        yield
        self.matrix = before

    def _map(self, points: Sequence[Point]) -> list[Point]:
        a, b, c, d, e, f = self.matrix
        return [(a * x + b * y + c, d * x + e * y + f) for x, y in points]

    def _size(self) -> float:
        return math.hypot(self.matrix[0], self.matrix[3])

    @staticmethod
    def _paint(color: str, alpha: float) -> tuple[int, int, int, int]:
        red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
        return red, green, blue, round(255 * max(0.0, min(1.0, alpha)))

    def poly(self, points: Sequence[Point], color: str, alpha: float = 1) -> None:
        self.pen.polygon(self._map(points), fill=self._paint(color, alpha))

    def rect(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        color: str,
        radius: float = 0,
        alpha: float = 1,
    ) -> None:
        if radius <= 0:
            self.poly([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], color, alpha)
            return
        r = min(radius, w / 2, h / 2)
        corners = [
            (x + w - r, y + r, -90),
            (x + w - r, y + h - r, 0),
            (x + r, y + h - r, 90),
            (x + r, y + r, 180),
        ]
        outline = [
            point
            for cx, cy, angle in corners
            for point in ring(cx, cy, r, r, angle, angle + 90)
        ]
        self.poly(outline, color, alpha)

    def oval(
        self, cx: float, cy: float, rx: float, ry: float, color: str, alpha: float = 1
    ) -> None:
        self.poly(ring(cx, cy, rx, ry, 0, 360), color, alpha)

    def disc(
        self, cx: float, cy: float, r: float, color: str, alpha: float = 1
    ) -> None:
        self.oval(cx, cy, r, r, color, alpha)

    def pie(
        self,
        cx: float,
        cy: float,
        r: float,
        start: float,
        end: float,
        color: str,
        alpha: float = 1,
    ) -> None:
        self.poly([(cx, cy), *ring(cx, cy, r, r, start, end)], color, alpha)

    def line(
        self, points: Sequence[Point], color: str, width: float, alpha: float = 1
    ) -> None:
        """A stroke with round ends and joints."""
        mapped, half = self._map(points), width * self._size() / 2
        paint = self._paint(color, alpha)
        for (x0, y0), (x1, y1) in itertools.pairwise(mapped):
            length = math.hypot(x1 - x0, y1 - y0) or 1
            dx, dy = (y1 - y0) / length * half, (x0 - x1) / length * half
            self.pen.polygon(
                [
                    (x0 + dx, y0 + dy),
                    (x1 + dx, y1 + dy),
                    (x1 - dx, y1 - dy),
                    (x0 - dx, y0 - dy),
                ],
                paint,
            )
        if alpha == 1 and half > 1:
            for x, y in mapped:
                self.pen.ellipse([x - half, y - half, x + half, y + half], paint)

    def arrow(
        self, start: Point, end: Point, color: str, width: float = 10, alpha: float = 1
    ) -> None:
        angle = math.atan2(end[1] - start[1], end[0] - start[0])
        head = width * 2.6
        neck = (end[0] - head * math.cos(angle), end[1] - head * math.sin(angle))
        self.line([start, neck], color, width, alpha)
        wings = [
            (
                neck[0] + head * 0.7 * math.cos(angle + s),
                neck[1] + head * 0.7 * math.sin(angle + s),
            )
            for s in (-math.pi / 2, math.pi / 2)
        ]
        self.poly([end, *wings], color, alpha)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: int,
        color: str = INK,
        anchor: str = "mm",
        bold: bool = True,
        alpha: float = 1,
    ) -> None:
        """Words stay upright; only their place follows the drawing."""
        face = font(max(8, round(size * self._size() / SCALE)), bold)
        self.pen.text(
            self._map([(x, y)])[0],
            words,
            font=face,
            fill=self._paint(color, alpha),
            anchor=anchor,
        )

    def text_width(self, words: str, size: int) -> float:
        return font(size).getlength(words) / SCALE
