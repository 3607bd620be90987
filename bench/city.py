"""A city at the size of a whole year, loaded directly: only what the console counts."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from ankang.accounts.models import Person
from ankang.counting.models import Standing
from ankang.organizations.models import District, Employer, Employment
from ankang.projects.models import AnnualPlan, DistrictQuota, Target
from tests import make

YEAR = 2020
DISTRICTS = 10
EMPLOYERS_PER_DISTRICT = 2000
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸"
REASONS = ["hours_short", "hours_short", "exam_failed", "unverified", "exam_pending"]
COUNTED_SHARE = 0.7
FIRST_DAY = date(2020, 8, 1)
FIRST_MOMENT = "2020-08-01 00:00:00"


def plan(districts: list[District]) -> None:
    """The year's target and each district's share of it."""
    yearly = AnnualPlan.objects.create(
        year=YEAR, title="年度计划", document_number="示例", document_date=FIRST_DAY
    )
    target = Target.objects.create(
        plan=yearly,
        code="online",
        name="网络培训",
        people=150_000,
        starts_on=FIRST_DAY,
        deadline=date(2021, 6, 30),
    )
    for district in districts:
        DistrictQuota.objects.create(target=target, district=district, people=15_000)


def load(model: type[Model], rows: Iterator[dict[str, Any]]) -> None:
    """Straight into the table: half a million rows in seconds."""
    first = next(rows, None)
    if first is None:
        return
    quote = connection.ops.quote_name
    table, names = model._meta.db_table, ", ".join(map(quote, first))
    values = (tuple(row.values()) for row in chain([first], rows))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(first))
            insert = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
            cursor.executemany(insert, values)


def employers(districts: list[District]) -> Iterator[dict[str, Any]]:
    """Of all districts in turn; their keys count from one."""
    for number in range(EMPLOYERS_PER_DISTRICT * len(districts)):
        yield {
            "id": number + 1,
            "credit_code": f"91370202MB{number:08d}",
            "name": f"示例{number:05d}有限公司",
            "district_id": districts[number % len(districts)].pk,
            "headcount": 9,
            "contact_name": "",
            "contact_phone": "",
            "address": "",
            "join_code": f"code{number}",
            "created_at": FIRST_MOMENT,
        }


def people(count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Nobody reads their sealed numbers, so these are nonsense."""
    for number in range(1, count + 1):
        yield {
            "id": number,
            "number": f"{number:016x}",
            "name": chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2)),
            "id_kind": "resident",
            "id_sealed": b"sealed" * 10,
            "id_index": number.to_bytes(16, "big"),
            "id_mask": "370***********1234",
            "mobile_sealed": b"sealed" * 8,
            "mobile_index": number.to_bytes(16, "big"),
            "mobile_mask": "199****0000",
            "created_at": FIRST_MOMENT,
        }


def employments(firms: list[int]) -> Iterator[dict[str, Any]]:
    for number, firm in enumerate(firms, start=1):
        yield {
            "id": number,
            "person_id": number,
            "employer_id": firm,
            "kind": "contract",
            "post": "电焊工",
            "from_date": FIRST_DAY.isoformat(),
            "changed_at": FIRST_MOMENT,
        }


def standings(
    firms: list[int], districts: list[District], chance: random.Random
) -> Iterator[dict[str, Any]]:
    for number, firm in enumerate(firms, start=1):
        day = (FIRST_DAY + timedelta(days=chance.randrange(300))).isoformat()
        is_counted = chance.random() < COUNTED_SHARE
        yield {
            "id": number,
            "person_id": number,
            "year": YEAR,
            "employer_id": firm,
            "district_id": districts[(firm - 1) % len(districts)].pk,
            "began_on": day,
            "counted_on": day if is_counted else None,
            "learned_seconds": chance.randrange(300, 5400),
            "reason": "counted" if is_counted else chance.choice(REASONS),
        }


def fill(count: int) -> dict[str, str]:
    """The city with so many who began; the pages to look at, by name."""
    chance = random.Random(1)
    districts = [make.district(f"9901{number:02d}") for number in range(DISTRICTS)]
    plan(districts)
    last = EMPLOYERS_PER_DISTRICT * DISTRICTS
    firms = [chance.randint(1, last) for _ in range(count)]
    with transaction.atomic():
        load(Employer, employers(districts))
        load(Person, people(count, chance))
        load(Employment, employments(firms))
        load(Standing, standings(firms, districts, chance))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    district, firm, person = districts[3].pk, firms[9], 10
    return {
        "Overview": "/console/",
        "Reasons why people are not counted": "/console/exclusions/",
        "Employers": "/console/employers/",
        "Employers of a district, page 40": f"/console/employers/?district={district}&page=40",
        "Employers by a part of the name": "/console/employers/?q=00123",
        "One employer": f"/console/employers/{firm}/",
        "People": "/console/people/",
        "People, page 3,000": "/console/people/?page=3000",
        "People counted in a district": f"/console/people/?district={district}&reason=counted",
        "People of an employer": f"/console/people/?employer={firm}",
        "People by name": "/console/people/?q=%E7%8E%8B",
        "One person": f"/console/people/{person}/",
    }
