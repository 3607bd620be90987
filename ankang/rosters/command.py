"""`ankang roster import`: the same check and the same saving, from the command line."""

import sys

from django.utils import timezone

from ankang.core.errors import Refusal
from ankang.core.validators import normalized_code
from ankang.organizations.models import Employer
from ankang.organizations.queries import current_city
from ankang.policies.models import edition_for
from ankang.rosters.check import check_roster_file
from ankang.rosters.difference import entries_of, roster_difference
from ankang.rosters.services.saving import Decision, save_roster


def import_file(
    *, content: bytes, credit_code: str, decisions: frozenset[Decision]
) -> int:
    """Check, say what is wrong, save; the exit status is 1 if nothing was saved."""
    employer = Employer.objects.filter(credit_code=normalized_code(credit_code)).first()
    if employer is None:
        return _refused(f"没有统一社会信用代码为 {credit_code} 的用人单位。")
    at = timezone.now()
    day = timezone.localdate(at)
    city = current_city()
    rules = edition_for(city.program_year if city else day.year).rules()
    checked = check_roster_file(
        content, on=day, minimum_age=rules.min_age, minor_age=rules.minor_age
    )
    difference = roster_difference(employer, checked, entries_of(checked))
    for fault in difference.errors:
        sys.stderr.write(
            f"第 {fault.row} 行 {fault.column}：{fault.message}。{fault.advice}。"
            f"[{fault.code.value}]\n"
        )
    try:
        counts = save_roster(
            actor=None,
            acting_for="命令行",
            employer=employer,
            checked=checked,
            decisions=decisions,
            at=at,
        )
    except Refusal as refusal:
        return _refused(str(refusal))
    sys.stdout.write(
        f"{employer.name}：新增 {counts['new']:,}，新到本单位 {counts['joined']:,}，"
        f"变更 {counts['changed']:,}，不变 {counts['unchanged']:,}，"
        f"名册里没有 {counts['left']:,}，略过 {counts['bad_rows']:,} 行。\n"
    )
    return 0


def _refused(sentence: str) -> int:
    sys.stderr.write(f"没有保存：{sentence}\n")
    return 1
