"""Made-up employers and workers, the same for the same seed."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random

from ankang.accounts.models import Person
from ankang.core.validators import (
    CREDIT_CODE_ALPHABET,
    CREDIT_CODE_WEIGHTS,
    ID_NUMBER_CHECKS,
    ID_NUMBER_WEIGHTS,
)
from ankang.organizations.models import District, Employer, Employment, Industry

SURNAMES = "赵钱孙李周吴郑王冯陈"
GIVEN = "一二三四五六七八九十"
POSTS = [
    "电焊工",
    "装配工",
    "叉车司机",
    "打磨工",
    "仓库管理",
    "保洁",
    "安全员",
    "操作工",
]
KINDS = [
    (Employment.Kind.CONTRACT, 78),
    (Employment.Kind.DISPATCHED, 12),
    (Employment.Kind.FLEXIBLE, 5),
    (Employment.Kind.NEW_FORM, 3),
    (Employment.Kind.INTERN, 2),
]
OLDEST = date(1962, 1, 1)
BIRTH_DAYS = 40 * 365
VERIFIED_SHARE = 0.97
GONE_SHARE = 0.03
PLACE_CODE = "999999"  # is no place, so that no number is anybody's


def sizes(count: int, workers: int, draw: Random) -> list[int]:
    """Log-normal sizes that sum to the workers; each employer has at least one."""
    weights = [draw.lognormvariate(0, 1.3) for _ in range(count)]
    spare = max(0, workers - count)
    whole = sum(weights)
    found = [1 + int(spare * weight / whole) for weight in weights]
    for place in range(workers - sum(found)):
        found[place % count] += 1
    return found


def employer_code(seed: int, number: int) -> str:
    """A valid 统一社会信用代码 of a series that only simulations use."""
    stem = f"91{PLACE_CODE}XN{seed % 100:02d}{number:05d}"
    total = sum(
        CREDIT_CODE_ALPHABET.index(char) * weight
        for char, weight in zip(stem, CREDIT_CODE_WEIGHTS, strict=True)
    )
    return stem + CREDIT_CODE_ALPHABET[-total % 31]


def made_employers(
    people: Sequence[int], seed: int, at: datetime, draw: Random
) -> Iterator[Employer]:
    """One employer for each size, spread over districts and industries."""
    districts = list(District.objects.order_by("code"))
    industries = list(Industry.objects.order_by("code"))
    weights = [draw.uniform(0.4, 1.6) for _ in districts]
    for number, size in enumerate(people, start=1):
        industry = draw.choice(industries) if industries else None
        yield Employer(
            credit_code=employer_code(seed, number),
            name=f"模拟{seed}-{number:05d}有限公司",
            district=draw.choices(districts, weights)[0],
            industry=industry,
            headcount=size,
            contact_name="示例联系人",
            join_code=f"s{seed}-{draw.getrandbits(40):010x}"[:16],
            created_at=at,
        )


def made_person(number: int, seed: int, at: datetime, draw: Random) -> Person:
    """A worker with a valid, made-up document number and mobile."""
    person = Person(
        number=f"{draw.getrandbits(64):016x}",
        name=draw.choice(SURNAMES) + draw.choice(GIVEN) + draw.choice(GIVEN),
        verified_at=at if draw.random() < VERIFIED_SHARE else None,
        consented_at=at,
        created_at=at,
    )
    serial, slot = number % 1000, number // 1000
    day = slot * 7 + serial * 613 + seed * 131  # one serial meets no day twice
    born = OLDEST + timedelta(days=day % BIRTH_DAYS)
    person.set_id_number(_with_check(f"{PLACE_CODE}{born:%Y%m%d}{serial:03d}"))
    person.set_mobile(f"191{seed % 100:02d}{number:06d}")
    return person


def made_employment(
    person: Person, employer: Employer, since: date, at: datetime, draw: Random
) -> Employment:
    """Where the worker works; a few have left again."""
    kinds, weights = zip(*KINDS, strict=True)
    left = since + timedelta(days=draw.randrange(5, 60))
    return Employment(
        person=person,
        employer=employer,
        kind=draw.choices(kinds, weights)[0],
        post=draw.choice(POSTS),
        from_date=since,
        to_date=left if draw.random() < GONE_SHARE else None,
        changed_at=at,
    )


def _with_check(stem: str) -> str:
    total = sum(
        int(char) * weight for char, weight in zip(stem, ID_NUMBER_WEIGHTS, strict=True)
    )
    return stem + ID_NUMBER_CHECKS[total % 11]
