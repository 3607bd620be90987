"""Finding records that may be one person, for a clerk to look at.

A document number and a mobile belong to one record each, so equal ones cannot be found
twice. What can: one name with a birth date, or with the ends of a number, in common.
Numbers are opened in memory to be compared; only which clues were found is kept.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import combinations, groupby
from operator import attrgetter

from django.db import transaction
from django.utils import timezone

from ankang.accounts.models import Person
from ankang.core.ciphers import keyring
from ankang.core.errors import Refusal
from ankang.counting.merging import NotOursToMerge, may_merge
from ankang.counting.models import LikelyDuplicate
from ankang.jobs.models import Job
from ankang.jobs.services import start_job
from ankang.organizations.models import Employment, Membership

Clue = LikelyDuplicate.Clue
Pair = tuple[int, int]

LIKENESS_KIND = "likely-duplicates"
NIGHT_HOUR = 3
TRY_AGAIN_AFTER = timedelta(hours=20)
# More than so many records alike are no person's, but a mistake of a whole file.
LARGEST_GROUP = 20
NEAR_DIGITS = 2
BATCH = 400
BIRTH_PLACE = slice(6, 14)
WEIGHTS = {
    Clue.NEAR_ID: 4,
    Clue.BIRTH: 3,
    Clue.ID_ENDS: 2,
    Clue.MOBILE_ENDS: 2,
    Clue.OTHER_ID: 1,
    Clue.EMPLOYER: 1,
}
# Equal ends alone are chance in a large city; a clerk is not sent after them.
ENOUGH = 3


class LikenessRuns(Refusal):
    def __init__(self) -> None:
        super().__init__("正在查找疑似重复档案，过几分钟再看这一页。")


@dataclass(frozen=True)
class Card:
    """What a record is compared by. `number` is opened when first asked for."""

    pk: int
    name: str
    id_kind: str
    id_sealed: bytes
    id_mask: str
    mobile_mask: str

    @cached_property
    def number(self) -> str:
        return keyring().open(self.id_sealed)

    @property
    def is_resident(self) -> bool:
        return self.id_kind == Person.IdKind.RESIDENT

    @property
    def birth(self) -> str:
        """Eight digits, empty for documents that do not tell."""
        return self.number[BIRTH_PLACE] if self.is_resident else ""


def find_likely_duplicates(
    *,
    at: datetime,
    report: Callable[[int, int], object] = lambda _done, _total: None,
) -> int:
    """Compare all records of equal names; how many pairs wait for a clerk.

    Reads each record once, in the order of names, so memory holds one name at a time.
    """
    found: dict[Pair, set[Clue]] = {}
    total = Person.objects.count()
    done = 0
    for _, cards in groupby(_cards(), key=attrgetter("name")):
        group = list(cards)
        done += len(group)
        if len(group) > 1:
            found.update(_likely(group))
        report(min(done, total), total + 1)
    _add_employers(found)
    _save({pair: c for pair, c in found.items() if weight_of(c) >= ENOUGH}, at)
    report(total + 1, total + 1)
    return LikelyDuplicate.objects.waiting().count()


@transaction.atomic
def start_likeness_if_due(at: datetime) -> Job | None:
    """Queue the comparison once a night."""
    runs = Job.objects.filter(kind=LIKENESS_KIND)
    is_night = timezone.localtime(at).hour == NIGHT_HOUR
    if not is_night or runs.filter(created_at__gt=at - TRY_AGAIN_AFTER).exists():
        return None
    return start_job(
        kind=LIKENESS_KIND,
        title="查找疑似重复档案",
        arguments={},
        started_by=None,
        at=at,
    )


@transaction.atomic
def start_likeness(*, membership: Membership, url: str, at: datetime) -> Job:
    """Queue the comparison now; `url` is where its job leads when it is done.

    :raises NotOursToMerge: this membership may only look.
    :raises LikenessRuns: it is being done.
    """
    if not may_merge(membership):
        raise NotOursToMerge
    busy = [Job.State.WAITING, Job.State.RUNNING]
    if Job.objects.filter(kind=LIKENESS_KIND, state__in=busy).exists():
        raise LikenessRuns
    return start_job(
        kind=LIKENESS_KIND,
        title="查找疑似重复档案",
        arguments={"url": url},
        started_by=membership.user,
        at=at,
    )


def clues_between(one: Card, other: Card) -> set[Clue]:
    """What two records of one name have in common, without their employers."""
    clues = set()
    if one.is_resident and other.is_resident:
        if one.birth == other.birth:
            clues.add(Clue.BIRTH)
        differing = sum(a != b for a, b in zip(one.number, other.number, strict=False))
        if len(one.number) == len(other.number) and differing <= NEAR_DIGITS:
            clues.add(Clue.NEAR_ID)
    if one.id_mask == other.id_mask:
        clues.add(Clue.ID_ENDS)
    if one.mobile_mask and one.mobile_mask == other.mobile_mask:
        clues.add(Clue.MOBILE_ENDS)
    if one.id_kind != other.id_kind:
        clues.add(Clue.OTHER_ID)
    return clues


def weight_of(clues: Iterable[Clue]) -> int:
    """How much these clues say together."""
    return sum(WEIGHTS[clue] for clue in clues)


def _cards() -> Iterator[Card]:
    rows = Person.objects.order_by("name", "pk").values_list(
        "pk", "name", "id_kind", "id_sealed", "id_mask", "mobile_mask"
    )
    for pk, name, kind, sealed, id_mask, mobile_mask in rows.iterator(chunk_size=2000):
        yield Card(pk, name, kind, bytes(sealed), id_mask, mobile_mask)


def _likely(cards: Sequence[Card]) -> dict[Pair, set[Clue]]:
    """The pairs of one name that share more than the name."""
    shelves: dict[tuple[str, str], list[Card]] = defaultdict(list)
    for card in cards:
        for kind, value in (
            ("birth", card.birth),
            ("id", card.id_mask),
            ("mobile", card.mobile_mask),
        ):
            if value:
                shelves[kind, value].append(card)
    pairs = {
        (one, other)
        for shelf in shelves.values()
        if len(shelf) <= LARGEST_GROUP
        for one, other in combinations(shelf, 2)
    }
    return {(one.pk, other.pk): clues_between(one, other) for one, other in pairs}


def _add_employers(found: dict[Pair, set[Clue]]) -> None:
    """Mark the pairs that were ever on the roster of one employer."""
    for batch in _batches(sorted(found)):
        people = {person for pair in batch for person in pair}
        places: dict[int, set[int]] = defaultdict(set)
        rows = Employment.objects.filter(person__in=people)
        for person, employer in rows.values_list("person", "employer"):
            places[person].add(employer)
        for pair in batch:
            if places[pair[0]] & places[pair[1]]:
                found[pair].add(Clue.EMPLOYER)


def _save(found: dict[Pair, set[Clue]], at: datetime) -> None:
    """Keep what was found, and forget the waiting pairs that were not found again."""
    for batch in _batches(sorted(found)):
        LikelyDuplicate.objects.bulk_create(
            (
                LikelyDuplicate(
                    first_id=first,
                    second_id=second,
                    clues=sorted(found[first, second], key=_heaviest_first),
                    weight=weight_of(found[first, second]),
                    found_at=at,
                    seen_at=at,
                )
                for first, second in batch
            ),
            update_conflicts=True,
            unique_fields=["first", "second"],
            update_fields=["clues", "weight", "seen_at"],
        )
    LikelyDuplicate.objects.filter(told_apart_at=None, seen_at__lt=at).delete()


def _heaviest_first(clue: Clue) -> tuple[int, str]:
    return -WEIGHTS[clue], clue.value


def _batches(pairs: Sequence[Pair]) -> Iterator[Sequence[Pair]]:
    for start in range(0, len(pairs), BATCH):
        yield pairs[start : start + BATCH]
