"""Lists fixed for sampling, and who was drawn from them."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.console.queries.people import (
    shown_people,
    visible_people,
    with_standing,
)
from ankang.counting.drawing import ticket
from ankang.counting.models import Sample, SamplingFrame
from ankang.evidence.kinds import Kind
from ankang.evidence.models import Checkpoint, Record
from ankang.evidence.queries import latest_checkpoint
from ankang.organizations.models import Membership

BY_HAND = """\
SEED='{seed}'
while read -r number; do
  printf '%s:%s' "$SEED" "$number" | sha256sum | cut -c1-64 | tr '\\n' ' '
  echo "$number"
done < {file} | sort | head -n {size}"""


@dataclass(frozen=True)
class Drawn:
    """One person drawn, as the list prints them."""

    place: int
    ticket: str
    person: Person


def frames_of(membership: Membership, year: int) -> QuerySet[SamplingFrame]:
    """The lists of a year with their samples; the packed list stays where it is."""
    return (
        SamplingFrame.objects.visible_to(membership)
        .filter(year=year)
        .defer("packed")
        .select_related("district", "actor")
        .prefetch_related(
            Prefetch("samples", Sample.objects.select_related("actor").order_by("pk"))
        )
    )


def samples_of(membership: Membership) -> QuerySet[Sample]:
    """The samples from the lists that this membership may see."""
    frames = SamplingFrame.objects.visible_to(membership)
    return (
        Sample.objects.filter(frame__in=frames.values("pk"))
        .select_related("actor", "frame__district", "frame__actor")
        .defer("frame__packed")
    )


def drawn_people(membership: Membership, sample: Sample) -> list[Drawn]:
    """Who was drawn, by ticket."""
    year = sample.frame.year
    visible = visible_people(membership).filter(number__in=sample.numbers)
    people = {one.number: one for one in shown_people(with_standing(visible, year))}
    return [
        Drawn(place, ticket(sample.seed, number), people[number])
        for place, number in enumerate(sample.numbers, start=1)
        if number in people
    ]


def record_of(sample: Sample) -> Record | None:
    """What the log holds of the draw."""
    found = Record.objects.filter(kind=Kind.SAMPLE_DRAWN, source=f"sample:{sample.pk}")
    return found.first()


def checkpoint_after(frame: SamplingFrame) -> Checkpoint | None:
    """A root that nobody knew when the list was fixed, if one is signed."""
    checkpoint = latest_checkpoint()
    return checkpoint if checkpoint and checkpoint.at > frame.at else None


def seed_of(checkpoint: Checkpoint) -> dict[str, str]:
    """The form's values for drawing by the root of a checkpoint."""
    at = timezone.localtime(checkpoint.at)
    return {
        "seed": bytes(checkpoint.root).hex(),
        "seed_source": f"{at:%Y-%m-%d %H:%M:%S} 签发的检查点，{checkpoint.size} 条，根哈希",
    }


def file_name(frame: SamplingFrame) -> str:
    """Of the list as one downloads it."""
    return f"people-{frame.year}-{frame.pk}.txt"


def lines_to_repeat(sample: Sample) -> str:
    """Lines for any shell that draw the same numbers from the downloaded list."""
    seed = sample.seed.replace("'", "'\\''")
    return BY_HAND.format(seed=seed, file=file_name(sample.frame), size=sample.size)
