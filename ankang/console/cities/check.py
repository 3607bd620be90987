"""Checking a city folder: the programme, its rules, its organizations and people."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ankang.accounts.models import Person
from ankang.console.cities.editions import read_editions
from ankang.console.cities.lessons import read_lessons
from ankang.console.cities.parse import Folder, Mistake, Record
from ankang.console.cities.specs import (
    CitySpec,
    DistrictSpec,
    PersonSpec,
    StaffSpec,
    StrandSpec,
    TargetSpec,
)
from ankang.core.validators import is_credit_code, is_id_number, is_mobile
from ankang.organizations.models import (
    City,
    Department,
    Employment,
    Membership,
    Provider,
)
from ankang.projects.models import Project

BODIES = {"department": "部门", "district": "区市", "employer": "用人单位"}
COLOR = re.compile(r"#[0-9a-fA-F]{6}")
AREA_CODE = re.compile(r"\d{6}")
PERSONAS = [
    *("worker", "employer", "district", "city", "finance", "emergency", "health"),
    *("provider", "evaluator", "auditor"),
]


def read_city(root: Path) -> tuple[CitySpec, list[Mistake]]:
    """Everything that the folder says, and every mistake in it."""
    folder, spec = Folder(root), CitySpec()
    _read_city_file(folder, spec)
    if not spec.city:
        return spec, folder.mistakes
    _read_plan(folder, spec)
    _read_districts(folder, spec)
    _read_industries(folder, spec)
    _read_providers(folder, spec)
    _read_employers(folder, spec)
    _read_people(folder, spec)
    _read_staff(folder, spec)
    read_lessons(folder, spec)
    read_editions(folder, spec)
    return spec, sorted(set(folder.mistakes))


def _read_city_file(folder: Folder, spec: CitySpec) -> None:
    record = folder.toml("city.toml")
    if record is None:
        return
    document = record.table("document")
    spec.document_date = document.day("date")
    document.text("basis", optional=True)
    accent = record.text("accent")
    if not COLOR.fullmatch(accent):
        record.wrong("accent", "accent 应当是 #0b5cad 这样的颜色")
    spec.city = {
        "code": record.text("code", most=6),
        "name": record.text("name", most=30),
        "platform_name": record.text("platform_name", most=40),
        "slogan": record.text("slogan", most=60, optional=True),
        "accent": accent,
        "program_year": record.integer("program_year", least=2000),
        "document_number": document.text("number", most=60),
        "document_title": document.text("title", most=120),
        "is_demo": record.flag("demo"),
    }
    document.done()
    other = City.objects.exclude(code=spec.city["code"]).first()
    if other is not None:
        record.wrong("code", f"这里已经装入{other.name}，一个部署只能有一个城市")
    _read_departments(record, spec)
    _read_budget(record, spec)
    _read_targets(record, spec)
    record.done()


def _read_departments(record: Record, spec: CitySpec) -> None:
    codes: set[str] = set()
    for table in record.tables("department"):
        code = table.choice("code", Department.Code.values)
        _once(table, "code", code, codes)
        spec.departments.append(
            {
                "code": code,
                "name": table.text("name", most=60),
                "short_name": table.text("short_name", most=20),
                "role": table.text("role", most=200, optional=True),
            }
        )
        table.done()
    strands: set[str] = set()
    for table in record.tables("strand"):
        code = table.text("code", most=10)
        _once(table, "code", code, strands)
        reviewer = table.text("reviewer")
        _known(table, "reviewer", reviewer, codes, "部门")
        spec.strands.append(StrandSpec(code, table.text("name", most=30), reviewer))
        table.done()


def _read_budget(record: Record, spec: CitySpec) -> None:
    budget = record.table("budget")
    total = budget.amount("total")
    codes: set[str] = set()
    for line in budget.tables("line"):
        code = line.text("code", most=20)
        _once(line, "code", code, codes)
        amount = line.amount("amount")
        if not amount:
            line.wrong("amount", "预算金额必须大于零")
        spec.budget[code] = (line.text("name", most=40), amount)
        line.done()
    added = sum(amount for _, amount in spec.budget.values())
    if total != added:
        budget.wrong("total", f"预算总额 {total} 不等于各项之和 {added}")
    budget.done()


def _read_targets(record: Record, spec: CitySpec) -> None:
    codes: set[str] = set()
    for table in record.tables("target"):
        target = TargetSpec(
            code=table.text("code", most=20),
            name=table.text("name", most=40),
            people=table.integer("people", least=1),
            starts_on=table.day("start"),
            deadline=table.day("deadline"),
        )
        _once(table, "code", target.code, codes)
        if target.deadline <= target.starts_on:
            table.wrong("deadline", "截止日期必须晚于开始日期")
        spec.targets.append(target)
        table.done()


def _read_plan(folder: Folder, spec: CitySpec) -> None:
    record = folder.toml("plan.toml")
    if record is None:
        return
    codes: set[str] = set()
    for table in record.tables("project"):
        code = table.text("code", most=20)
        _once(table, "code", code, codes)
        spec.projects.append(
            {
                "code": code,
                "category": table.choice("category", Project.Category.values),
                "number": table.integer("number", least=1),
                "name": table.text("name", most=100),
                "form": table.text("form"),
                "deadline_text": table.text("deadline_text", most=40),
                "deadline": table.day("deadline"),
            }
        )
        table.done()
    record.done()


def _read_districts(folder: Folder, spec: CitySpec) -> None:
    columns = ["code", "name", "short_name", "aliases", "quota_online", "quota_onsite"]
    codes: set[str] = set()
    for row in folder.csv("districts.csv", columns):
        code = row.text("code")
        if not AREA_CODE.fullmatch(code):
            row.wrong("code", "区市代码应当是 6 位数字")
        aliases = [one.strip() for one in row.text("aliases", optional=True).split(";")]
        old_codes = [one for one in aliases if AREA_CODE.fullmatch(one)]
        for one in (code, *old_codes):
            _once(row, "code", one, codes)
        spec.districts.append(
            DistrictSpec(
                code=code,
                name=row.text("name", most=30),
                short_name=row.text("short_name", most=10),
                old_codes=old_codes,
                quotas={
                    "online": row.integer("quota_online"),
                    "onsite": row.integer("quota_onsite"),
                },
            )
        )
    for target in spec.targets:
        shares = [one.quotas.get(target.code, 0) for one in spec.districts]
        if any(shares) and sum(shares) != target.people:
            folder.wrong(
                "districts.csv",
                1,
                f"各区市 quota_{target.code} 之和是 {sum(shares)}，目标是 {target.people}",
            )


def _read_industries(folder: Folder, spec: CitySpec) -> None:
    columns = ["code", "name", "section", "is_high_risk", "is_dust", "note"]
    sections: dict[str, str] = {}
    codes: set[str] = set()
    for row in folder.csv("industries.csv", columns):
        code, name = row.text("code"), row.text("name", most=60)
        section = row.text("section", optional=True)
        _once(row, "code", code, codes)
        if not section:
            sections[code] = name
            continue
        _known(row, "section", section, sections, "门类")
        if len(code) != len("00"):
            row.wrong("code", "大类代码应当是 2 位")
        spec.industries.append(
            {
                "code": code,
                "name": name,
                "section": section,
                "section_name": sections.get(section, ""),
                "is_high_risk": row.flag("is_high_risk"),
                "is_dust": row.flag("is_dust"),
            }
        )


def _read_providers(folder: Folder, spec: CitySpec) -> None:
    codes: set[str] = set()
    for row in folder.csv("providers.csv", ["credit_code", "name", "kind"]):
        spec.providers.append(
            {
                "credit_code": _credit_code(row, codes),
                "name": row.text("name", most=100),
                "kind": row.choice("kind", Provider.Kind.values),
            }
        )


def _read_employers(folder: Folder, spec: CitySpec) -> None:
    columns = [
        *("credit_code", "name", "district", "industry", "headcount"),
        *("contact_name", "contact_mobile", "address"),
    ]
    districts = {one.code for one in spec.districts}
    industries = {one["code"] for one in spec.industries}
    codes: set[str] = set()
    for row in folder.csv("employers.csv", columns):
        district = row.text("district")
        _known(row, "district", district, districts, "区市")
        industry = row.text("industry", optional=True)
        if industry:
            _known(row, "industry", industry, industries, "行业")
        spec.employers.append(
            {
                "credit_code": _credit_code(row, codes),
                "name": row.text("name", most=100),
                "district": district,
                "industry": industry,
                "headcount": row.integer("headcount"),
                "contact_name": row.text("contact_name", most=50, optional=True),
                "contact_phone": row.text("contact_mobile", most=20, optional=True),
                "address": row.text("address", most=200, optional=True),
            }
        )


def _read_people(folder: Folder, spec: CitySpec) -> None:
    columns = ["name", "id_number", "mobile", "employer", "post", "employment_kind"]
    employers = {one["credit_code"] for one in spec.employers}
    numbers: set[str] = set()
    mobiles: set[str] = set()
    for row in folder.csv("people.csv", columns):
        number, mobile = row.text("id_number"), row.text("mobile", optional=True)
        if not is_id_number(number):
            row.wrong("id_number", "证件号码的校验位或日期不对")
        _once(row, "id_number", number, numbers, "证件号码")
        if mobile:
            if not is_mobile(mobile):
                row.wrong("mobile", "手机号应当是 11 位")
            _once(row, "mobile", mobile, mobiles, "手机号")
            holder = Person.objects.with_mobile(mobile).first()
            known = Person.objects.with_id_number(number).first()
            if holder is not None and holder != known:
                row.wrong("mobile", "手机号已登记在另一个人名下")
        employer = row.text("employer")
        _known(row, "employer", employer, employers, "用人单位")
        spec.people.append(
            PersonSpec(
                name=row.text("name", most=50),
                id_number=number,
                mobile=mobile,
                employer=employer,
                post=row.text("post", most=40, optional=True),
                employment_kind=row.choice("employment_kind", Employment.Kind.values),
            )
        )


def _read_staff(folder: Folder, spec: CitySpec) -> None:
    columns = [
        *("username", "name", "scope", "department", "district", "employer", "persona")
    ]
    known = {
        "department": {one["code"] for one in spec.departments},
        "district": {one.code for one in spec.districts},
        "employer": {one["credit_code"] for one in spec.employers},
    }
    needs = {"city": "department", "district": "district", "employer": "employer"}
    kinds = {one["kind"] for one in spec.providers}
    usernames: set[str] = set()
    for row in folder.csv("staff.csv", columns):
        scope = row.choice("scope", Membership.Scope.values)
        member = StaffSpec(
            username=row.text("username", most=50),
            name=row.text("name", most=50),
            scope=scope,
            **{key: row.text(key, optional=True) for key in known},
        )
        _once(row, "username", member.username, usernames)
        if row.text("persona", optional=True):
            row.choice("persona", PERSONAS)
        for key, codes in known.items():
            value = row.values[key]
            if needs.get(scope) == key:
                _known(row, key, value, codes, BODIES[key])
            elif value:
                row.wrong(key, f"范围是 {scope} 时 {key} 应当留空")
        if scope == "provider" and "training" not in kinds:
            row.wrong("scope", "providers.csv 里没有培训机构（training）")
        if scope == "evaluator" and "evaluation" not in kinds:
            row.wrong("scope", "providers.csv 里没有评估机构（evaluation）")
        spec.staff.append(member)


def _credit_code(row: Record, codes: set[str]) -> str:
    code = row.text("credit_code")
    if not is_credit_code(code):
        row.wrong("credit_code", f"统一社会信用代码 {code} 的校验位不对")
    _once(row, "credit_code", code, codes)
    return code


def _once(
    record: Record,
    key: str,
    value: str | int,
    seen: set[Any],
    shown: str = "",
) -> None:
    if value in seen:
        record.wrong(key, f"{shown or f'{value} '}重复")
    seen.add(value)


def _known(
    record: Record, key: str, value: str, codes: Collection[str], what: str
) -> None:
    if value not in codes:
        record.wrong(key, f"没有这个{what}：{value or '（空）'}")
