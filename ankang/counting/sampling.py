"""Fixing the list, then drawing from it: in this order nobody can steer the draw."""

import zlib
from datetime import datetime

from django.db import transaction

from ankang.accounts.models import User
from ankang.audit.services import record_act
from ankang.core.errors import Refusal
from ankang.counting.drawing import draw, list_digest, list_text
from ankang.counting.models import Sample, SamplingFrame, Standing
from ankang.evidence.kinds import Kind
from ankang.evidence.queries import latest_checkpoint
from ankang.evidence.services import append
from ankang.organizations.models import District, Membership

SIZE = 60
MOST = 1000
SHORTEST_SEED = 4


class MayNotSample(Refusal):
    """Only an auditor fixes lists and draws."""

    def __init__(self) -> None:
        super().__init__("抽样由审计人员做，当前身份只能查看。")


class NobodyToDraw(Refusal):
    """The list would be empty."""

    def __init__(self) -> None:
        super().__init__("这个年度、这个范围里还没有人，没有名单可抽。")


class SeedTooShort(Refusal):
    def __init__(self) -> None:
        super().__init__(f"种子至少 {SHORTEST_SEED} 个字符，不能有换行。")


class SeedSourceMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("请写明种子是从哪里来的，别人才能核对。")


class SizeOutOfRange(Refusal):
    def __init__(self, people: int) -> None:
        most = min(people, MOST)
        super().__init__(f"抽 1 到 {most:,} 人，请改一下人数。")


def numbers_of(
    *, year: int, population: str, district: District | None = None
) -> list[str]:
    """The opaque numbers of those who would be on the list now, in order."""
    standings = Standing.objects.filter(year=year)
    if population == SamplingFrame.Population.COUNTED:
        standings = standings.counted()
    if district:
        standings = standings.filter(district=district)
    return sorted(standings.order_by().values_list("person__number", flat=True))


def frame_text(frame: SamplingFrame) -> str:
    """The fixed list as the file that one downloads."""
    return zlib.decompress(bytes(frame.packed)).decode()


@transaction.atomic
def fix_frame(
    *,
    actor: User,
    membership: Membership,
    year: int,
    population: str,
    district: District | None,
    at: datetime,
) -> SamplingFrame:
    """Keep the list as it is now, so that a seed chosen later cannot change it.

    :raises MayNotSample: this membership may only read.
    :raises NobodyToDraw: the list would be empty.
    """
    if membership.scope != Membership.Scope.AUDITOR:
        raise MayNotSample
    numbers = numbers_of(year=year, population=population, district=district)
    if not numbers:
        raise NobodyToDraw
    text = list_text(numbers)
    checkpoint = latest_checkpoint()
    frame = SamplingFrame.objects.create(
        year=year,
        population=population,
        district=district,
        people=len(numbers),
        digest=list_digest(text),
        packed=zlib.compress(text.encode()),
        tree_size=checkpoint.size if checkpoint else None,
        root=bytes(checkpoint.root).hex() if checkpoint else "",
        checkpoint_at=checkpoint.at if checkpoint else None,
        actor=actor,
        at=at,
    )
    record_act(
        actor=actor,
        acting_for=membership.label(),
        act="固定抽样名单",
        target=f"sampling-frame:{frame.pk}",
        detail={"people": frame.people, "digest": frame.digest},
        at=at,
    )
    return frame


@transaction.atomic
def draw_sample(  # noqa: PLR0913
    *,
    actor: User,
    membership: Membership,
    frame: SamplingFrame,
    seed: str,
    seed_source: str,
    size: int,
    at: datetime,
) -> Sample:
    """Draw from a fixed list; the same seed and size again give the first sample.

    :raises MayNotSample: this membership may only read.
    :raises SeedTooShort: the seed is too short, or cannot be typed in one line.
    :raises SeedSourceMissing: nobody could check where the seed comes from.
    :raises SizeOutOfRange: nobody, or more people than there are.
    """
    seed, seed_source = seed.strip(), seed_source.strip()
    if membership.scope != Membership.Scope.AUDITOR:
        raise MayNotSample
    if len(seed) < SHORTEST_SEED or not seed.isprintable():
        raise SeedTooShort
    if not seed_source:
        raise SeedSourceMissing
    if not 1 <= size <= min(frame.people, MOST):
        raise SizeOutOfRange(frame.people)
    drawn = draw(frame_text(frame).split(), seed=seed, size=size)
    sample, is_new = Sample.objects.get_or_create(
        frame=frame,
        seed=seed,
        size=size,
        defaults={
            "seed_source": seed_source,
            "numbers": [number for _, number in drawn],
            "actor": actor,
            "at": at,
        },
    )
    if is_new:
        record_act(
            actor=actor,
            acting_for=membership.label(),
            act="抽样",
            target=f"sample:{sample.pk}",
            detail={"seed": seed, "size": size, "people_digest": frame.digest},
            at=at,
        )
        append(
            kind=Kind.SAMPLE_DRAWN,
            subject="city",
            source=f"sample:{sample.pk}",
            at=at,
            data={
                "seed": seed,
                "size": size,
                "population": frame.people,
                "people_digest": frame.digest,
            },
        )
    return sample
