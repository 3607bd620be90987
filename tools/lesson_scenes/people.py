"""Workers and other people, drawn from a few joints."""

import math

from lesson_scenes.stage import (
    BLUE,
    DEEP,
    GRAY,
    INK,
    ORANGE,
    SKIN,
    WHITE,
    YELLOW,
    Point,
    Stage,
    ring,
)

DOWN_LEFT: Point = (-44, -96)
DOWN_RIGHT: Point = (44, -96)
RAISED = -150
HIP_HANDS: tuple[Point, Point] = ((-30, -106), (30, -106))


def darker(color: str, part: float = 0.78) -> str:
    return "#" + "".join(
        f"{int(int(color[i : i + 2], 16) * part):02x}" for i in (1, 3, 5)
    )


def limb(
    g: Stage,
    root: Point,
    tip: Point,
    upper: float,
    lower: float,
    out: float,
    color: str,
    width: float,
) -> None:
    """An arm or leg of two parts that reaches for the tip and bends to one side."""
    dx, dy = tip[0] - root[0], tip[1] - root[1]
    reach = min(math.hypot(dx, dy), upper + lower - 0.5) or 1
    angle = math.atan2(dy, dx)
    inner = math.acos(
        max(-1, min(1, (upper**2 + reach**2 - lower**2) / (2 * upper * reach)))
    )
    joint = (
        root[0] + upper * math.cos(angle + out * inner),
        root[1] + upper * math.sin(angle + out * inner),
    )
    end = (root[0] + reach * math.cos(angle), root[1] + reach * math.sin(angle))
    g.line([root, joint, end], color, width)


def harness(g: Stage) -> None:
    for side in (-1, 1):
        g.line([(side * 22, -206), (side * 14, -118), (side * 24, -84)], YELLOW, 8)
    g.line([(-37, -150), (37, -150)], YELLOW, 8)
    g.disc(0, -150, 6, ORANGE)


def vest(g: Stage) -> None:
    for side in (-1, 1):
        g.line([(side * 20, -206), (side * 20, -88)], YELLOW, 8)
    g.line([(-36, -130), (36, -130)], YELLOW, 8)


def eyes(g: Stage, mood: str, shift: float) -> None:
    if mood == "out":
        for side in (-10, 10):
            g.line([(side - 4, -233), (side + 4, -225)], INK, 2.5)
            g.line([(side - 4, -225), (side + 4, -233)], INK, 2.5)
    else:
        for side in (-9, 9):
            g.disc(side + shift, -231, 3, INK)


def mouth(g: Stage, mood: str, shift: float) -> None:
    if mood == "sad":
        g.line(ring(shift, -210, 8, 6, 200, 340), INK, 2.5)
    elif mood == "out":
        g.oval(0, -214, 5, 4, INK)
    else:
        g.line(ring(shift, -220, 8, 6, 20, 160), INK, 2.5)


def face_cover(g: Stage, mask: str, shift: float) -> None:
    """A dust respirator, a plain cloth mask, or a full face piece with air."""
    if mask == "respirator":
        g.line([(-26, -228), (26, -228)], GRAY, 3)
        g.oval(shift, -216, 19, 15, WHITE)
        g.rect(shift - 7, -222, 14, 10, "#9fb3c8", 3)
    elif mask == "cloth":
        g.rect(shift - 17, -226, 34, 22, "#eef2f6", 5)
        for y in (-219, -212):
            g.line([(shift - 12, y), (shift + 12, y)], "#c3cdd8", 2)
    elif mask == "air":
        g.oval(0, -226, 25, 27, "#31465a")
        g.oval(0, -230, 19, 15, "#bfe3f5")
        g.disc(0, -208, 8, "#0f1c28")


def hat(g: Stage, helmet: str | None, look: float) -> None:
    if helmet:
        g.poly(ring(0, -240, 32, 31, 180, 360), helmet)
        g.rect(-6, -272, 12, 26, darker(helmet, 0.88), 5)
        g.rect(-37 + look * 6, -244, 74, 9, helmet, 4)
        g.rect(-32, -238, 64, 3, darker(helmet, 0.86))
    else:
        g.poly(ring(0, -238, 28, 24, 178, 362), "#3a3f47")


def head(
    g: Stage,
    helmet: str | None,
    mask: str | None,
    mood: str,
    look: float,
    muffs: bool,
) -> None:
    g.rect(-9, -214, 18, 18, darker(SKIN, 0.9))
    g.disc(0, -232, 27, SKIN)
    eyes(g, mood, look * 8)
    if mask:
        face_cover(g, mask, look * 8)
    else:
        mouth(g, mood, look * 8)
    if muffs:
        for side in (-27, 27):
            g.rect(side - 7, -242, 14, 26, ORANGE, 6)
    hat(g, helmet, look)


def person(
    g: Stage,
    x: float,
    y: float,
    scale: float = 1,
    *,
    suit: str = BLUE,
    helmet: str | None = WHITE,
    left: Point = DOWN_LEFT,
    right: Point = DOWN_RIGHT,
    stride: float = 0,
    wear: str = "vest",
    mask: str | None = None,
    mood: str = "calm",
    look: float = 0,
    turn: float = 0,
    muffs: bool = False,
    seated: bool = False,
) -> None:
    """A person standing at (x, y). Hands are points around the feet; stride swings the legs."""
    with g.at(x, y, scale, turn):
        trousers, sleeve = darker(suit, 0.62), darker(suit)
        swing = math.sin(stride) * 24
        for side, foot in ((-1, swing), (1, -swing)):
            hip = (side * 17, -92)
            if seated:
                g.line(
                    [hip, (side * 20 + 40, -84), (side * 20 + 44, -30)], trousers, 26
                )
                g.line([(side * 20 + 44, -30), (side * 20 + 58, -30)], INK, 16)
                continue
            ankle = (side * 18 + foot, -8 - abs(foot) * 0.15)
            limb(g, hip, ankle, 42.4, 42.4, -1, trousers, 26)
            g.line([ankle, (ankle[0] + 8 * (look or side), ankle[1] + 2)], INK, 16)
        g.rect(-38, -206, 76, 126, suit, 26)
        g.rect(-38, -150, 76, 70, suit, 6)
        if wear == "vest":
            vest(g)
        elif wear == "harness":
            harness(g)
        elif wear == "doctor":
            g.line([(0, -196), (0, -84)], "#d5dee8", 3)
            g.line([(-16, -204), (0, -176), (16, -204)], "#d5dee8", 4)
        elif wear == "shirt":
            g.line([(-12, -205), (0, -186), (12, -205)], darker(suit), 5)
        head(g, helmet, mask, mood, look, muffs)
        for side, tip in ((-1, left), (1, right)):
            raised = tip[1] < RAISED and side * tip[0] > 0
            shoulder = (side * 31, -186)
            limb(g, shoulder, tip, 50, 48, side if raised else -side, sleeve, 21)
            dx, dy = tip[0] - shoulder[0], tip[1] - shoulder[1]
            part = min(1, 97 / (math.hypot(dx, dy) or 1))
            g.disc(shoulder[0] + dx * part, shoulder[1] + dy * part, 12, SKIN)


def walker(
    g: Stage,
    x: float,
    y: float,
    t: float,
    scale: float = 1,
    way: float = 1,
    **look: object,
) -> None:
    """A person in mid-walk at time t."""
    swing = math.sin(t * 6) * 30
    person(
        g,
        x,
        y - abs(math.sin(t * 6)) * 3,
        scale,
        stride=t * 6,
        left=(-40 + swing, -104),
        right=(40 - swing, -104),
        look=way,
        **look,
    )  # type: ignore[arg-type]


def lying(
    g: Stage,
    x: float,
    y: float,
    scale: float = 1,
    suit: str = BLUE,
    helmet: str | None = WHITE,
    mood: str = "out",
) -> None:
    """Someone who has collapsed, head to the left."""
    person(
        g,
        x + 120 * scale,
        y - 44 * scale,
        scale,
        suit=suit,
        helmet=helmet,
        turn=-90,
        mood=mood,
        left=(-50, -130),
        right=(46, -120),
    )


def doctor(
    g: Stage,
    x: float,
    y: float,
    scale: float = 1,
    left: Point = DOWN_LEFT,
    right: Point = DOWN_RIGHT,
    look: float = 0,
) -> None:
    person(
        g,
        x,
        y,
        scale,
        suit="#f7fafc",
        helmet=None,
        wear="doctor",
        left=left,
        right=right,
        look=look,
    )
    with g.at(x, y, scale):
        g.rect(-26, -268, 52, 18, WHITE, 6)
        g.rect(-3, -266, 6, 14, "#c62f2f")
        g.rect(-7, -262, 14, 6, "#c62f2f")


def clerk(
    g: Stage,
    x: float,
    y: float,
    scale: float = 1,
    left: Point = DOWN_LEFT,
    right: Point = DOWN_RIGHT,
    look: float = 0,
) -> None:
    person(
        g,
        x,
        y,
        scale,
        suit=DEEP,
        helmet=None,
        wear="shirt",
        left=left,
        right=right,
        look=look,
    )
