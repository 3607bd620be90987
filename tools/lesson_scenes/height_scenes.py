"""《高处作业》的前半：上去之前，和安全带的高挂低用。"""

import math

from lesson_scenes.people import person
from lesson_scenes.places import (
    cross,
    keyword,
    numbered,
    opening,
    plain,
    site,
    tick,
    warning,
)
from lesson_scenes.stage import (
    AMBER_DARK,
    BLUE,
    DEEP,
    EARTH,
    GRAY,
    GREEN,
    INK,
    NAVY,
    ORANGE,
    RED,
    STEEL,
    STEEL_DARK,
    WHITE,
    YELLOW,
    Stage,
    ring,
)
from lesson_scenes.story import Moment
from lesson_scenes.things import ladder, scaffold


def hook(g: Stage, x: float, y: float, size: float = 1) -> None:
    with g.at(x, y, size):
        g.line([(0, 0), (0, 20)], GRAY, 9)
        g.line(ring(0, 40, 18, 22, -90, 200), GRAY, 8)
        g.disc(0, 4, 7, ORANGE)


def lifeline(g: Stage, y: float, left: float = 0, right: float = 1280) -> None:
    g.line([(left, y), (right, y)], RED, 7)


def high_up(g: Stage, m: Moment) -> None:
    site(g)
    scaffold(g, 760, 600, 420, (170, 340))
    sway = math.sin(m.t * 2) * 3
    person(g, 900 + sway, 252, 0.85, wear="harness", right=(64, -238), look=1)
    person(g, 1090, 422, 0.85, wear="harness", suit=GREEN, left=(-56, -170), look=-1)
    if m.past(1):
        g.arrow((720, 440), (720, 590), RED, 8, m.came(1))
        g.text(672, 520, "2 米", 44, RED)
    opening(g, m, "高处作业", "安全带要高挂低用")


def two_meters(g: Stage, m: Moment) -> None:
    site(g)
    g.rect(330, 360, 360, 240, "#c9d6e2")
    g.poly([(300, 360), (510, 260), (720, 360)], STEEL)
    person(g, 500, 282, 0.75, wear="harness", look=1)
    ladder(g, (830, 600), (880, 240))
    person(
        g,
        862,
        430,
        0.75,
        suit=GREEN,
        wear="harness",
        right=(40, -220),
        left=(-10, -210),
    )
    g.rect(1030, 600, 250, 120, "#7c5f3d")
    person(g, 1000, 600, 0.75, suit="#c65a1a", look=1)
    shown = m.came(1)
    g.line([(160, 600), (160, 600 - 200 * shown)], RED, 8)
    if shown > 0.8:
        g.line([(130, 400), (190, 400)], RED, 8)
        g.text(160, 350, "2 米", 56, RED)
    keyword(g, 250, 110, "坠落高度 2 米起", m.came(1), BLUE)
    if m.past(4):
        for index, (x, words) in enumerate(
            ((640, "房顶"), (990, "梯子"), (1160, "基坑边"))
        ):
            keyword(g, x, 190, words, m.came(4, 0.4 + index * 0.6), ORANGE, 38)


def on_the_body(g: Stage, m: Moment) -> None:
    site(g)
    person(g, 420, 650, 1.9, wear="harness", look=0.4)
    for line, start, end, words in (
        (0, (452, 160), (640, 130), "安全帽"),
        (0, (470, 360), (640, 260), "安全带"),
        (0, (460, 636), (640, 390), "防滑鞋"),
    ):
        shown = m.came(line, 0.6 + (end[1] - 130) / 130)
        if shown > 0.1:
            g.line([start, end], ORANGE, 5)
            keyword(g, end[0] + 110, end[1], words, shown)
    if m.past(2):
        g.rect(960, 160, 240, 330, WHITE, 20)
        for y, words in ((220, "喝了酒"), (325, "头晕"), (430, "没睡好")):
            g.text(1110, y, words, 40, INK)
            cross(g, 1004, y, m.came(2), 0.55)


def inspect(g: Stage, m: Moment) -> None:
    plain(g)
    for side in (-1, 1):
        g.line(
            [(640 + side * 120, 90), (640 + side * 60, 330), (640 + side * 120, 600)],
            YELLOW,
            44,
        )
    g.line([(500, 340), (780, 340)], YELLOW, 44)
    g.disc(640, 340, 40, GRAY)
    g.disc(640, 340, 22, "#dfe7ee")
    marks = (
        (1, 545, 180, "磨破、割口", 270, 180),
        (2, 740, 240, "缝线、裂纹", 1010, 230),
        (3, 560, 470, "卡扣、挂钩", 270, 470),
    )
    hook(g, 540, 440, 1.6)
    for line, x, y, words, wx, wy in marks:
        if m.past(line):
            g.line(ring(x, y, 50, 50, 0, 360 * m.came(line)), RED, 7)
            keyword(g, wx, wy, words, m.came(line), DEEP)
    if m.past(1):
        g.line([(528, 168), (546, 184), (534, 200)], INK, 5)
    keyword(g, 1010, 380, "不行就换", m.came(4), RED)
    keyword(g, 1010, 490, "受过冲击：不再用", m.came(5), RED, 38)


def full_body(g: Stage, m: Moment) -> None:
    site(g)
    person(g, 520, 680, 2.15, wear="plain", look=0.2)
    with g.at(520, 680, 2.15):
        if m.past(0):
            for side in (-1, 1):
                g.line(
                    [(side * 22, -206), (side * 20, -118), (side * 16, -84)],
                    YELLOW,
                    9,
                    1,
                )
        if m.past(1):
            g.line([(-22, -165), (22, -165)], YELLOW, 9)
            g.disc(0, -165, 6, ORANGE)
            g.line([(-37, -112), (37, -112)], YELLOW, 9)
            for side in (-1, 1):
                g.line([(side * 4, -78), (side * 31, -62)], YELLOW, 9)
    numbered(
        g,
        m,
        760,
        150,
        ((1, "肩带"), (1, "胸带"), (1, "腿带"), (2, "贴身、不拧"), (3, "太松会滑脱")),
        98,
    )
    keyword(g, 230, 110, "全身式安全带", m.came(0))


def hung_high(g: Stage, m: Moment) -> None:
    site(g)
    scaffold(g, 300, 600, 560, (150,))
    g.rect(260, 96, 640, 20, STEEL_DARK, 4)
    hook(g, 590, 112, 1.1)
    g.line([(590, 166), (574, 290)], RED, 6)
    person(g, 560, 442, 0.95, wear="harness", right=(60, -190), look=1)
    if m.past(1):
        keyword(g, 1060, 120, "挂在高处", m.came(1), GREEN, 52)
        g.arrow((920, 120), (650, 120), GREEN, 10)
    if m.past(3):
        keyword(g, 1060, 330, "人在低处", m.came(1), BLUE, 52)
        g.arrow((920, 330), (660, 330), BLUE, 10)
    keyword(g, 150, 300, "距离短", m.came(3), ORANGE)
    keyword(g, 150, 400, "冲击小", m.came(4), ORANGE)
    tick(g, 1060, 470, m.came(4), 1)


def hung_low(g: Stage, m: Moment) -> None:
    site(g)
    scaffold(g, 300, 600, 560, (230,), rails=False)
    fall = m.came(2, 1.2)
    hook(g, 820, 372, 0.9)
    if fall < 0.05:
        g.line([(820, 420), (740, 300)], RED, 6)
        person(g, 700, 362, 0.95, wear="harness", look=1)
    else:
        y = 362 + fall * 250
        g.line([(820, 420), (950, y - 140)], RED, 6)
        person(
            g,
            960,
            y,
            0.95,
            wear="harness",
            turn=14 * fall,
            left=(-60, -220),
            right=(60, -220),
            mood="sad",
        )
        g.arrow((1120, 200), (1120, 200 + 330 * fall), RED, 12)
        keyword(g, 1120, 150, "掉一大截", m.came(2), RED)
    keyword(g, 260, 110, "低挂高用：危险", m.came(0), RED, 52)
    cross(g, 560, 110, m.came(1))
    if m.past(4):
        keyword(g, 220, 260, "别挂脚边", m.came(4), ORANGE)


def anchor(g: Stage, m: Moment) -> None:
    plain(g, "#e8f0f8", "#cbd9e6")
    cards = (
        (1, "牢固构件", True),
        (2, "生命绳", True),
        (3, "活动物件", False),
        (4, "尖利棱角", False),
    )
    for index, (line, words, good) in enumerate(cards):
        shown = m.came(line)
        x = 180 + index * 306
        g.rect(x - 140, 100, 280, 380, WHITE, 18, 0.3 + 0.7 * shown)
        if shown < 0.3:
            continue
        if index == 0:
            g.rect(x - 120, 180, 240, 34, STEEL_DARK, 4)
        elif index == 1:
            g.line([(x - 120, 196), (x + 120, 196)], RED, 10)
        elif index == 2:
            g.rect(x - 90 + math.sin(m.t * 5) * 12, 176, 180, 30, AMBER_DARK, 4)
            for side in (-70, 70):
                g.disc(x + side + math.sin(m.t * 5) * 12, 214, 16, INK)
        else:
            g.poly([(x - 110, 210), (x, 150), (x + 110, 210)], STEEL)
        hook(g, x, 208, 1.3)
        g.text(x, 350, words, 44, INK)
        (tick if good else cross)(g, x, 430, shown, 0.9)
    keyword(g, 640, 550, "安全绳不打结", m.came(5), ORANGE)


def two_hooks(g: Stage, m: Moment) -> None:
    site(g)
    scaffold(g, 60, 600, 1160, (140,), bays=6)
    lifeline(g, 150)
    step = m.t * 0.45
    x = 240 + step * 90 % 760
    phase = step % 1
    person(
        g,
        x,
        452,
        0.98,
        wear="harness",
        stride=step * 8,
        left=(-58, -250),
        right=(62, -250),
        look=1,
    )
    for index, offset in enumerate((-40, 60)):
        moving = (phase < 0.5) == (index == 0)
        lift = math.sin(phase * 2 * math.pi % math.pi) * 34 if moving else 0
        hook(g, x + offset, 152 + lift, 0.8)
        g.line([(x + offset, 190 + lift), (x, 290)], ORANGE if moving else RED, 6)
    keyword(g, 300, 70, "双钩轮着挂", m.came(1))
    keyword(g, 700, 70, "始终挂着一个", m.came(2), GREEN)
    keyword(g, 1080, 70, "防坠器", m.came(3), ORANGE)


def good_scaffold(g: Stage, m: Moment) -> None:
    site(g)
    scaffold(g, 420, 600, 620, (150, 310))
    person(g, 700, 282, 0.85, wear="harness", look=1)
    for line, y, words, end in (
        (1, 300, "脚手板铺满", 440),
        (2, 190, "有护栏", 440),
        (2, 412, "挡脚板", 440),
    ):
        if m.past(line):
            keyword(g, 190, y, words, m.came(line))
            g.line([(330, y), (end, y if y != 300 else 292)], ORANGE, 5)
    if m.past(3):
        g.rect(1090, 330, 150, 120, GREEN, 10)
        g.text(1165, 368, "验收", 40, WHITE)
        g.text(1165, 420, "合格", 40, WHITE)
    if m.past(4):
        keyword(g, 300, 90, "不许私自拆", m.came(4), RED)


def openings(g: Stage, m: Moment) -> None:
    site(g, 420)
    g.rect(0, 420, 1280, 40, "#a9b5c0")
    g.rect(0, 460, 1280, 260, "#dfe7ee")
    cover = m.came(1, 1)
    g.rect(300, 420, 240, 300, NAVY)
    g.rect(270 - (1 - cover) * 260, 404, 300, 20, AMBER_DARK, 3)
    g.rect(1010, 420, 270, 300, EARTH)
    if m.past(2):
        for x in (840, 920, 1000):
            g.line([(x, 420), (x, 290)], ORANGE, 10)
        for y in (300, 360):
            g.line([(840, y), (1000, y)], ORANGE, 9)
    person(
        g,
        740,
        420,
        0.95,
        look=1 if m.past(2) else -1,
        right=(70, -160) if m.past(2) else (44, -96),
    )
    keyword(g, 420, 110, "洞口有盖", m.came(1))
    keyword(g, 920, 110, "临边有栏", m.came(2), ORANGE)
    keyword(g, 640, 560, "挪开的，干完马上恢复", m.came(3), GREEN)
    if not m.past(1):
        warning(g, 420, 320, m.t)
