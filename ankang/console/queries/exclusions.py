"""Why people are not counted, and what can be done about it."""

from dataclasses import dataclass

from ankang.counting.models import Standing
from ankang.policies.models import CountingCondition, Rules
from ankang.reports.queries import Overview, ReasonLine

Reason = Standing.Reason

REMEDIES = {
    Reason.UNVERIFIED: (
        "本人",
        "用登记的手机号登录一次；号码有误的，由单位在名册里更正。",
    ),
    Reason.NO_EMPLOYER: (
        "用人单位",
        "把这个人加入名册，或让本人扫加入码；灵活就业的由区市登记。",
    ),
    Reason.HOURS_SHORT: ("本人", "接着学；没认定的片段，补看就计入。"),
    Reason.EXAM_PENDING: ("本人", "学时已满，去考试。"),
    Reason.EXAM_FAILED: ("本人", "看薄弱的课，再考一次。"),
    Reason.REVOKED: ("市人社局", "撤销有误的，重新出具证明。"),
    Reason.FINDING: ("本人", "看处理理由；不同意可以申诉，由另一个人答复。"),
    Reason.MERGED: ("不用处理", "按保留的那份档案计；合并有误的，可以撤回。"),
}


@dataclass(frozen=True)
class Exclusion:
    """A reason with its people, whose move it is, and what to do."""

    line: ReasonLine
    whose: str
    act: str


def exclusions_of(figures: Overview) -> list[Exclusion]:
    """Every reason, those without people too: so the sum can be seen to be whole."""
    return [Exclusion(line, *REMEDIES[Reason(line.code)]) for line in figures.reasons]


def conditions_of(rules: Rules) -> list[str]:
    """What the year's edition asks of whoever counts, in its order."""
    return [str(CountingCondition(name).label) for name in rules.counting_conditions]
