"""《高处作业：安全带要高挂低用》：身上、脚下、天气和证件。"""

import math

from lesson_scenes.height_scenes import (
    anchor,
    full_body,
    good_scaffold,
    high_up,
    hook,
    hung_high,
    hung_low,
    inspect,
    lifeline,
    on_the_body,
    openings,
    two_hooks,
    two_meters,
)
from lesson_scenes.people import person
from lesson_scenes.places import cross, keyword, numbered, plain, site, tick, warning
from lesson_scenes.stage import (
    AMBER,
    AMBER_DARK,
    BLUE,
    GRAY,
    GREEN,
    INK,
    ORANGE,
    RED,
    STEEL_DARK,
    Stage,
    ring,
)
from lesson_scenes.story import Moment, tell
from lesson_scenes.things import ladder, paper, scaffold


def on_a_ladder(g: Stage, m: Moment) -> None:
    site(g)
    g.rect(760, 130, 40, 470, "#c9d6e2")
    ladder(g, (620, 600), (742, 150), 10, 54)
    climb = min(1, m.share * 1.4) * 70
    person(
        g,
        640 + climb * 0.27,
        470 - climb,
        0.85,
        wear="harness",
        left=(-54, -240),
        right=(56, -230),
        stride=m.t * 3,
    )
    g.rect(676 + climb * 0.27, 384 - climb, 34, 40, AMBER_DARK, 6)
    person(
        g, 480, 640, 1.05, suit="#c65a1a", right=(120, -190), left=(100, -150), look=1
    )
    if m.past(2):
        g.line(ring(620, 600, 120, 120, -75, 0), ORANGE, 7)
        g.text(800, 560, "75°", 56, ORANGE)
    keyword(g, 200, 150, "有人扶", m.came(1))
    keyword(g, 1040, 150, "角度 75 度上下", m.came(2), ORANGE)
    keyword(g, 1040, 270, "只上一个人", m.came(3), RED)
    keyword(g, 1040, 390, "空手爬", m.came(4), GREEN)


def falling_tools(g: Stage, m: Moment) -> None:
    site(g)
    scaffold(g, 320, 600, 420, (310,))
    person(g, 520, 282, 0.85, wear="harness", right=(70, -140), look=1)
    drop = (m.t * 0.7) % 1 if not m.past(1) else 0
    if m.past(1):
        g.line([(578, 180), (600, 250)], ORANGE, 5)
        g.rect(584, 240, 40, 50, AMBER_DARK, 6)
        tick(g, 660, 220, m.came(1), 0.6)
    else:
        with g.at(800, 200 + drop * drop * 380, 1, m.t * 300):
            g.line([(-30, 0), (30, 0)], AMBER_DARK, 12)
            g.rect(16, -20, 26, 40, STEEL_DARK, 4)
        cross(g, 900, 200, m.came(0))
    if m.past(2):
        for x in (760, 900, 1040, 1180):
            g.rect(x, 520, 16, 90, ORANGE, 4)
        g.line([(766, 540), (1190, 540)], RED, 9)
        person(g, 1100, 680, 0.95, suit=GREEN, look=-1)
    keyword(g, 200, 130, "不往下扔", m.came(0), RED)
    keyword(g, 200, 240, "系绳、装袋", m.came(1), GREEN)
    keyword(g, 960, 330, "下面拉警戒", m.came(2), ORANGE)


def weather(g: Stage, m: Moment) -> None:
    g.rect(0, 0, 1280, 720, "#8fa1b3")
    for k, x in enumerate((180, 420, 700, 980)):
        shift = (m.t * 60 + k * 40) % 200
        for dx in (-60, 0, 64):
            g.oval(x + dx + shift * 0.4, 120 + abs(dx) * 0.3, 90, 46, "#6b7d90")
    for k in range(50):
        x, y = (k * 157 + m.t * 380) % 1360 - 40, (k * 89 + m.t * 520) % 620
        g.line([(x, y), (x + 16, y + 22)], "#c4d3e0", 3)
    g.rect(0, 600, 1280, 120, "#a98358")
    scaffold(g, 120, 600, 360, (170, 320))
    if m.past(1) and int(m.t * 2) % 4 == 0:
        g.poly(
            [
                (900, 170),
                (850, 330),
                (900, 320),
                (860, 450),
                (960, 290),
                (906, 300),
                (950, 170),
            ],
            "#ffd35c",
        )
    person(
        g, 640, 660, 1.2, suit="#c65a1a", helmet="#d94a3d", right=(70, -220), look=-1
    )
    g.line([(240, 90), (250 + math.sin(m.t * 6) * 6, 150)], INK, 6)
    g.poly(
        [
            (244, 90),
            (380, 84 + math.sin(m.t * 9) * 16),
            (380, 130 + math.sin(m.t * 9 + 1) * 16),
            (246, 124),
        ],
        ORANGE,
    )
    keyword(g, 1010, 110, "六级大风、浓雾、雷雨", m.came(1), INK, 40)
    keyword(g, 1010, 220, "停止露天高处作业", m.came(2), RED, 40)
    keyword(g, 1010, 540, "先清扫、检查", m.came(3), GREEN)


def certificate(g: Stage, m: Moment) -> None:
    plain(g)
    paper(
        g,
        420,
        340,
        "特种作业操作证",
        1.45,
        ("作业类别：高处作业", "登高架设", "安装、维护、拆除"),
        stamp=m.past(2),
    )
    person(g, 850, 660, 1.6, wear="harness", left=(-80, -190), look=-1)
    keyword(g, 1090, 130, "持证上岗", m.came(2), GREEN, 52)
    keyword(g, 1090, 250, "没证不接活", m.came(3), RED)


def saved(g: Stage, m: Moment) -> None:
    site(g)
    scaffold(g, 240, 600, 620, (130, 250))
    lifeline(g, 88, 200, 900)
    fall = m.came(3, 0.5)
    down = m.came(5, 2.5)
    swing = math.sin(m.t * 3) * 10 * fall * (1 - down)
    x, y = 560 + fall * 380 + swing, 342 + fall * 80 + down * 230
    lifeline(g, 88, 860, 1040)
    hook(g, 560 + fall * 380, 90, 0.8)
    g.line([(560 + fall * 380, 128), (x, y - 190)], RED, 6)
    arms = (-56, -230) if fall and not down else (-44, -96)
    person(
        g,
        x,
        y,
        0.9,
        wear="harness",
        left=arms,
        right=(-arms[0], arms[1]),
        mood="sad" if fall and down < 0.5 else "calm",
        look=1,
    )
    if m.past(5):
        person(g, 1110, 660, 0.95, suit=GREEN, left=(-80, -190), look=-1)
    keyword(g, 170, 40, "案例（虚构）", 1, GRAY)
    keyword(g, 620, 40, "先挂钩，挂头顶", m.came(2))
    if m.past(4):
        keyword(g, 1120, 210, "拉住了", m.came(4), GREEN)
        tick(g, 1120, 310, m.came(4), 0.9)


def four_lines(g: Stage, m: Moment) -> None:
    site(g)
    scaffold(g, 880, 600, 320, (170, 330))
    person(g, 1030, 262, 0.8, wear="harness", right=(64, -238), look=1)
    person(g, 740, 650, 1.15, wear="harness", right=(60, -220), look=1)
    warning(g, 1180, 650, m.t, 0.7)
    rows = (
        (1, "查带子，查架子"),
        (2, "系全身，挂高处，不离钩"),
        (3, "洞口有盖，临边有栏"),
        (4, "大风雷雨，不上高处"),
    )
    numbered(g, m, 70, 110, rows, 100, BLUE)
    keyword(g, 330, 545, "强令冒险，有权拒绝", m.came(5), AMBER)


LESSON = tell(
    "work-at-height",
    (
        high_up,
        two_meters,
        on_the_body,
        inspect,
        full_body,
        hung_high,
        hung_low,
        anchor,
        two_hooks,
        good_scaffold,
        openings,
        on_a_ladder,
        falling_tools,
        weather,
        certificate,
        saved,
        four_lines,
    ),
    poster_second=97,
)
