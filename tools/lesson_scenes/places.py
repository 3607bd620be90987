"""Backgrounds: plant, street, office, building site, hospital; and the words on top."""

import math

from lesson_scenes.stage import (
    AMBER,
    BLUE,
    DEEP,
    EARTH,
    FLOOR,
    FLOOR_EDGE,
    GREEN,
    HAZE,
    INK,
    LEAF,
    MIST,
    NAVY,
    ORANGE,
    PALE,
    RED,
    SAND,
    SKY,
    STEEL,
    STEEL_DARK,
    WHITE,
    Stage,
)
from lesson_scenes.story import Moment

GROUND = 560


def plant(g: Stage, ground: float = GROUND) -> None:
    g.rect(0, 0, 1280, 720, SKY)
    g.rect(0, 0, 1280, 130, HAZE)
    for x, y, w in ((40, 150, 110), (180, 220, 70), (1120, 170, 100), (1010, 250, 60)):
        g.rect(x, y, w, ground - y, MIST)
    for x in (60, 100):
        for y in (180, 230, 280):
            g.rect(x, y, 22, 26, HAZE)
    floor(g, ground)


def floor(g: Stage, ground: float, color: str = FLOOR, edge: str = FLOOR_EDGE) -> None:
    g.rect(0, ground, 1280, 720 - ground, color)
    g.rect(0, ground, 1280, 10, edge)


def workshop(g: Stage, ground: float = GROUND) -> None:
    g.rect(0, 0, 1280, 720, "#e6eef6")
    for x in range(-40, 1280, 220):
        g.poly([(x, 120), (x + 110, 60), (x + 220, 120)], MIST)
    g.rect(0, 116, 1280, 12, STEEL)
    for x in (90, 430, 770, 1110):
        g.rect(x, 190, 130, 110, "#f7fbff", 4)
        g.rect(x + 61, 190, 8, 110, MIST)
        g.rect(x, 241, 130, 8, MIST)
    floor(g, ground)


def street(g: Stage) -> None:
    g.rect(0, 0, 1280, 720, SKY)
    g.disc(1090, 130, 52, "#fbd7b4")
    for x, y, w in (
        (30, 210, 150),
        (210, 150, 110),
        (350, 260, 170),
        (880, 200, 140),
        (1050, 270, 190),
    ):
        g.rect(x, y, w, 480 - y, MIST)
        for wx in range(int(x) + 18, int(x + w) - 24, 36):
            for wy in range(int(y) + 24, 440, 48):
                g.rect(wx, wy, 18, 24, PALE)
    g.rect(0, 470, 1280, 34, "#d5dee8")
    g.rect(0, 500, 1280, 220, "#5d6b78")
    for x in range(20, 1280, 150):
        g.rect(x, 592, 80, 8, "#e8edf2")


def office(g: Stage, sign: str = "") -> None:
    g.rect(0, 0, 1280, 720, "#eaf1f8")
    g.rect(0, 0, 1280, 120, HAZE)
    floor(g, GROUND, "#cbd6e0", "#b4c2cf")
    if sign:
        g.rect(360, 30, 560, 66, BLUE, 8)
        g.text(640, 63, sign, 34, WHITE)


def ward(g: Stage) -> None:
    g.rect(0, 0, 1280, 720, "#e4f2ee")
    g.rect(0, 380, 1280, 200, "#cfe6df")
    floor(g, GROUND, "#c4d3d0", "#aebfbb")
    g.rect(900, 130, 210, 160, "#f7fbff", 4)
    g.rect(1001, 130, 8, 160, "#b9d4cc")


def site(g: Stage, ground: float = 600) -> None:
    g.rect(0, 0, 1280, 720, SKY)
    g.rect(0, 0, 1280, 120, HAZE)
    for x, y, w in ((20, 260, 140), (1100, 220, 160)):
        g.rect(x, y, w, ground - y, MIST)
    g.line([(980, ground), (980, 90)], "#9db8d3", 8)
    g.line([(820, 100), (1180, 100)], "#9db8d3", 8)
    g.line([(860, 100), (860, 200)], "#9db8d3", 3)
    floor(g, ground, SAND, EARTH)


def night(g: Stage) -> None:
    g.rect(0, 0, 1280, 720, NAVY)
    g.disc(1080, 120, 46, "#f4e6b8")
    g.disc(1062, 108, 42, NAVY)
    for x, y in ((120, 90), (300, 160), (520, 70), (760, 130), (900, 60), (1190, 230)):
        g.disc(x, y, 3, "#dce6f2")
    floor(g, GROUND, "#26445f", "#355a7c")


def plain(g: Stage, top: str = PALE, bottom: str = HAZE) -> None:
    g.rect(0, 0, 1280, 720, top)
    g.rect(0, 540, 1280, 180, bottom)


def opening(g: Stage, m: Moment, title: str, under: str, color: str = BLUE) -> None:
    """The title board on the left half of the first picture."""
    slide = (1 - m.came(0, 0.8)) * -60
    g.rect(0, 150, 640 + slide, 250, color, 0, 0.95)
    g.rect(0, 150, 16, 250, ORANGE)
    size = 62 if len(title) <= 8 else 50
    small = min(32, int(32 * 550 / g.text_width(under, 32)))
    g.text(60 + slide, 240, title, size, WHITE, "lm")
    g.text(62 + slide, 330, under, small, "#dcebf8", "lm", False)


def keyword(
    g: Stage,
    x: float,
    y: float,
    words: str,
    shown: float = 1,
    color: str = BLUE,
    size: int = 44,
) -> None:
    """A key word on a plate that grows in."""
    if shown <= 0.02:
        return
    w, h = g.text_width(words, size) + 56, size * 1.75
    grow = 0.7 + 0.3 * shown
    with g.at(x, y, grow):
        g.rect(-w / 2, -h / 2 + 5, w, h, INK, 14, 0.18 * shown)
        g.rect(-w / 2, -h / 2, w, h, color, 14, shown)
        if shown > 0.5:
            g.text(0, -2, words, size, NAVY if color in (AMBER, LEAF, WHITE) else WHITE)


def tick(g: Stage, x: float, y: float, shown: float = 1, size: float = 1) -> None:
    if shown > 0.02:
        with g.at(x, y, size * (0.6 + 0.4 * shown)):
            g.disc(0, 0, 40, GREEN)
            g.line([(-18, 0), (-4, 16), (20, -15)], WHITE, 10)


def cross(g: Stage, x: float, y: float, shown: float = 1, size: float = 1) -> None:
    if shown > 0.02:
        with g.at(x, y, size * (0.6 + 0.4 * shown)):
            g.disc(0, 0, 40, RED)
            g.line([(-16, -16), (16, 16)], WHITE, 10)
            g.line([(-16, 16), (16, -16)], WHITE, 10)


def warning(g: Stage, x: float, y: float, t: float = 0, size: float = 1) -> None:
    with g.at(x, y, size * (1 + 0.05 * math.sin(t * 5))):
        g.poly([(0, -52), (58, 48), (-58, 48)], AMBER)
        g.poly([(0, -36), (44, 40), (-44, 40)], "#ffd35c")
        g.rect(-5, -18, 10, 34, INK, 5)
        g.disc(0, 28, 6, INK)


def numbered(
    g: Stage,
    m: Moment,
    x: float,
    y: float,
    rows: tuple[tuple[int, str], ...],
    step: float = 92,
    color: str = BLUE,
) -> None:
    """A list that appears row by row; each row names the line that brings it."""
    for index, (line, words) in enumerate(rows):
        shown = m.came(line)
        if shown <= 0.02:
            continue
        top = y + index * step
        width = g.text_width(words, 40) + 130
        with g.at(x + (1 - shown) * -40, top):
            g.rect(0, -36, width, 72, WHITE, 12, shown)
            g.disc(42, 0, 26, color, shown)
            g.text(42, -2, str(index + 1), 32, WHITE)
            g.text(88, -2, words, 40, INK, "lm")


def table_desk(g: Stage, x: float, y: float, w: float = 360) -> None:
    g.rect(x - w / 2, y - 120, w, 20, STEEL_DARK, 4)
    g.rect(x - w / 2 + 16, y - 100, w - 32, 100, STEEL)
    g.rect(x - w / 2 + 16, y - 100, w - 32, 12, DEEP, 0, 0.25)
