"""A city at the size of a whole year, loaded directly: only what the console counts."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.counting.models import Standing
from ankang.organizations.models import District, Employer, Employment
from ankang.projects.models import AnnualPlan, DistrictQuota, Target
from tests import make

YEAR = 2020
DISTRICTS = 10
EMPLOYERS_PER_DISTRICT = 2000
BATCH = 5000
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸"
REASONS = ["hours_short", "hours_short", "exam_failed", "unverified", "exam_pending"]
COUNTED_SHARE = 0.7
FIRST_DAY = date(2020, 8, 1)


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


def employers(districts: list[District]) -> list[Employer]:
    return Employer.objects.bulk_create(
        [
            Employer(
                credit_code=make.credit_code(),
                name=f"示例{number:05d}有限公司",
                district=districts[number % len(districts)],
                headcount=9,
            )
            for number in range(EMPLOYERS_PER_DISTRICT * len(districts))
        ],
        batch_size=BATCH,
    )


def people(count: int, chance: random.Random) -> list[Person]:
    """Nobody reads their sealed numbers, so these are nonsense."""
    return Person.objects.bulk_create(
        [
            Person(
                name=chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2)),
                id_sealed=b"sealed" * 10,
                id_index=number.to_bytes(16, "big"),
                id_mask="370***********1234",
                mobile_sealed=b"sealed" * 8,
                mobile_index=number.to_bytes(16, "big"),
                mobile_mask="199****0000",
            )
            for number in range(count)
        ],
        batch_size=BATCH,
    )


def standings(terms: list[Employment], chance: random.Random) -> Iterator[Standing]:
    for term in terms:
        day = FIRST_DAY + timedelta(days=chance.randrange(300))
        is_counted = chance.random() < COUNTED_SHARE
        yield Standing(
            person_id=term.person_id,
            year=YEAR,
            employer_id=term.employer_id,
            district_id=term.employer.district_id,
            began_on=day,
            counted_on=day if is_counted else None,
            learned_seconds=chance.randrange(300, 5400),
            reason="counted" if is_counted else chance.choice(REASONS),
        )


def fill(count: int) -> dict[str, str]:
    """The city with so many who began; the pages to look at, by name."""
    chance = random.Random(1)
    districts = [make.district(f"9901{number:02d}") for number in range(DISTRICTS)]
    plan(districts)
    firms = employers(districts)
    terms = [
        Employment(
            person=person,
            employer=chance.choice(firms),
            post="电焊工",
            from_date=FIRST_DAY,
            changed_at=timezone.now(),
        )
        for person in people(count, chance)
    ]
    Employment.objects.bulk_create(terms, batch_size=BATCH)
    Standing.objects.bulk_create(standings(terms, chance), batch_size=BATCH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    district, firm, person = districts[3].pk, firms[7].pk, terms[9].person_id
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
