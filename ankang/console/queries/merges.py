"""Two records beside each other, merges, and pairs that wait for a clerk."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from ankang.accounts.models import Person, User
from ankang.console.queries.dossier import lesson_lines
from ankang.console.queries.people import WHOLE_CITY, is_seen
from ankang.counting.models import (
    LikelyDuplicate,
    LikelyDuplicateQuerySet,
    PersonMerge,
    Standing,
)
from ankang.credits.models import Certificate, CreditEntry
from ankang.learning.models import Paper, WatchSession
from ankang.organizations.models import Employment, Membership

DEVICES_COMPARED = 200
DEVICE_SHOWN = 8


@dataclass(frozen=True)
class Side:
    """One record, as far as it is compared."""

    person: Person
    standing: Standing | None
    employments: list[Employment]
    lessons: int
    seconds: int
    papers: list[Paper]
    hours: str
    certificates: list[Certificate]
    devices: list[str]
    has_account: bool

    def weight(self) -> tuple[bool, bool, bool, bool, int]:
        """The heavier record is the one to keep: more holds on to it."""
        is_counted = (
            self.standing is not None
            and self.standing.reason == Standing.Reason.COUNTED
        )
        return (
            is_counted,
            bool(self.certificates),
            self.person.verified_at is not None,
            self.has_account,
            -self.person.pk,
        )


@dataclass(frozen=True)
class Line:
    """One thing compared: the words of either record, and whether they agree."""

    label: str
    left: list[str]
    right: list[str]
    is_same: bool = False


@dataclass(frozen=True)
class Beside:
    """Two records and their lines, the first always on the left."""

    left: Side
    right: Side
    lines: list[Line] = field(default_factory=list)

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.left, self.right

    @property
    def heavier(self) -> Person:
        return max(self.left, self.right, key=Side.weight).person


def visible_merges(membership: Membership) -> QuerySet[PersonMerge]:
    """A district sees merges of two records that it both sees."""
    merges = PersonMerge.objects.select_related(
        "duplicate", "into", "actor", "undone_by"
    )
    if membership.scope in WHOLE_CITY:
        return merges
    return merges.filter(is_seen(membership, "duplicate"), is_seen(membership, "into"))


def visible_pairs(membership: Membership) -> LikelyDuplicateQuerySet:
    """A district sees pairs of two records that it both sees."""
    pairs = LikelyDuplicate.objects.all()
    if membership.scope in WHOLE_CITY:
        return pairs
    return pairs.filter(is_seen(membership, "first"), is_seen(membership, "second"))


def shown_pairs(pairs: QuerySet[LikelyDuplicate]) -> QuerySet[LikelyDuplicate]:
    """With what a row of the list prints. Four queries more, for any number."""
    work = Employment.objects.current().select_related("employer")
    return pairs.select_related("first", "second", "told_apart_by").prefetch_related(
        Prefetch("first__employments", work), Prefetch("second__employments", work)
    )


def with_clue_labels(pairs: Iterable[LikelyDuplicate]) -> list[tuple[Any, list[str]]]:
    """Each pair with its clues in words."""
    return [(pair, clue_labels(pair)) for pair in pairs]


def clue_labels(pair: LikelyDuplicate) -> list[str]:
    return [str(LikelyDuplicate.Clue(clue).label) for clue in pair.clues]


def pair_of(one: Person, other: Person) -> LikelyDuplicate | None:
    """What was found or decided about these two, in either order."""
    first, second = sorted((one.pk, other.pk))
    return (
        LikelyDuplicate.objects.filter(first=first, second=second)
        .select_related("told_apart_by")
        .first()
    )


@dataclass(frozen=True)
class Tie:
    """What earlier merges leave open for two records."""

    blocking: list[PersonMerge]
    keeper: int | None


def tie_of(one: Person, other: Person) -> Tie:
    """A record that stands aside cannot be merged; one that others joined must be kept."""
    both = {one.pk, other.pk}
    merges = list(
        PersonMerge.objects.holding()
        .filter(Q(duplicate__in=both) | Q(into__in=both))
        .select_related("duplicate", "into")
        .order_by("pk")
    )
    keepers = {merge.into_id for merge in merges} & both
    if keepers == both:
        return Tie(merges, None)
    blocking = [merge for merge in merges if merge.duplicate_id in both]
    return Tie(blocking, next(iter(keepers), None))


def beside(left: Person, right: Person, year: int) -> Beside:
    """Two records beside each other in a year. The same queries for any two."""
    sides = Beside(_side(left, year), _side(right, year))
    return Beside(sides.left, sides.right, list(_lines(sides)))


def _side(person: Person, year: int) -> Side:
    lines = lesson_lines(person, year)
    devices = (
        WatchSession.objects.filter(person=person, lesson__course__year=year)
        .exclude(device="")
        .order_by("device")
    )
    hours = CreditEntry.objects.filter(person=person, year=year)
    return Side(
        person=person,
        standing=Standing.objects.filter(person=person, year=year)
        .select_related("employer", "district")
        .first(),
        employments=list(
            person.employments.select_related("employer__district").order_by(
                "-from_date", "-pk"
            )
        ),
        lessons=sum(line.credited > 0 for line in lines),
        seconds=sum(line.credited for line in lines),
        papers=list(
            Paper.objects.filter(person=person, course__year=year)
            .exclude(handed_in_at=None)
            .order_by("handed_in_at")
        ),
        hours=f"{sum(hours.values_list('hours', flat=True))} 学时",
        certificates=list(
            Certificate.objects.filter(person=person, year=year).order_by("issued_at")
        ),
        devices=list(
            devices.values_list("device", flat=True).distinct()[:DEVICES_COMPARED]
        ),
        has_account=User.objects.filter(person=person).exists(),
    )


def _lines(both: Beside) -> Iterable[Line]:
    left, right = both.left, both.right
    one, other = left.person, right.person
    yield Line("姓名", [one.name], [other.name], one.name == other.name)
    yield Line("证件", _documents(one), _documents(other), one.id_mask == other.id_mask)
    yield Line("出生日期", *_births(one, other))
    yield Line(
        "手机号",
        [one.mobile_mask or "没有登记"],
        [other.mobile_mask or "没有登记"],
        one.mobile_mask == other.mobile_mask != "",
    )
    yield Line("实名核验", [_day(one.verified_at)], [_day(other.verified_at)])
    yield Line("登录过", [_yes(left.has_account)], [_yes(right.has_account)])
    yield Line("建档", [_day(one.created_at)], [_day(other.created_at)])
    shared = {term.employer_id for term in left.employments} & {
        term.employer_id for term in right.employments
    }
    yield Line(
        "用工经历",
        [_term(term) for term in left.employments] or ["不在任何名册中"],
        [_term(term) for term in right.employments] or ["不在任何名册中"],
        bool(shared),
    )
    yield Line("学过", [_learned(left)], [_learned(right)])
    yield Line("考试", _exams(left), _exams(right))
    yield Line("学时", [left.hours], [right.hours])
    yield Line("合格证明", _serials(left), _serials(right))
    devices = set(left.devices) & set(right.devices)
    yield Line("设备", _devices(left), _devices(right), bool(devices))
    yield Line("计入情况", [_standing(left)], [_standing(right)])


def _documents(person: Person) -> list[str]:
    return [str(person.get_id_kind_display()), person.id_mask]


def _births(one: Person, other: Person) -> tuple[list[str], list[str], bool]:
    """Only whether they agree: the date itself is part of the document number."""
    resident = Person.IdKind.RESIDENT
    if not one.id_kind == other.id_kind == resident:
        return ["证件上看不出"], ["证件上看不出"], False
    is_same = one.id_number()[6:14] == other.id_number()[6:14]
    words = ["两份相同"] if is_same else ["两份不同"]
    return words, words, is_same


def _day(at: Any) -> str:
    return f"{at.year}年{at.month}月{at.day}日" if at else "没有"


def _yes(is_so: bool) -> str:
    return "登录过" if is_so else "没有"


def _term(term: Employment) -> str:
    until = _day(term.to_date) if term.to_date else "今"
    post = f"，{term.post}" if term.post else ""
    return f"{term.employer.name}{post}，{_day(term.from_date)}至{until}"


def _learned(side: Side) -> str:
    return f"{side.lessons} 课，已认定 {side.seconds:,} 秒"


def _exams(side: Side) -> list[str]:
    return [
        f"{_day(paper.handed_in_at)} {paper.score} 分，"
        f"{'合格' if paper.is_passed else '未合格'}"
        for paper in side.papers
    ] or ["没有考过"]


def _serials(side: Side) -> list[str]:
    return [one.serial for one in side.certificates] or ["没有"]


def _devices(side: Side) -> list[str]:
    shown = [device[:DEVICE_SHOWN] for device in side.devices[:3]]
    more = len(side.devices) - len(shown)
    return [*shown, *([f"另有 {more} 台"] if more > 0 else [])] or ["没有"]


def _standing(side: Side) -> str:
    standing = side.standing
    if standing is None:
        return "还没有开始"
    if standing.counted_on:
        return f"{_day(standing.counted_on)}计入"
    return f"未计入：{standing.get_reason_display()}"
