"""《粉尘：看不见的伤害》：防尘、口罩、体检、诊断和工伤认定。"""

import math

from lesson_scenes.dust_scenes import (
    dusty_jobs,
    eight_words,
    fine_and_coarse,
    hood,
    in_the_lungs,
    lungs,
    preventable,
    sunbeam,
    wet_work,
)
from lesson_scenes.people import doctor, person
from lesson_scenes.places import (
    cross,
    keyword,
    numbered,
    plain,
    street,
    tick,
    ward,
    workshop,
)
from lesson_scenes.stage import (
    AMBER_DARK,
    BLUE,
    DEEP,
    EARTH,
    GRAY,
    GREEN,
    INK,
    ORANGE,
    RED,
    SKIN,
    STEEL,
    STEEL_DARK,
    WHITE,
    Stage,
    ring,
)
from lesson_scenes.story import Moment, tell
from lesson_scenes.things import calendar, dust_cloud, hospital, machine, paper


def mask_shape(g: Stage, x: float, y: float, kind: str, mark: str = "") -> None:
    with g.at(x, y):
        if kind == "cloth":
            g.line([(-130, -30), (130, -30)], "#c3cdd8", 5)
            g.rect(-90, -56, 180, 112, "#eef2f6", 16)
            for row in (-24, 4, 32):
                g.line([(-74, row), (74, row)], "#c3cdd8", 4)
            return
        for row in (-50, 20):
            g.line(
                [(-140, row - 20), (-80, row), (80, row), (140, row - 20)],
                AMBER_DARK,
                7,
            )
        g.oval(0, 0, 104, 82, WHITE)
        g.line(ring(0, 0, 104, 82, 0, 360), "#c3cdd8", 4)
        g.line([(-26, -70), (0, -78), (26, -70)], GRAY, 8)
        g.rect(-30, 8, 60, 44, "#9fb3c8", 8)
        if mark:
            g.text(0, -26, mark, 40, DEEP)


def choose_mask(g: Stage, m: Moment) -> None:
    plain(g, "#eaf1f8", "#cfdce9")
    cards = (
        (1, "纱布、一次性", "cloth", ""),
        (4, "一般粉尘", "kn", "KN90"),
        (5, "矽尘、焊接烟", "kn", "KN95"),
    )
    for index, (line, words, kind, mark) in enumerate(cards):
        shown = m.came(line)
        x = 230 + index * 410
        g.rect(x - 180, 130, 360, 400, WHITE, 20, 0.3 + 0.7 * shown)
        if shown < 0.3:
            continue
        mask_shape(g, x, 260, kind, mark)
        g.text(x, 400, words, 42, INK)
        if kind == "cloth":
            cross(g, x, 472, m.came(2), 0.9)
        else:
            tick(g, x, 472, shown, 0.9)
    if not m.past(1):
        mask_shape(g, 640, 300, "kn", "KN")
        g.text(640, 440, "防尘口罩", 60, DEEP)
    keyword(g, 640, 72, "看标志：KN 防颗粒物口罩", m.came(3), BLUE)


def wear_mask(g: Stage, m: Moment) -> None:
    workshop(g)
    with g.at(470, 400, 1):
        g.rect(-60, 170, 120, 200, SKIN)
        g.rect(-190, 250, 380, 200, BLUE, 60)
        g.oval(0, 20, 165, 190, SKIN)
        for side in (-1, 1):
            g.oval(side * 60, -20, 12, 14, INK)
            g.line([(side * 36, -58), (side * 84, -62)], INK, 8)
            g.oval(side * 166, 10, 22, 40, "#e6bd98")
        g.poly(ring(0, -80, 178, 150, 180, 360), WHITE)
        g.rect(-200, -92, 400, 26, WHITE, 12)
        on = m.came(1, 1)
        with g.at(0, 110 + (1 - on) * 160):
            for row in (-34, 24):
                g.line(
                    [(-160, row - 50), (-96, row), (96, row), (160, row - 50)],
                    AMBER_DARK,
                    8,
                )
            g.oval(0, 0, 120, 92, "#f7fafc")
            g.line(ring(0, 0, 120, 92, 0, 360), "#c3cdd8", 4)
            g.line([(-34, -82), (0, -94), (34, -82)], GRAY, 12)
            g.rect(-32, 10, 64, 44, "#9fb3c8", 8)
        press = m.came(2) - m.came(3)
        cover = m.came(3) - m.came(5)
        for side in (-1, 1):
            if press > 0.3:
                g.disc(side * 40, 30, 26, "#e6bd98")
            if cover > 0.3:
                g.oval(side * 70, 120, 66, 82, "#e6bd98")
        if m.past(4) and not m.past(5):
            for side in (-1, 1):
                g.arrow(
                    (side * 140, 120), (side * 240, 90 + math.sin(m.t * 6) * 10), RED, 9
                )
    numbered(
        g,
        m,
        760,
        140,
        (
            (1, "两根带，一上一下"),
            (2, "鼻夹压贴"),
            (3, "捂住呼气试试"),
            (4, "漏气就重调"),
            (5, "胡子刮干净"),
        ),
        98,
    )


def replace_mask(g: Stage, m: Moment) -> None:
    workshop(g)
    g.rect(110, 190, 380, 330, WHITE, 24)
    mask_shape(g, 300, 330, "kn")
    for k in range(int(8 + m.share * 30)):
        g.disc(
            230 + (k * k * 13 + k * 41) % 140, 285 + (k * k * 7) % 90, 5, "#6f6558", 0.8
        )
    g.text(300, 470, "脏、破、憋气：换", 40, RED)
    if m.past(2):
        g.rect(580, 260, 220, 260, "#cfe3f5", 20)
        g.rect(570, 240, 240, 40, BLUE, 10)
        mask_shape(g, 690, 390, "kn")
        keyword(g, 690, 150, "收进干净袋", m.came(2))
    if m.past(3):
        g.rect(920, 230, 240, 300, "#f7fafc", 16)
        g.disc(1040, 390, 92, STEEL)
        g.disc(1040, 390, 70, "#cfe9f7")
        with g.at(1040, 390, 1, m.t * 140):
            g.rect(-40, -22, 80, 44, BLUE, 18)
        keyword(g, 1040, 150, "衣服留单位洗", m.came(3), GREEN)


def three_checks(g: Stage, m: Moment) -> None:
    ward(g)
    g.rect(90, 190, 230, 300, "#20313f", 10)
    lungs(g, 205, 350, 0.75, 0, m.t)
    doctor(g, 420, 650, 1.3, left=(-70, -200), look=-1)
    for index, words in enumerate(("上岗前", "在岗期间", "离岗时")):
        keyword(
            g,
            640 + index * 230,
            110,
            words,
            m.came(1, 0.5 + index * 0.8),
            (BLUE, DEEP, GREEN)[index],
        )
    person(g, 640, 650, 1.25, helmet=None, look=-1)
    if m.past(2):
        keyword(g, 790, 240, "费用单位出", m.came(2), ORANGE)
    if m.past(3):
        paper(g, 850, 460, "检查结果", 0.72, ("书面告知本人",), stamp=True)
    if m.past(4):
        paper(g, 1090, 460, "劳动合同", 0.72)
        cross(g, 1090, 480, m.came(4), 0.9)
        keyword(g, 1100, 268, "没查，不能解除", m.came(4), RED, 34)


def three_places(g: Stage, m: Moment) -> None:
    street(g)
    for index, (line, words, color) in enumerate(
        ((2, "单位所在地", BLUE), (2, "户籍所在地", GREEN), (3, "经常居住地", ORANGE))
    ):
        shown = m.came(line, 0.5 + (index if line == 2 else 0) * 1.4)
        x = 260 + index * 380
        if shown > 0.05:
            hospital(g, x, 560, 0.75 * (0.8 + 0.2 * shown))
            keyword(g, x, 130, words, shown, color)
    cough = math.sin(m.t * 7) * 4 if not m.past(1) else 0
    person(
        g,
        640 + cough,
        690,
        1,
        helmet=None,
        right=(6, -206) if not m.past(1) else (44, -96),
        mood="sad",
    )
    if not m.past(1):
        keyword(g, 640, 220, "咳嗽　胸闷　气短", 1, RED)


def claim(g: Stage, m: Moment) -> None:
    plain(g)
    paper(g, 210, 330, "诊断证明书", 1.15, ("姓名：周某", "结论：尘肺病"), stamp=True)
    g.arrow((390, 330), (490, 330), ORANGE, 14, m.came(0))
    if m.past(1):
        calendar(g, 640, 330, "单位", "30天", 1.25, BLUE)
    if m.past(2):
        calendar(g, 960, 330, "本人", "1年", 1.25, GREEN)
        g.arrow((775, 330), (825, 330), ORANGE, 12)
    keyword(g, 640, 76, "申请工伤认定", m.came(0), ORANGE)
    keyword(g, 800, 530, "从诊断之日起算", m.came(1), DEEP)
    tick(g, 1150, 110, m.came(3), 1.2)


def stone_story(g: Stage, m: Moment) -> None:
    workshop(g)
    better = m.past(3)
    g.rect(640, 560, 420, 100, STEEL_DARK, 8)
    g.rect(700, 510, 300, 50, "#b9b0a2", 4)
    with g.at(850, 470, 1, m.t * 400):
        g.disc(0, 0, 66, GRAY)
        for k in range(6):
            g.line([(0, 0), (math.cos(k) * 60, math.sin(k) * 60)], STEEL_DARK, 4)
    person(
        g,
        540,
        660,
        1.35,
        suit=EARTH,
        mask="respirator" if better else "cloth",
        right=(120, -170),
        left=(90, -140),
        look=1,
    )
    if better:
        for k in range(30):
            part = (m.t * 1.2 + k * 0.07) % 1
            g.disc(980 - part * 90, 330 + part * 150, 5, "#3f86ca", 0.8)
        g.line([(1120, 250), (985, 325)], BLUE, 14)
        keyword(g, 900, 130, "喷水　吸尘　好口罩", m.came(3), GREEN)
    else:
        dust_cloud(g, 800, 440, m.t, 300, 80)
        keyword(g, 900, 130, "干切、纱布口罩", m.came(2), RED)
    if m.past(5):
        person(g, 210, 660, 1.2, suit=GREEN, mask="respirator", look=1)
        tick(g, 210, 290, m.came(5))
    keyword(g, 230, 130, "案例（虚构）", 1, GRAY)


def five_lines(g: Stage, m: Moment) -> None:
    workshop(g)
    machine(g, 1090, 650, m.t, 0.9)
    person(g, 870, 660, 1.45, mask="respirator", right=(90, -170), look=1)
    rows = (
        (1, "能喷水，不干磨"),
        (2, "吸尘开了，再开工"),
        (3, "认准 KN，戴紧不漏"),
        (4, "三种体检，一次不落"),
        (5, "不舒服，早去查"),
    )
    numbered(g, m, 70, 120, rows, 98)
    if m.past(4):
        lungs(g, 1120, 250, 0.6, 0, m.t)


LESSON = tell(
    "dust",
    (
        sunbeam,
        dusty_jobs,
        fine_and_coarse,
        in_the_lungs,
        preventable,
        eight_words,
        wet_work,
        hood,
        choose_mask,
        wear_mask,
        replace_mask,
        three_checks,
        three_places,
        claim,
        stone_story,
        five_lines,
    ),
    poster_second=13,
)
