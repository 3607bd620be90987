"""《有限空间》的前半：里面有什么，下去之前做什么，先通风。"""

import math

from lesson_scenes.people import lying, person
from lesson_scenes.places import (
    cross,
    floor,
    keyword,
    numbered,
    opening,
    plain,
    plant,
    tick,
    warning,
    workshop,
)
from lesson_scenes.stage import (
    AMBER,
    BLUE,
    DEEP,
    EARTH,
    GRAY,
    GREEN,
    INK,
    LEAF,
    NAVY,
    ORANGE,
    RED,
    SAND,
    SKY,
    STEEL,
    STEEL_DARK,
    STEEL_LIGHT,
    WHITE,
    Stage,
    ring,
)
from lesson_scenes.story import Moment
from lesson_scenes.things import detector, fan, gas, hose, paper, tank, tripod


def unseen(g: Stage, m: Moment) -> None:
    plant(g)
    tank(g, 940, 640, 1.1)
    tripod(g, 940, 370, 220, 150)
    person(g, 700, 650, 1.25, right=(40, -230), look=1)
    gas(g, 940, 270, m.t, spread=70, count=5, alpha=0.25)
    if m.past(2):
        warning(g, 1180, 200, m.t, 0.9)
    opening(g, m, "有限空间", "先通风，再检测，后进入")


def features(g: Stage, m: Moment) -> None:
    plant(g)
    tank(g, 900, 640, 1.25, open_side=True)
    gas(g, 900, 530, m.t, spread=180)
    numbered(
        g,
        m,
        70,
        130,
        (
            (1, "封闭或部分封闭"),
            (2, "进出口又窄又小"),
            (3, "不为长时间待人"),
            (4, "通风不好"),
        ),
        104,
    )
    if m.past(2) and not m.past(3):
        g.arrow((900, 130), (900, 205), ORANGE, 14)


def kinds(g: Stage, m: Moment) -> None:
    g.rect(0, 0, 1280, 720, SKY)
    floor(g, 420, SAND, EARTH)
    tank(g, 220, 420, 0.72)
    g.text(220, 320, "储罐", 38, WHITE)
    g.rect(500, 230, 130, 190, STEEL_LIGHT, 40)
    g.rect(540, 190, 50, 50, STEEL_DARK, 6)
    g.text(565, 140, "反应釜", 38, DEEP)
    shown = m.came(1)
    for x, w, words, deep, liquid in (
        (130, 110, "污水井", 220, "#5b6b3c"),
        (470, 220, "化粪池", 150, "#6b5636"),
        (860, 250, "发酵池", 170, "#8a7a3c"),
    ):
        g.rect(x, 420, w, deep, NAVY, 0, shown)
        g.rect(x, 420 + deep - 60, w, 60, liquid, 0, shown)
        if shown > 0.5:
            g.text(x + w / 2, 466, words, 32, WHITE)
    if m.past(2):
        g.poly([(760, 340), (1240, 340), (1190, 420), (800, 420)], DEEP)
        g.rect(1050, 250, 90, 90, WHITE, 6)
        g.text(900, 378, "船舱", 34, WHITE)
    if m.past(3):
        keyword(g, 980, 130, "开口不等于安全", m.came(3), RED)


def three_dangers(g: Stage, m: Moment) -> None:
    plain(g, "#1d3a57", "#16304b")
    cards = (
        (1, "缺氧", "人忽然倒下", BLUE),
        (2, "中毒", "硫化氢、一氧化碳", "#5d7a2a"),
        (3, "爆炸", "一个火花就够", RED),
    )
    for index, (line, name, word, color) in enumerate(cards):
        shown = m.came(line)
        x = 230 + index * 410
        g.rect(x - 175, 90, 350, 440, WHITE, 22, 0.1 + 0.9 * shown)
        if shown < 0.4:
            continue
        if index == 0:
            for side in (-1, 1):
                g.oval(x + side * 40, 250, 32, 72 + 8 * math.sin(m.t * 3), "#e6a7a0")
            g.line([(x, 150), (x, 220)], "#e6a7a0", 12)
            g.text(x, 260, "氧", 60, BLUE, alpha=0.3)
        elif index == 1:
            gas(g, x, 230, m.t, "#7c9a3e", 80, 8, 0.45)
            g.disc(x, 225, 50, WHITE)
            for side in (-18, 18):
                g.disc(x + side, 220, 12, INK)
            g.rect(x - 22, 262, 44, 26, WHITE, 5)
        else:
            for k in range(10):
                a = k * 0.63 + m.t
                g.line(
                    [(x, 230), (x + math.cos(a) * 92, 230 + math.sin(a) * 92)],
                    AMBER,
                    16,
                )
            g.disc(x, 230, 48, ORANGE)
        g.text(x, 390, name, 60, color)
        g.text(x, 472, word, 34, INK, bold=False)


def noses_fail(g: Stage, m: Moment) -> None:
    workshop(g)
    gas(g, 760, 420, m.t, "#b8a93a" if not m.past(3) else "#8d99a6", 260, 14, 0.28)
    person(
        g,
        430,
        660,
        1.7,
        right=(10, -205) if not m.past(4) else (50, -110),
        look=1,
        mood="sad",
    )
    if m.past(3):
        keyword(g, 860, 330, "一氧化碳：没色没味", m.came(3), INK)
    else:
        g.oval(860, 350, 52, 68, "#f6efe0")
        g.line([(830, 320), (856, 346), (842, 372), (880, 396)], "#6f6a35", 6)
    keyword(g, 860, 150, "硫化氢：高了反而闻不到", m.came(1), "#5d7a2a")
    if m.past(4):
        g.line([(640, 470), (640, 540)], "#d9b98c", 10)
        g.oval(640, 456, 12, 22, ORANGE)
        cross(g, 640, 500, m.came(4), 1.3)
        keyword(g, 960, 510, "不闻、不点火", m.came(4), RED)


def permit(g: Stage, m: Moment) -> None:
    plant(g)
    paper(
        g,
        860,
        330,
        "作业审批单",
        1.35,
        ("作业人：赵六", "监护人：钱七", "通风：风机", "检测：合格")
        if m.past(1)
        else (),
        stamp=m.past(2),
    )
    person(g, 400, 660, 1.4, right=(100, -190), left=(-40, -96), look=1)
    person(g, 180, 660, 1.4, suit="#c65a1a", helmet="#d94a3d", look=1)
    keyword(g, 300, 120, "先办审批", m.came(0))
    keyword(g, 300, 220, "没审批，不下去", m.came(3), RED)


def isolate(g: Stage, m: Moment) -> None:
    plant(g)
    tank(g, 860, 620, 1.1)
    g.rect(0, 480, 590, 44, STEEL_DARK)
    shut = m.came(0, 1.2)
    g.rect(330, 440, 26, 124, RED, 4, shut)
    g.line([(343, 440), (343, 380)], INK, 10)
    with g.at(343, 376, 1, 180 * shut):
        g.line(ring(0, 0, 40, 14, 0, 360), RED, 10)
    if m.past(1):
        g.rect(120, 200, 120, 160, GRAY, 8)
        g.rect(164, 230, 32, 60, INK, 5)
        g.line(ring(180, 330, 20, 22, 180, 360), AMBER, 8)
        g.rect(154, 326, 52, 42, AMBER, 6)
        keyword(g, 180, 130, "断电上锁", m.came(1))
    if m.past(2):
        for x in (600, 720, 840, 960, 1080, 1180):
            g.rect(x, 590, 14, 90, ORANGE, 4)
        g.line([(606, 606), (1186, 606)], RED, 8)
        warning(g, 1110, 300, m.t, 1.2)
        keyword(g, 1030, 130, "危险　禁止入内", m.came(2), RED)
    keyword(g, 460, 340, "管道隔断", m.came(0))


def ventilate(g: Stage, m: Moment) -> None:
    plant(g)
    tank(g, 820, 640, 1.3, open_side=True)
    gas(g, 820, 500, m.t, spread=190, count=10, alpha=0.34 * (1 - 0.85 * m.share))
    hose(g, ((300, 590), (470, 600), (560, 130), (806, 250)), m.t)
    g.line([(806, 250), (806, 560)], AMBER, 40)
    fan(g, 250, 650, m.t, 1.15)
    for k in range(3):
        y = 590 - k * 8
        shift = (m.t * 50 + k * 40) % 110
        g.disc(806 - 60 - shift, y - k * 60, 9, WHITE, 0.8)
        g.disc(806 + 60 + shift, y - k * 60, 9, WHITE, 0.8)
    person(g, 90, 660, 1.15, right=(70, -150), look=1)
    keyword(g, 260, 100, "1　先通风", m.came(0), BLUE, 52)
    keyword(g, 260, 220, "伸到里面", m.came(2))
    keyword(g, 1090, 100, "不送纯氧", m.came(3), RED)
    cross(g, 1090, 190, m.came(3), 0.8)
    keyword(g, 260, 320, "一直不停", m.came(5), GREEN)
    if m.past(5):
        person(g, 960, 612, 0.8, wear="harness", left=(-60, -150), look=-1)


def measure(g: Stage, m: Moment) -> None:
    plant(g)
    tank(g, 860, 640, 1.3, open_side=True)
    fan(g, 1210, 660, m.t, 0.7)
    depth = (400, 480, 570)
    spot = (
        0
        if not m.past(2)
        else min(2, int((m.t - m.starts[2]) / 1.2))
        if not m.past(3)
        else int(m.t) % 3
    )
    g.line([(400, 440), (560, 180), (820, 190), (860, 240), (860, depth[spot])], INK, 7)
    g.disc(860, depth[spot], 16, ORANGE)
    for index, y in enumerate(depth):
        shown = m.came(2, 0.4 + index * 0.9)
        if shown > 0.3:
            g.text(720, y, ("上", "中", "下")[index], 44, LEAF)
            g.line([(760, y), (830, y)], LEAF, 4)
    person(g, 300, 660, 1.35, right=(70, -170), left=(50, -150), look=1)
    detector(g, 420, 430, 0.8, "20.8")
    keyword(g, 240, 100, "2　再检测", m.came(0), BLUE, 52)
    if m.past(1):
        for index, words in enumerate(("氧气", "可燃气", "毒气")):
            keyword(
                g,
                560 + index * 210,
                100,
                words,
                m.came(1, 0.5 + index * 0.8),
                (GREEN, ORANGE, "#5d7a2a")[index],
                38,
            )
    if m.past(4):
        paper(g, 110, 420, "检测记录", 0.62, ("9:10 罐内下部", "氧 20.8%"))


def fallen(g: Stage, m: Moment) -> None:
    plant(g)
    tank(g, 620, 640, 1.35, open_side=True)
    gas(g, 620, 500, m.t, spread=200, alpha=0.32)
    lift = m.came(4, 4) * 60
    lying(g, 540, 600 - lift, 0.75)
    tripod(g, 620, 220, 170, 110)
    if m.past(4):
        g.line([(620, 60), (620, 540 - lift)], RED, 6)
    if m.past(3):
        fan(g, 170, 660, m.t)
        hose(g, ((210, 600), (330, 590), (380, 190), (570, 215)), m.t)
    if m.past(5):
        person(
            g,
            1080,
            660,
            1.35,
            suit=AMBER,
            helmet=RED,
            mask="air",
            left=(-60, -170),
            look=-1,
        )
        g.rect(1120, 410, 30, 120, "#31465a", 12)
    else:
        person(
            g,
            1060,
            660,
            1.3,
            suit="#c65a1a",
            mood="sad",
            left=(-50, -100),
            right=(34, -210) if m.past(2) else (44, -96),
            look=-1,
        )
    if m.past(1):
        cross(g, 880, 200, m.came(1), 1.2)
    keyword(g, 1080, 110, "不盲目施救", m.came(1), RED)
    keyword(g, 230, 110, "119　120", m.came(2), ORANGE, 52)
    keyword(g, 230, 220, "送风", m.came(3), BLUE)
    keyword(g, 1080, 210, "空气呼吸器", m.came(5), GREEN)
    if m.past(4):
        tick(g, 720, 90, m.came(4), 0.7)


def steel_pool(g: Stage, depth: float = 200) -> None:
    g.rect(380, 440, 520, depth, NAVY)
    g.rect(380, 440 + depth - 50, 520, 50, "#7a8f3a")
    for x in (360, 900):
        g.rect(x, 430, 22, depth + 20, STEEL)
