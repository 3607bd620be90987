"""Things people work with: tank, fan, detector, ladder, scaffold, papers, cars."""

import math

from lesson_scenes.stage import (
    AMBER,
    AMBER_DARK,
    BLUE,
    DEEP,
    GRAY,
    GREEN,
    INK,
    LEAF,
    NAVY,
    ORANGE,
    PALE,
    RED,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    WHITE,
    YELLOW,
    Point,
    Stage,
    bend,
    ring,
)


def tank(
    g: Stage, x: float, y: float, scale: float = 1, *, open_side: bool = False
) -> None:
    """A lying tank with a manhole on top; its foot centre at (x, y)."""
    with g.at(x, y, scale):
        g.rect(-250, -276, 500, 276, STEEL, 60)
        g.rect(-250, -276, 500, 84, STEEL_LIGHT, 42)
        for band in (-140, 140):
            g.rect(band - 5, -276, 10, 276, STEEL_DARK)
        if open_side:
            g.rect(-214, -236, 428, 212, NAVY, 40)
        g.rect(-78, -320, 156, 50, "#3f6288", 8)
        g.oval(0, -320, 78, 20, NAVY)


def tripod(
    g: Stage, x: float, y: float, height: float = 230, spread: float = 140
) -> None:
    g.line([(x - spread, y), (x, y - height), (x + spread, y)], INK, 12)
    g.disc(x, y - height, 20, ORANGE)


def fan(
    g: Stage, x: float, y: float, t: float, scale: float = 1, speed: float = 420
) -> None:
    with g.at(x, y, scale):
        g.rect(-76, -140, 152, 140, BLUE, 20)
        g.disc(0, -72, 52, "#e8f1fa")
        for blade in range(3):
            with g.at(0, -72, 1, t * speed + blade * 120):
                g.oval(22, -6, 24, 11, BLUE)
        g.disc(0, -72, 10, DEEP)


def hose(g: Stage, points: tuple[Point, Point, Point, Point], t: float = 0) -> None:
    curve = bend(points)
    g.line(curve, AMBER, 40)
    for i in range(1, len(curve) - 1):
        (x0, y0), (x1, y1) = curve[i - 1], curve[i + 1]
        length = math.hypot(x1 - x0, y1 - y0) or 1
        nx, ny = -(y1 - y0) / length * 18, (x1 - x0) / length * 18
        g.line(
            [
                (curve[i][0] - nx, curve[i][1] - ny),
                (curve[i][0] + nx, curve[i][1] + ny),
            ],
            AMBER_DARK,
            4,
        )
    if t:
        for k in range(4):
            at = (t * 0.6 + k / 4) % 1
            px, py = curve[int(at * (len(curve) - 1))]
            g.disc(px, py, 8, WHITE, 0.8)


def detector(
    g: Stage, x: float, y: float, scale: float = 1, reading: str = "", color: str = LEAF
) -> None:
    with g.at(x, y, scale):
        g.rect(-46, -84, 92, 168, INK, 16)
        g.rect(-34, -66, 68, 62, color, 6)
        if reading:
            g.text(0, -36, reading, 22, NAVY)
        for bx in (-20, 20):
            g.disc(bx, 28, 11, GRAY)
        g.rect(-14, 52, 28, 12, GRAY, 5)
        g.rect(-8, -104, 16, 22, INK, 4)


def gas(
    g: Stage,
    x: float,
    y: float,
    t: float,
    color: str = "#7c9a3e",
    spread: float = 150,
    count: int = 9,
    alpha: float = 0.30,
) -> None:
    """Drifting bad air."""
    for k in range(count):
        dx = math.sin(t * 0.7 + k * 1.9) * spread * (0.4 + 0.6 * (k % 3) / 2)
        dy = math.cos(t * 0.5 + k * 2.3) * spread * 0.32
        g.disc(x + dx, y + dy, 26 + (k * 13) % 30, color, alpha)


def dust_cloud(
    g: Stage,
    x: float,
    y: float,
    t: float,
    spread: float = 170,
    count: int = 46,
    color: str = "#8a7a66",
) -> None:
    for k in range(count):
        age = (t * 0.22 + k * 0.137) % 1
        angle = k * 2.4
        dx, dy = (
            math.cos(angle) * spread * age,
            math.sin(angle) * spread * 0.6 * age - 40 * age,
        )
        g.disc(x + dx, y + dy, 3 + (k % 4) * 2.2, color, 0.75 * (1 - age))
    for k in range(6):
        g.disc(
            x + math.sin(t + k * 2) * spread * 0.4,
            y + math.cos(t * 0.8 + k) * spread * 0.2,
            44,
            color,
            0.13,
        )


def ladder(
    g: Stage,
    foot: Point,
    top: Point,
    rungs: int = 9,
    width: float = 46,
    color: str = AMBER_DARK,
) -> None:
    for side in (-width / 2, width / 2):
        g.line([(foot[0] + side, foot[1]), (top[0] + side, top[1])], color, 9)
    for i in range(1, rungs):
        x, y = (
            foot[0] + (top[0] - foot[0]) * i / rungs,
            foot[1] + (top[1] - foot[1]) * i / rungs,
        )
        g.line([(x - width / 2, y), (x + width / 2, y)], color, 7)


def scaffold(
    g: Stage,
    x: float,
    y: float,
    w: float,
    levels: tuple[float, ...],
    *,
    rails: bool = True,
    bays: int = 3,
) -> None:
    """Tubes from the ground up; a plank at every level (heights above y)."""
    top = max(levels) + 120
    for i in range(bays + 1):
        px = x + w * i / bays
        g.line(
            [(px, y), (px, y - top if rails else y - max(levels) - 8)], STEEL_DARK, 10
        )
    for i in range(bays):
        left, right = x + w * i / bays, x + w * (i + 1) / bays
        g.line([(left, y), (right, y - levels[0])], STEEL_LIGHT, 5)
    for level in levels:
        if rails:
            for rise in (60, 112):
                g.line([(x, y - level - rise), (x + w, y - level - rise)], ORANGE, 7)
        g.rect(x - 16, y - level - 8, w + 32, 18, AMBER_DARK, 3)
        if rails:
            g.rect(x - 10, y - level - 32, w + 20, 24, YELLOW, 2)


def paper(
    g: Stage,
    x: float,
    y: float,
    title: str,
    scale: float = 1,
    rows: tuple[str, ...] = (),
    stamp: bool = False,
    turn: float = 0,
) -> None:
    if scale < 0.05:
        return
    with g.at(x, y, scale, turn):
        g.rect(-134, -174, 280, 360, INK, 8, 0.15)
        g.rect(-140, -180, 280, 360, WHITE, 8)
        g.rect(-140, -180, 280, 64, BLUE, 8)
        g.text(0, -149, title, 30, WHITE)
        for i in range(5):
            if i < len(rows):
                g.text(-116, -84 + i * 50, rows[i], 26, INK, "lm", False)
            else:
                g.rect(-116, -90 + i * 50, 232 - (i % 2) * 60, 10, "#d5dee8", 4)
        if stamp:
            g.line(ring(76, 124, 42, 42, 0, 360), RED, 5)
            g.text(76, 123, "章", 34, RED)


def calendar(
    g: Stage,
    x: float,
    y: float,
    head: str,
    big: str,
    scale: float = 1,
    color: str = RED,
) -> None:
    with g.at(x, y, scale):
        g.rect(-104, -112, 216, 236, INK, 14, 0.15)
        g.rect(-110, -120, 220, 236, WHITE, 14)
        g.rect(-110, -120, 220, 66, color, 14)
        g.text(0, -88, head, 32, WHITE)
        g.text(0, 26, big, 76 if len(big) < 4 else 58, INK)
        for rx in (-56, 56):
            g.rect(rx - 7, -138, 14, 36, INK, 6)


def clock_face(g: Stage, x: float, y: float, r: float, hours: float) -> None:
    g.disc(x, y, r, INK)
    g.disc(x, y, r * 0.9, WHITE)
    for i in range(12):
        a = math.radians(i * 30)
        g.disc(x + math.sin(a) * r * 0.76, y - math.cos(a) * r * 0.76, r * 0.045, INK)
    for turn, long, width in ((hours * 30, 0.46, 0.09), (hours * 360, 0.68, 0.06)):
        a = math.radians(turn)
        g.line(
            [(x, y), (x + math.sin(a) * r * long, y - math.cos(a) * r * long)],
            INK,
            r * width,
        )
    g.disc(x, y, r * 0.08, ORANGE)


def car(
    g: Stage, x: float, y: float, color: str = RED, scale: float = 1, flip: bool = False
) -> None:
    with g.at(x, y, scale, 0, flip):
        g.rect(-130, -80, 260, 56, color, 20)
        g.poly([(-84, -78), (-54, -128), (50, -128), (92, -78)], color)
        g.poly([(-66, -80), (-44, -118), (-4, -118), (-4, -80)], "#cfe9f7")
        g.poly([(8, -80), (8, -118), (42, -118), (70, -80)], "#cfe9f7")
        g.rect(112, -66, 18, 16, YELLOW, 5)
        for wx in (-76, 76):
            g.disc(wx, -24, 30, INK)
            g.disc(wx, -24, 13, GRAY)


def bike(
    g: Stage,
    x: float,
    y: float,
    scale: float = 1,
    color: str = GREEN,
    flip: bool = False,
) -> None:
    with g.at(x, y, scale, 0, flip):
        for wx in (-74, 74):
            g.disc(wx, -34, 34, INK)
            g.disc(wx, -34, 24, "#9aa8b5")
        g.line([(-74, -34), (-20, -52), (36, -52), (74, -34)], color, 14)
        g.line([(74, -34), (52, -128), (30, -134)], color, 9)
        g.rect(-72, -96, 84, 18, INK, 8)
        g.line([(-30, -88), (-26, -54)], color, 10)


def ambulance(g: Stage, x: float, y: float, t: float, scale: float = 1) -> None:
    with g.at(x, y, scale):
        g.rect(-170, -170, 260, 140, WHITE, 14)
        g.poly([(88, -140), (128, -140), (168, -86), (168, -30), (88, -30)], WHITE)
        g.poly([(98, -128), (124, -128), (152, -88), (98, -88)], "#cfe9f7")
        g.rect(-170, -76, 338, 16, RED)
        g.rect(-62, -150, 20, 60, RED)
        g.rect(-82, -130, 60, 20, RED)
        g.rect(20, -186, 40, 18, RED if int(t * 4) % 2 else BLUE, 6)
        for wx in (-96, 100):
            g.disc(wx, -28, 32, INK)
            g.disc(wx, -28, 14, GRAY)


def hospital(g: Stage, x: float, y: float, scale: float = 1) -> None:
    with g.at(x, y, scale):
        g.rect(-180, -300, 360, 300, PALE)
        g.rect(-60, -370, 120, 90, WHITE)
        g.rect(-12, -360, 24, 66, RED)
        g.rect(-33, -339, 66, 24, RED)
        for wx in (-150, -70, 30, 110):
            for wy in (-250, -170):
                g.rect(wx, wy, 46, 50, "#a9cbe8", 3)
        g.rect(-40, -90, 80, 90, STEEL_DARK, 4)


def machine(g: Stage, x: float, y: float, t: float, scale: float = 1) -> None:
    """A grinding stand."""
    with g.at(x, y, scale):
        g.rect(-110, -140, 220, 140, STEEL_DARK, 10)
        g.rect(-130, -156, 260, 24, NAVY, 6)
        g.disc(0, -196, 58, "#4b5a68")
        for k in range(6):
            a = math.radians(t * 500 + k * 60)
            g.line(
                [(0, -196), (math.cos(a) * 48, -196 + math.sin(a) * 48)], "#6b7b8a", 5
            )
        g.disc(0, -196, 14, INK)
        g.rect(-70, -90, 60, 40, LEAF, 6)


def bed(g: Stage, x: float, y: float, scale: float = 1) -> None:
    with g.at(x, y, scale):
        g.rect(-220, -100, 440, 34, WHITE, 8)
        g.rect(-220, -150, 18, 150, GRAY)
        g.rect(202, -120, 18, 120, GRAY)
        g.rect(-200, -70, 400, 16, STEEL)
        g.rect(-196, -124, 90, 30, WHITE, 12)
