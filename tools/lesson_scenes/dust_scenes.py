"""《粉尘》的前半：细灰从哪里来，进了肺会怎样，怎样管住灰。"""

import math

from lesson_scenes.people import person
from lesson_scenes.places import cross, keyword, opening, plain, tick, warning, workshop
from lesson_scenes.stage import (
    AMBER,
    AMBER_DARK,
    BLUE,
    DEEP,
    EARTH,
    GRAY,
    GREEN,
    INK,
    ORANGE,
    RED,
    STEEL,
    STEEL_DARK,
    WHITE,
    Stage,
    bend,
    ring,
)
from lesson_scenes.story import Moment
from lesson_scenes.things import dust_cloud, fan, hose, machine

LUNG = "#e8aca4"


def lungs(g: Stage, x: float, y: float, size: float, harm: float, t: float = 0) -> None:
    """Two lungs that breathe; harm from 0 to 1 fills them with dark knots."""
    breath = 1 + 0.03 * math.sin(t * 2.4) * (1 - harm * 0.7)
    with g.at(x, y, size * breath):
        g.line([(0, -150), (0, -60)], "#d98f86", 24)
        for side in (-1, 1):
            g.line([(0, -64), (side * 40, -30)], "#d98f86", 16)
            shape = bend(
                [
                    (side * 20, -90),
                    (side * 120, -100),
                    (side * 150, 60),
                    (side * 120, 110),
                ]
            )
            inner = bend(
                [(side * 120, 110), (side * 60, 96), (side * 24, 60), (side * 20, -90)]
            )
            g.poly([*shape, *inner], LUNG)
            for k in range(int(26 * harm)):
                dx, dy = (
                    44 + (k * k * 13 + k * 29) % 64,
                    -48 + (k * k * 31 + k * 17) % 130,
                )
                g.disc(side * dx, dy, 4 + k % 5, "#4d463d", 0.85)


def sunbeam(g: Stage, m: Moment) -> None:
    workshop(g)
    g.poly([(1110, 190), (1240, 190), (980, 720), (680, 720)], "#fff4cf", 0.55)
    for k in range(90):
        y = (k * 71 + m.t * (8 + k % 5 * 4)) % 520 + 190
        x = 1175 - (y - 190) * 0.66 + math.sin(k * 5 + m.t * 0.6) * 110
        g.disc(x, y, 2 + k % 3, "#b08d4a", 0.9)
    machine(g, 770, 650, m.t, 1.1)
    person(g, 1010, 660, 1.3, left=(-110, -160), right=(-60, -140), look=-1)
    opening(g, m, "粉尘", "看不见的伤害")


def dusty_jobs(g: Stage, m: Moment) -> None:
    workshop(g)
    g.rect(60, 420, 240, 160, "#6e5b47", 10)
    g.line([(300, 420), (180, 500)], INK, 16)
    person(g, 330, 640, 1, left=(-40, -190), right=(-30, -150), suit=EARTH, look=-1)
    dust_cloud(g, 180, 480, m.t, 150)
    shown = m.came(2)
    if shown > 0.1:
        machine(g, 640, 640, m.t, 0.9)
        person(g, 500, 640, 1, right=(70, -170), left=(40, -150), look=1)
        dust_cloud(g, 660, 440, m.t, 150)
        keyword(g, 600, 160, "切割打磨", shown)
    if m.past(3):
        for k in range(6):
            g.rect(800 + (k % 3) * 76, 590 - (k // 3) * 50, 70, 46, "#cfc7b8", 10)
        g.text(912, 566, "水泥", 30, INK)
        dust_cloud(g, 900, 510, m.t, 110, 26, "#a9a194")
    if m.past(4):
        person(g, 1150, 640, 1, suit=GREEN, helmet=AMBER, left=(-70, -130), look=-1)
        g.rect(1126, 386, 48, 46, INK, 8)
        g.disc(1066, 512, 12 + 8 * (int(m.t * 8) % 2), "#fff1a8")
        for k in range(5):
            g.disc(
                1066 + math.sin(m.t * 2 + k) * 20,
                470 - k * 34,
                14 + k * 5,
                "#9aa3ab",
                0.4,
            )
        keyword(g, 1100, 160, "电焊烟", m.came(4), ORANGE)
    keyword(g, 190, 160, "采煤凿岩", m.came(1))


def fine_and_coarse(g: Stage, m: Moment) -> None:
    plain(g, "#fdf6ef", "#f1e2d0")
    g.poly(
        [*bend([(180, 60), (330, 90), (200, 260), (60, 330)]), (0, 340), (0, 40)],
        "#f3cfae",
    )
    for k in range(5):
        g.line([(70 + k * 22, 330 - k * 6), (86 + k * 20, 372 - k * 4)], INK, 4)
    shown = m.came(1)
    g.disc(640, 230, 120, AMBER_DARK, 0.9)
    g.text(640, 226, "头发丝", 46, WHITE)
    if shown > 0.1:
        g.disc(860, 230, 12, RED)
        g.arrow((960, 150), (880, 220), RED, 7)
        keyword(g, 1040, 120, "细尘：细十来倍", shown, RED, 40)
    for k in range(30):
        part = (m.t * 0.2 + k * 0.091) % 1
        coarse = k % 3 == 0
        if coarse:
            g.disc(
                420 - part * 240,
                420 - part * 60 + k % 4 * 13,
                10,
                "#8a7a66",
                1 - part * 0.3,
            )
        elif m.past(2):
            g.disc(420 + part * 560, 470 + math.sin(part * 9 + k) * 36, 4, RED, 0.8)
    if m.past(2):
        lungs(g, 1080, 440, 1, 0.2 * m.came(2, 4), m.t)
    keyword(g, 230, 500, "粗灰：鼻子挡一些", m.came(0), BLUE, 38)
    keyword(g, 700, 560, "看着干净，不等于没有", m.came(4), ORANGE, 40)


def in_the_lungs(g: Stage, m: Moment) -> None:
    plain(g, "#eaf1f8", "#cfdce9")
    lungs(g, 420, 330, 1.75, m.share, m.t)
    for index, (line, words) in enumerate(
        ((0, "清不干净"), (1, "长出硬结"), (3, "咳嗽、气短"), (4, "走路也喘"))
    ):
        keyword(
            g,
            980,
            120 + index * 118,
            words,
            m.came(line),
            (BLUE, DEEP, ORANGE, RED)[index],
            50,
        )


def preventable(g: Stage, m: Moment) -> None:
    plain(g)
    g.line([(140, 470), (1120, 470)], GRAY, 10)
    for index, words in enumerate(("开始接触", "几年", "十几年", "几十年")):
        g.disc(160 + index * 310, 470, 18, DEEP)
        g.text(160 + index * 310, 520, words, 34, INK)
    x = 160 + 930 * min(1, m.share * 1.1)
    stoop = m.share * 16
    person(
        g,
        x,
        440,
        0.85,
        turn=stoop,
        stride=m.t * 4,
        mood="sad" if m.share > 0.5 else "calm",
        look=1,
    )
    keyword(g, 210, 90, "不能根治", m.came(0), RED, 52)
    keyword(g, 570, 90, "完全可以预防", m.came(1), GREEN, 52)
    keyword(g, 1020, 90, "石英越多，伤得越快", m.came(3), ORANGE)


def eight_words(g: Stage, m: Moment) -> None:
    plain(g, "#e8f0f8", "#cbd9e6")
    words = (
        ("革", "改工艺"),
        ("水", "湿式作业"),
        ("密", "密闭"),
        ("风", "通风除尘"),
        ("护", "个人防护"),
        ("管", "维护管理"),
        ("教", "培训"),
        ("查", "检查体检"),
    )
    for index, (big, small) in enumerate(words):
        x, y = 190 + (index % 4) * 300, 180 + (index // 4) * 250
        shown = m.came(1, 0.5 + index * 0.35)
        color = BLUE if index < 4 else GREEN
        live = m.past(2) and index < 4 if not m.past(3) else index >= 4
        g.rect(
            x - 125, y - 105, 250, 210, color if live else WHITE, 20, 0.3 + 0.7 * shown
        )
        if shown > 0.4:
            g.text(x, y - 26, big, 96, WHITE if live else color)
            g.text(x, y + 66, small, 34, WHITE if live else INK)


def wet_work(g: Stage, m: Moment) -> None:
    workshop(g)
    if m.past(3):
        sweep = math.sin(m.t * 3) * 40
        for k in range(14):
            g.oval(560 + k * 46, 650, 30, 8, "#7fb2de", 0.7)
        g.line([(470 + sweep, 460), (560 + sweep * 1.6, 630)], AMBER_DARK, 10)
        g.poly(
            [
                (530 + sweep * 1.6, 620),
                (590 + sweep * 1.6, 620),
                (612 + sweep * 1.6, 660),
                (510 + sweep * 1.6, 660),
            ],
            AMBER,
        )
        person(
            g,
            400,
            650,
            1.3,
            mask="respirator",
            right=(60 + sweep * 0.7, -130),
            left=(46, -156),
            look=1,
        )
        keyword(g, 300, 130, "先洒水，再扫", m.came(3), BLUE)
        if m.past(4):
            person(g, 950, 650, 1.2, suit=GREEN, left=(-70, -140), look=-1, mood="sad")
            g.line([(866, 482), (820, 510)], INK, 14)
            dust_cloud(g, 770, 560, m.t, 150)
            cross(g, 960, 230, m.came(4), 1.2)
            keyword(g, 960, 130, "不用气吹", m.came(4), RED)
        return
    machine(g, 740, 650, m.t, 1.25)
    person(
        g, 500, 660, 1.35, mask="respirator", right=(96, -180), left=(60, -150), look=1
    )
    g.line([(1010, 200), (860, 300)], BLUE, 16)
    wet = m.came(1)
    for k in range(int(40 * wet)):
        part = (m.t * 1.2 + k * 0.07) % 1
        g.disc(
            860 - part * 110 + (k % 7 - 3) * 9 * part,
            300 + part * 120,
            5,
            "#3f86ca",
            0.8,
        )
    if wet < 0.9:
        dust_cloud(g, 740, 400, m.t, 230)
    keyword(g, 230, 130, "边干边喷水", m.came(1), BLUE)
    keyword(g, 230, 240, "灰飞不起来", m.came(2), GREEN)
    tick(g, 400, 240, m.came(2), 0.8)


def hood(g: Stage, m: Moment) -> None:
    workshop(g)
    broken = m.past(4)
    g.rect(480, 560, 420, 100, STEEL_DARK, 8)
    g.rect(640, 510, 90, 50, "#8e8477", 4)
    g.poly([(800, 360), (900, 300), (900, 560), (800, 500)], STEEL)
    hose(g, ((900, 430), (1020, 430), (1020, 560), (1110, 570)))
    fan(g, 1150, 660, 0 if broken else m.t, 1)
    for k in range(24):
        part = (m.t * 0.5 + k * 0.043) % 1
        x, y = (
            700 + part * 120,
            500 - math.sin(part * 3) * 50 + (k * k % 5 - 2) * 14 * (1 - part),
        )
        g.disc(x, y, 5, "#8a7a66", 0.9)
    if broken:
        dust_cloud(g, 700, 450, m.t, 240)
        warning(g, 1150, 470, m.t)
        keyword(g, 1060, 130, "坏了先报修", m.came(4), RED)
    person(
        g, 400, 660, 1.35, mask="respirator", right=(110, -130), left=(80, -120), look=1
    )
    g.arrow((560, 230), (760, 380), GREEN, 10, m.came(2))
    keyword(g, 220, 130, "密：罩起来", m.came(0), BLUE)
    keyword(g, 600, 130, "风：抽走它", m.came(1), BLUE)
    keyword(g, 560, 240, "吸口靠近出灰处", m.came(2), GREEN, 38)
    if m.past(3) and not broken:
        keyword(g, 1010, 240, "脸别夹在中间", m.came(3), ORANGE, 38)
        g.line(ring(760, 430, 46, 46, 0, 360), RED, 6)
