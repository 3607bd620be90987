"""《什么情况算工伤》：《工伤保险条例》第十四、十五、十六条。"""

import math

from lesson_scenes.injury_cases import (
    at_the_gate,
    at_the_machine,
    away,
    before_and_after,
    disease,
    first,
    other_ways,
    road,
    three_articles,
)
from lesson_scenes.people import clerk, lying, person, walker
from lesson_scenes.places import (
    cross,
    keyword,
    night,
    numbered,
    office,
    plain,
    street,
    table_desk,
    tick,
    workshop,
)
from lesson_scenes.stage import (
    AMBER,
    BLUE,
    DEEP,
    GRAY,
    GREEN,
    INK,
    ORANGE,
    RED,
    STEEL,
    WHITE,
    Stage,
)
from lesson_scenes.story import Moment, tell
from lesson_scenes.things import (
    ambulance,
    bike,
    calendar,
    car,
    clock_face,
    hospital,
    paper,
)


def seven(g: Stage, m: Moment) -> None:
    plain(g)
    rows = (
        "工作中受伤",
        "班前班后",
        "履职遭暴力",
        "职业病",
        "因工外出",
        "上下班交通",
        "法律规定的其他",
    )
    g.text(640, 76, "应当认定为工伤的七种", 48, DEEP)
    for index, words in enumerate(rows):
        x, y = (330, 170 + index * 108) if index < 4 else (930, 170 + (index - 4) * 108)
        shown = m.came(0, 0.4 + index * 0.35) if index < 6 else m.came(1)
        g.rect(x - 240, y - 42, 480, 86, WHITE if index < 6 else "#fff0e2", 14, shown)
        if shown > 0.4:
            g.disc(x - 190, y, 30, ORANGE if index == 6 else BLUE)
            g.text(x - 190, y - 2, str(index + 1), 36, WHITE)
            g.text(x - 140, y - 2, words, 42, INK, "lm")


def sudden_illness(g: Stage, m: Moment) -> None:
    workshop(g)
    if m.past(4):
        ambulance(g, 1180 - m.came(4, 2.5) * 260, 650, m.t, 1.3)
    lying(g, 250, 650, 1.2)
    person(
        g,
        560,
        650,
        1.2,
        suit=GREEN,
        left=(-60, -110),
        right=(40, -210) if m.past(4) else (40, -100),
        look=-1,
        mood="sad",
    )
    if m.past(4):
        g.rect(600, 380, 22, 42, INK, 5)
    clock_face(g, 850, 290, 74, m.t * 1.5 % 12)
    keyword(g, 640, 120, "48 小时之内", m.came(3), RED)
    keyword(g, 200, 120, "工作时间、岗位", m.came(1))
    keyword(g, 1060, 120, "快打 120", m.came(4), ORANGE)


def rescue_and_soldier(g: Stage, m: Moment) -> None:
    if m.past(2):
        plain(g, "#eef3ea", "#cfdcc4")
        person(
            g,
            420,
            640,
            1.5,
            suit="#5c7045",
            helmet=None,
            wear="shirt",
            right=(30, -240),
            left=(-44, -96),
        )
        g.disc(396, 420, 17, AMBER)
        g.disc(396, 420, 9, RED)
        paper(
            g,
            880,
            360,
            "伤残军人证",
            1.15 * (m.came(3)),
            ("因战、因公负伤", "旧伤复发"),
            stamp=True,
        )
        keyword(g, 400, 110, "老兵旧伤复发", m.came(2), GREEN)
        return
    night(g)
    for k in range(60):
        x, y = (k * 173 + m.t * 120) % 1280, (k * 97 + m.t * 620) % 600
        g.line([(x, y), (x - 6, y + 26)], "#8fb3d6", 3)
    for k in range(4):
        g.oval(160 + k * 330, 620 + math.sin(m.t * 2 + k) * 8, 260, 60, "#3f86ca")
    for k in range(6):
        g.rect(650 + k * 78, 540 - (k % 2) * 34, 86, 40, "#b99b6b", 16)
    walker(g, 420, 640, m.t, 1.2, suit=ORANGE, helmet=RED)
    g.rect(350, 400, 120, 44, "#b99b6b", 18)
    keyword(g, 420, 120, "抢险救灾受伤", m.came(0), GREEN)


def excluded(g: Stage, m: Moment) -> None:
    plain(g, "#fbf1f0", "#f0d9d6")
    for index, (line, words) in enumerate(
        ((1, "故意犯罪"), (2, "醉酒、吸毒"), (3, "自残、自杀"))
    ):
        shown = m.came(line)
        x = 240 + index * 400
        if shown > 0.02:
            g.rect(x - 170, 90, 340, 230, WHITE, 18, shown)
            cross(g, x, 170, shown, 1.1)
            g.text(x, 264, words, 46, INK)
    if not m.past(1):
        cross(g, 640, 230, m.came(0, 0.2), 2)
        g.text(640, 380, "三种情况，不能认定", 64, RED)
    if m.past(2) and not m.past(4):
        g.rect(590, 380, 56, 170, "#3f7d4d", 10)
        g.rect(604, 340, 28, 50, "#3f7d4d", 4)
        g.rect(590, 440, 56, 50, WHITE)
        g.text(618, 464, "酒", 30, RED)
        g.line([(520, 380), (720, 560)], RED, 14)
    if m.past(4):
        g.rect(150, 380, 980, 170, WHITE, 18)
        tick(g, 240, 465, m.came(5), 1.1)
        g.text(320, 430, "一时疏忽，不在这三种里", 46, INK, "lm")
        g.text(320, 500, "违章要改，该认定的仍要认定", 40, GREEN, "lm")


def story(g: Stage, m: Moment) -> None:
    street(g)
    hit = m.came(3, 0.7)
    g.rect(1000, 200, 16, 330, INK)
    g.rect(976, 150, 64, 130, INK, 12)
    for k, color in enumerate((RED, "#5d5330", "#2d4a34")):
        g.disc(1008, 176 + k * 38, 15, color)
    bike(g, 830 + hit * 24, 668, 1.25)
    person(
        g,
        810 + hit * 24,
        612,
        0.95,
        helmet="#e94f4f",
        right=(58, -160),
        left=(54, -150),
        look=1,
        seated=True,
        mood="sad" if hit > 0.5 else "calm",
    )
    car(g, 250 + hit * 250, 690, STEEL, 1.25)
    keyword(g, 230, 110, "案例（虚构）", 1, GRAY)
    keyword(g, 620, 110, "汽车全部责任", m.came(4), ORANGE)
    keyword(g, 560, 220, "应当认定工伤", m.came(5), GREEN)
    tick(g, 790, 220, m.came(5))


def closing(g: Stage, m: Moment) -> None:
    office(g)
    hospital(g, 1030, 566, 0.9)
    clerk(g, 780, 650, 1.25, left=(-70, -180), look=-1)
    table_desk(g, 780, 690, 320)
    numbered(
        g,
        m,
        70,
        110,
        (
            (1, "先救人，再留证据"),
            (2, "照片、病历、证人"),
            (3, "单位 30 天内申请"),
            (4, "个人 1 年内也能报"),
            (5, "不懂就问 12333"),
        ),
        100,
    )
    calendar(g, 820, 200, "单位", "30天", 0.9)


LESSON = tell(
    "injury-recognition",
    (
        first,
        three_articles,
        at_the_machine,
        before_and_after,
        at_the_gate,
        disease,
        away,
        road,
        other_ways,
        seven,
        sudden_illness,
        rescue_and_soldier,
        excluded,
        story,
        closing,
    ),
    poster_second=9,
)
