"""The people of the demonstration, found in whatever demo city is loaded."""

from dataclasses import dataclass

from ankang.accounts.models import Person
from ankang.organizations.models import Department, Membership

Scope = Membership.Scope


@dataclass(frozen=True)
class Persona:
    """A part to play: what to try, and as which membership (none for the worker)."""

    key: str
    name: str
    icon: str
    sentence: str
    scope: str = ""
    department: str = ""


PERSONAS = (
    Persona(
        "employer",
        "用人单位管理员",
        "building-factory-2",
        "到“名册导入”传一份有错的名册，看逐行的错误和改法，改好再传；再看谁还没学。",
        Scope.EMPLOYER,
    ),
    Persona(
        "worker",
        "职工",
        "helmet",
        "接着学一节课，中途确认自己在看，答题，考试，拿到培训合格证明。",
    ),
    Persona(
        "city",
        "市人社局（牵头部门）",
        "building-community",
        "在总览看覆盖人数涨了一个，一层层点到区市、单位、这个人、这节课的每一秒。",
        Scope.CITY,
        Department.Code.LABOR,
    ),
    Persona(
        "district",
        "区市经办人员",
        "map-pin",
        "看本区市哪些单位落在后面，从名单到人；别的区市看不到。",
        Scope.DISTRICT,
    ),
    Persona(
        "emergency",
        "市应急局",
        "fire-extinguisher",
        "审核安全生产板块送审的课件：通过，或写明意见退回。",
        Scope.CITY,
        Department.Code.EMERGENCY,
    ),
    Persona(
        "health",
        "市卫生健康委",
        "lungs",
        "审核职业病防治板块送审的课件，看职工看过的是哪一版。",
        Scope.CITY,
        Department.Code.HEALTH,
    ),
    Persona(
        "provider",
        "培训机构",
        "presentation",
        "写一份课件：图文或视频，配字幕和检查题，送审。",
        Scope.PROVIDER,
    ),
    Persona(
        "finance",
        "市财政局",
        "coin",
        "核对人数是怎么数出来的：点开任何一个数字，看未计入的人和原因。",
        Scope.CITY,
        Department.Code.FINANCE,
    ),
    Persona(
        "evaluator",
        "评估机构",
        "clipboard-check",
        "抽几个人，从证明一直查到学习的每一秒，看数据站不站得住。",
        Scope.EVALUATOR,
    ),
    Persona(
        "auditor",
        "审计",
        "history",
        "到“审计”看前面每个人做了什么：谁、何时、以什么身份；只看不改。",
        Scope.AUDITOR,
    ),
)


def persona_of(key: str) -> Persona | None:
    """The persona with the key."""
    return next((one for one in PERSONAS if one.key == key), None)


def demo_membership(persona: Persona) -> Membership | None:
    """The oldest membership that fits, of a user who may sign in."""
    memberships = Membership.objects.filter(
        scope=persona.scope, ended_at=None, user__is_active=True
    ).select_related("user")
    if persona.department:
        memberships = memberships.filter(department__code=persona.department)
    return memberships.order_by("pk").first()


def demo_person() -> Person | None:
    """The first person of the rosters who can sign in."""
    return (
        Person.objects.filter(
            employments__to_date=None,
            employments__isnull=False,
            mobile_index__isnull=False,
        )
        .order_by("pk")
        .first()
    )
