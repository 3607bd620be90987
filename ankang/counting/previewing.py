"""What a merge, or taking one back, will do to the count, before anybody does it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ankang.accounts.models import Person
from ankang.counting.models import PersonMerge, Standing
from ankang.counting.queries import facts_of, holding_pairs
from ankang.counting.rules import Facts, judge
from ankang.policies.models import Rules, edition_for

Reason = Standing.Reason


@dataclass(frozen=True)
class Place:
    """Where one record stands in a year; no reason while it has not begun."""

    reason: Standing.Reason | None = None
    learned_seconds: int = 0

    @property
    def is_counted(self) -> bool:
        return self.reason == Reason.COUNTED

    @property
    def label(self) -> str:
        return str(self.reason.label) if self.reason else "还没有开始"


@dataclass(frozen=True)
class Change:
    """A year before and after, for the record kept and the duplicate."""

    year: int
    kept: tuple[Place, Place]
    duplicate: tuple[Place, Place]

    @property
    def counted(self) -> int:
        """By how many people the year's count changes."""
        (kept_before, kept_after), (before, after) = self.kept, self.duplicate
        return (
            kept_after.is_counted
            + after.is_counted
            - kept_before.is_counted
            - before.is_counted
        )

    @property
    def fewer(self) -> int:
        return -self.counted


def changes_by_merging(*, duplicate: Person, into: Person) -> list[Change]:
    """What counting the duplicate's facts for the other record will change, by year."""
    people = [into.pk, duplicate.pk]
    after = [*holding_pairs(people), (duplicate.pk, into.pk)]
    return _changes(into.pk, duplicate.pk, after)


def changes_by_undoing(merge: PersonMerge) -> list[Change]:
    """What taking a merge back will change, by year."""
    people = [merge.into_id, merge.duplicate_id]
    gone = (merge.duplicate_id, merge.into_id)
    after = [pair for pair in holding_pairs(people) if pair != gone]
    return _changes(merge.into_id, merge.duplicate_id, after)


def _changes(
    kept: int, duplicate: int, merges: Sequence[tuple[int, int]]
) -> list[Change]:
    people = [kept, duplicate]
    before: dict[tuple[int, int], Place] = {}
    for year, person, reason, seconds in Standing.objects.filter(
        person__in=people
    ).values_list("year", "person", "reason", "learned_seconds"):
        before[year, person] = Place(Reason(reason), seconds)
    changes = []
    for year in sorted({year for year, _ in before}, reverse=True):
        rules = edition_for(year).rules()
        facts = facts_of(people, year, merges)
        changes.append(
            Change(
                year,
                (before.get((year, kept), Place()), _place(facts[kept], rules)),
                (
                    before.get((year, duplicate), Place()),
                    _place(facts[duplicate], rules),
                ),
            )
        )
    return changes


def _place(facts: Facts, rules: Rules) -> Place:
    if facts.began_at is None:
        return Place()
    return Place(judge(facts, rules).reason, facts.learned_seconds)
