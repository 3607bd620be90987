"""《什么情况算工伤》的前半：第十四条的七种情形。"""

import math

from lesson_scenes.people import doctor, person, walker
from lesson_scenes.places import (
    floor,
    keyword,
    opening,
    plain,
    plant,
    street,
    tick,
    ward,
    warning,
    workshop,
)
from lesson_scenes.stage import (
    AMBER,
    AMBER_DARK,
    BLUE,
    DEEP,
    GREEN,
    INK,
    NAVY,
    ORANGE,
    RED,
    STEEL_DARK,
    WHITE,
    Stage,
)
from lesson_scenes.story import Moment
from lesson_scenes.things import (
    bike,
    car,
    clock_face,
    machine,
    paper,
)


def bandage(g: Stage, x: float, y: float, scale: float = 1) -> None:
    with g.at(x, y, scale):
        g.rect(-30, -16, 60, 32, WHITE, 14)
        g.rect(-4, -12, 8, 24, RED)
        g.rect(-12, -4, 24, 8, RED)


def first(g: Stage, m: Moment) -> None:
    plant(g)
    machine(g, 760, 620, 0)
    person(g, 1000, 640, 1.45, left=(-52, -150), right=(30, -128), mood="sad")
    bandage(g, 930, 430, 0.9)
    for line, x in ((0, 880), (1, 1140)):
        g.text(
            x, 150 + math.sin(m.t * 2 + x) * 10, "？", 120, ORANGE, alpha=m.came(line)
        )
    opening(g, m, "什么情况算工伤", "《工伤保险条例》第十四、十五、十六条")


def three_articles(g: Stage, m: Moment) -> None:
    plain(g)
    g.text(640, 68, "《工伤保险条例》", 52, DEEP)
    boards = (
        (1, "第十四条", "应当认定", "7 种", BLUE),
        (2, "第十五条", "视同工伤", "3 种", GREEN),
        (3, "第十六条", "不能认定", "3 种", RED),
    )
    for index, (line, name, word, count, color) in enumerate(boards):
        shown = m.came(line)
        x = 240 + index * 400
        y = 350 + (1 - shown) * 40
        g.rect(x - 165, y - 210, 330, 420, WHITE, 20, 0.35 + 0.65 * shown)
        if shown > 0.3:
            g.rect(x - 165, y - 210, 330, 96, color, 20)
            g.text(x, y - 164, name, 46, WHITE)
            g.text(x, y - 10, count, 92, color)
            g.text(x, y + 130, word, 46, INK)


def at_the_machine(g: Stage, m: Moment) -> None:
    workshop(g)
    clock_face(g, 960, 245, 62, 9.5 + m.share * 0.3)
    machine(g, 800, 640, m.t, 1.2)
    hurt = m.past(4)
    hand = (58, -150) if hurt else (110, -170 + math.sin(m.t * 4) * 6)
    person(
        g,
        560,
        640,
        1.3,
        right=hand,
        left=(50 if hurt else 96, -140),
        look=1,
        mood="sad" if hurt else "calm",
    )
    if hurt:
        bandage(g, 636, 440, 0.8)
        warning(g, 800, 200, m.t)
    for line, x, words in ((1, 180, "工作时间"), (1, 180, ""), (2, 180, "工作原因")):
        if words:
            keyword(g, x, 160 if line == 1 else 380, words, m.came(line))
    keyword(g, 180, 270, "工作场所", m.came(1, 2.5))


def before_and_after(g: Stage, m: Moment) -> None:
    late = m.past(4)
    workshop(g)
    g.rect(0, 0, 1280, 720, NAVY, 0, 0.28 if late else 0)
    clock_face(g, 1060, 240, 70, 17.3 if late else 7.6)
    machine(g, 820, 640, 0, 1.1)
    sweep = math.sin(m.t * 3) * 34
    if late:
        g.line([(600 + sweep, 470), (660 + sweep * 1.7, 640)], AMBER_DARK, 10)
        g.poly(
            [
                (630 + sweep * 1.7, 630),
                (690 + sweep * 1.7, 630),
                (712 + sweep * 1.7, 672),
                (612 + sweep * 1.7, 672),
            ],
            AMBER,
        )
        person(
            g,
            520,
            640,
            1.25,
            right=(66 + sweep * 0.7, -130),
            left=(50 + sweep * 0.6, -160),
            look=1,
        )
    else:
        g.line([(620, 128), (620, 330)], INK, 6)
        g.line([(620, 330), (640, 372), (612, 390), (592, 366)], ORANGE, 14)
        person(g, 470, 640, 1.25, right=(100, -232 + math.sin(m.t * 2) * 6), look=1)
    keyword(g, 220, 160, "班前准备", m.came(1))
    keyword(g, 220, 262, "班后收尾", m.came(1, 2))
    tick(g, 390, 210, m.came(2))


def at_the_gate(g: Stage, m: Moment) -> None:
    street(g)
    g.rect(70, 270, 200, 340, "#e8eef4", 8)
    g.rect(96, 310, 148, 100, "#a9cbe8", 4)
    g.rect(50, 250, 240, 30, BLUE, 6)
    g.text(170, 445, "门卫室", 34, DEEP)
    lift = 0
    g.rect(300, 470, 30, 150, STEEL_DARK, 6)
    for k in range(8):
        g.rect(320 + k * 60, 486 + lift, 60, 18, RED if k % 2 else WHITE)
    person(
        g,
        470,
        660,
        1.2,
        suit=DEEP,
        helmet=None,
        wear="shirt",
        right=(78, -196),
        look=1,
        mood="sad" if m.past(3) else "calm",
    )
    car(g, 1060, 660, AMBER, 1.1, flip=True)
    fist = max(0.0, math.sin(m.t * 5)) if m.past(2) else 0
    person(
        g,
        760 - (60 if m.past(3) else 0),
        660,
        1.2,
        suit="#7a4a42",
        helmet=None,
        wear="shirt",
        left=(-70 - 20 * fist, -190),
        look=-1,
        mood="sad",
    )
    if m.past(3):
        bandage(g, 470, 352, 0.9)
    keyword(g, 420, 120, "履行工作职责", m.came(0), BLUE)
    keyword(g, 860, 120, "受到暴力伤害", m.came(1), ORANGE)
    if m.past(4):
        keyword(g, 960, 240, "私人恩怨：不是", m.came(4), RED)


def disease(g: Stage, m: Moment) -> None:
    ward(g)
    doctor(g, 330, 640, 1.3, right=(90, -190), look=1)
    person(g, 640, 640, 1.3, helmet=None, look=-1, mood="sad")
    for side in (-1, 1):
        g.oval(640 + side * 24, 448, 19, 40, "#f7d9d4", 0.95)
        for k in range(int(3 + m.share * 6)):
            g.disc(640 + side * (14 + (k * 7) % 22), 424 + (k * 13) % 50, 4, "#5a5248")
    keyword(g, 330, 120, "职业病也是工伤", m.came(0))
    paper(
        g,
        1000,
        370,
        "诊断证明",
        1.05 * (m.came(3)),
        ("姓名：王五", "岗位：喷砂", "结论：矽肺"),
        stamp=m.past(3),
    )
    if m.past(4):
        g.arrow((1000, 600), (1000, 640), GREEN, 14)
        keyword(g, 1000, 120, "申请工伤认定", m.came(4), GREEN)


def away(g: Stage, m: Moment) -> None:
    street(g)
    x = 180 + m.share * 420
    walker(g, x, 665, m.t, 1.2, helmet=None, suit=DEEP, wear="shirt")
    g.rect(x + 30, 540, 70, 54, AMBER_DARK, 8)
    g.rect(x + 52, 528, 26, 14, INK, 5)
    g.rect(1010, 250, 190, 380, "#e8eef4", 6)
    g.rect(1010, 250, 190, 60, GREEN, 6)
    g.text(1105, 280, "客户单位", 32, WHITE)
    g.rect(1068, 500, 74, 130, STEEL_DARK, 4)
    keyword(g, 300, 120, "单位派出去", m.came(0))
    keyword(g, 680, 120, "工作原因受伤", m.came(1))
    tick(g, 900, 120, m.came(3))
    if m.past(4):
        keyword(g, 480, 240, "纯粹的私事：一般不算", m.came(4), RED)


def road(g: Stage, m: Moment) -> None:
    street(g)
    crash = m.came(2, 0.8)
    bike(g, 500, 668, 1.25)
    person(
        g,
        480,
        610,
        0.95,
        helmet="#e94f4f",
        right=(58, -160),
        left=(54, -150),
        look=1,
        seated=True,
        mood="sad" if m.past(2) else "calm",
    )
    car(g, 20 + crash * 190, 690, RED, 1.2)
    if m.past(2):
        warning(g, 350, 480, m.t, 0.9)
    if m.past(3):
        person(g, 900, 670, 1.2, suit="#20406a", helmet=None, left=(-70, -180), look=-1)
        g.rect(868, 352, 64, 18, "#20406a", 6)
        paper(
            g,
            1120,
            420,
            "责任认定书",
            0.85,
            ("汽车：全部责任", "骑车人：无责任"),
            stamp=True,
        )
    keyword(g, 320, 110, "上下班途中", m.came(0))
    keyword(g, 800, 110, "不是本人主要责任", m.came(2), ORANGE)


def other_ways(g: Stage, m: Moment) -> None:
    if m.past(2):
        street(g)
        tip = 18 if m.t > m.starts[2] + 0.8 else 0
        with g.at(420, 650, 1.2, tip):
            bike(g, 0, 0, 1)
        person(
            g,
            620,
            670,
            1.15,
            helmet=None,
            suit=GREEN,
            wear="shirt",
            mood="sad",
            look=-1,
        )
        keyword(g, 420, 120, "本人主要责任：不能认定", m.came(3), RED)
        if m.past(4):
            g.rect(930, 330, 240, 260, "#fff4e2", 8)
            g.rect(910, 300, 280, 52, ORANGE, 8)
            g.text(1050, 326, "菜市场", 34, WHITE)
            for k in range(4):
                g.disc(968 + k * 54, 470, 24, (GREEN, RED, AMBER, GREEN)[k])
            keyword(g, 980, 120, "合理路线：可以算", m.came(5), GREEN)
        return
    g.rect(0, 0, 1280, 720, "#dfe8f1")
    floor(g, 560, "#8fa3b5", "#6d8296")
    x = 240 + m.t * 30
    g.rect(x - 200, 250, 900, 290, BLUE, 40)
    g.rect(x - 200, 440, 900, 22, WHITE)
    for k in range(5):
        g.rect(x - 150 + k * 165, 300, 110, 110, "#cfe9f7", 10)
    g.rect(0, 540, 1280, 12, STEEL_DARK)
    keyword(g, 640, 130, "地铁　轮渡　火车", m.came(0))
