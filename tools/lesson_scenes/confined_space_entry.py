"""《有限空间：先通风，再检测，后进入》：工贸企业有限空间作业的三步。"""

from lesson_scenes.confined_space import (
    fallen,
    features,
    isolate,
    kinds,
    measure,
    noses_fail,
    permit,
    steel_pool,
    three_dangers,
    unseen,
    ventilate,
)
from lesson_scenes.people import lying, person
from lesson_scenes.places import (
    cross,
    floor,
    keyword,
    numbered,
    plain,
    plant,
    tick,
    warning,
)
from lesson_scenes.stage import (
    AMBER,
    BLUE,
    EARTH,
    GRAY,
    GREEN,
    INK,
    LEAF,
    ORANGE,
    RED,
    SAND,
    SKY,
    Stage,
)
from lesson_scenes.story import Moment, tell
from lesson_scenes.things import clock_face, detector, fan, gas, hose, tank, tripod


def limits(g: Stage, m: Moment) -> None:
    plain(g)
    rows = (
        (1, "氧气", "19.5% 至 23.5%", GREEN),
        (2, "可燃气", "低于爆炸下限的 10%", ORANGE),
        (3, "毒气", "不超过国家限值", "#5d7a2a"),
    )
    detector(
        g,
        180,
        310,
        2,
        "合格" if not m.past(4) else "报警",
        LEAF if not m.past(4) else "#f28b82",
    )
    for index, (line, name, words, color) in enumerate(rows):
        shown = m.came(line)
        if shown < 0.02:
            continue
        y = 130 + index * 150
        g.rect(380 + (1 - shown) * 60, y - 60, 820, 120, "#ffffff", 18, shown)
        g.rect(380 + (1 - shown) * 60, y - 60, 220, 120, color, 18, shown)
        g.text(490, y - 2, name, 52, "#ffffff")
        g.text(630, y - 2, words, 52, INK, "lm")
    if m.past(4):
        keyword(g, 790, 560, "不合格：再通风，再测", m.came(4), RED)


def half_an_hour(g: Stage, m: Moment) -> None:
    plant(g)
    clock_face(g, 330, 280, 180, 9 + min(0.5, m.share * 0.8))
    g.pie(330, 280, 144, -90, -90 + 180 * min(1, m.share * 1.6), ORANGE, 0.35)
    g.text(330, 530, "30 分钟", 72, RED)
    numbered(
        g,
        m,
        640,
        180,
        (
            (1, "检测不早于 30 分钟"),
            (2, "中断超过 30 分钟"),
            (3, "重新通风、检测"),
            (4, "边干边测"),
        ),
        110,
    )


def enter(g: Stage, m: Moment) -> None:
    plant(g)
    tank(g, 900, 650, 1.2)
    tripod(g, 900, 300, 200, 140)
    g.line([(900, 110), (620, 200), (520, 330)], RED, 6, m.came(1))
    person(
        g,
        480,
        660,
        1.7,
        wear="harness" if m.past(1) else "vest",
        mask="air" if m.past(3) else None,
        look=1,
        right=(60, -130),
    )
    if m.past(2):
        detector(g, 560, 440, 0.5)
    keyword(g, 200, 100, "3　后进入", m.came(0), BLUE, 52)
    keyword(g, 190, 220, "安全绳", m.came(1))
    keyword(g, 190, 320, "报警仪", m.came(2))
    keyword(g, 190, 420, "呼吸防护", m.came(3))
    if m.past(4):
        g.rect(960, 120, 260, 150, "#ffffff", 18)
        g.oval(1040, 195, 52, 42, "#eef2f6")
        g.rect(1014, 180, 52, 30, "#9fb3c8", 6)
        cross(g, 1150, 195, m.came(4))


def watcher(g: Stage, m: Moment) -> None:
    plant(g)
    tank(g, 820, 650, 1.35, open_side=True)
    tripod(g, 820, 230, 170, 110)
    alarm = m.past(3)
    rise = m.came(4, 3) * 150
    g.line([(820, 70), (820, 470 - rise)], RED, 6)
    if alarm:
        gas(g, 700, 540, m.t, spread=120, count=6)
        g.disc(960, 450, 26 + 8 * (int(m.t * 4) % 2), RED, 0.6)
    person(
        g,
        820,
        625 - rise,
        0.85,
        wear="harness",
        left=(-50, -150) if not alarm else (-30, -240),
        right=(52, -150) if not alarm else (30, -240),
        mood="sad" if alarm else "calm",
    )
    person(
        g, 330, 660, 1.35, suit="#c65a1a", helmet="#d94a3d", right=(88, -200), look=1
    )
    g.rect(268, 470, 124, 46, RED, 8)
    g.text(330, 492, "监护人", 32, "#ffffff")
    keyword(g, 330, 110, "不离开、不兼职", m.came(1))
    keyword(g, 330, 210, "约好信号", m.came(2), GREEN)
    keyword(g, 1100, 110, "报警就撤", m.came(3), RED)


def pool_story(g: Stage, m: Moment) -> None:
    g.rect(0, 0, 1280, 720, SKY)
    g.rect(0, 0, 1280, 130, "#cfe2f4")
    floor(g, 430, SAND, EARTH)
    steel_pool(g)
    gas(g, 640, 560, m.t, "#8fae45", 190, 9, 0.3)
    lift = m.came(4, 3.5) * 220
    if m.past(2):
        lying(g, 590, 630 - lift, 0.75)
    else:
        person(g, 640, 440, 0.95, look=1)
    if m.past(4):
        g.line([(1000, 330), (660, 330), (640, 590 - lift)], RED, 6)
        fan(g, 180, 440, m.t, 0.8)
        hose(g, ((215, 390), (300, 380), (330, 300), (420, 480)), m.t)
    if m.past(3):
        person(g, 1010, 440, 1, suit=GREEN, left=(-60, -160), look=-1, mood="sad")
        person(
            g, 1140, 440, 1, suit="#c65a1a", helmet="#d94a3d", left=(-66, -170), look=-1
        )
    if m.past(3) and not m.past(4):
        keyword(g, 1050, 110, "停！别跳", m.came(3), RED)
    keyword(g, 230, 110, "案例（虚构）", 1, GRAY)
    if m.past(5):
        keyword(g, 700, 110, "救上来了", m.came(5), GREEN)
        tick(g, 860, 110, m.came(5))


def remember(g: Stage, m: Moment) -> None:
    plant(g)
    tank(g, 1010, 650, 0.9)
    person(g, 720, 660, 1.3, wear="harness", right=(60, -150), look=1)
    fan(g, 1200, 660, m.t, 0.6)
    warning(g, 1120, 190, m.t, 0.9)
    rows = (
        (1, "先通风，再检测，后进入"),
        (2, "有监护，系绳子，不离人"),
        (3, "出了事，不蛮干，先报警"),
    )
    numbered(g, m, 70, 120, rows, 110)
    keyword(g, 330, 490, "冒险指令，有权拒绝", m.came(4), AMBER)


LESSON = tell(
    "confined-space",
    (
        unseen,
        features,
        kinds,
        three_dangers,
        noses_fail,
        permit,
        isolate,
        ventilate,
        measure,
        limits,
        half_an_hour,
        enter,
        watcher,
        fallen,
        pool_story,
        remember,
    ),
    poster_second=118,
)
