"""The published rule of who counts, as one pure function over a person's facts.

`evaluation` says the same in SQL for everybody at once; a test holds the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from django.utils import timezone

from ankang.counting.models import Standing
from ankang.learning.queries import hours_of
from ankang.policies.models import CountingCondition, Rules

Reason = Standing.Reason


@dataclass(frozen=True)
class Term:
    """A span at one employer, or of flexible work without one (用工关系).

    `to_date` None is still open; `employer` None is registered as flexible.
    """

    employer: int | None
    district: int
    from_date: date
    to_date: date | None

    def covers(self, day: date) -> bool:
        return self.from_date <= day and (self.to_date is None or day <= self.to_date)

    def precedence(self) -> tuple[bool, date, int, int]:
        """An employer comes before flexible work, the latest before the earlier."""
        return (
            self.employer is not None,
            self.from_date,
            self.employer or 0,
            self.district,
        )


@dataclass
class Facts:
    """What the evidence says of one person in one year.

    Of a person with a merged duplicate, the facts of both records. The duplicate's own
    facts say only since when it stands aside.
    """

    verified_at: datetime | None = None
    began_at: datetime | None = None
    learned_seconds: int = 0
    credits: list[tuple[datetime, Decimal]] = field(default_factory=list)
    exams_taken: int = 0
    passed_at: datetime | None = None
    certificates: int = 0
    revoked_certificates: int = 0
    terms: list[Term] = field(default_factory=list)
    has_finding: bool = False
    is_duplicate: bool = False

    def employed_by(self) -> Term | None:
        """Where the person belonged on the day of passing, or today; one of several."""
        if self.passed_at is None:
            holding = [term for term in self.terms if term.to_date is None]
        else:
            day = timezone.localdate(self.passed_at)
            holding = [term for term in self.terms if term.covers(day)]
        return max(holding, key=Term.precedence, default=None)

    def hours_full_at(self, required: Decimal) -> datetime | None:
        """When the ledger first reached the hours and has not fallen below since."""
        total, full_at = Decimal(0), None
        for at, hours in sorted(self.credits):
            total += hours
            if total < required:
                full_at = None
            elif full_at is None:
                full_at = at
        return full_at


@dataclass(frozen=True)
class Verdict:
    """Counted on a day, or the first reason why not."""

    reason: Standing.Reason
    counted_on: date | None = None


def judge(facts: Facts, rules: Rules) -> Verdict:
    """The first condition of the edition that is not met, in the edition's order."""
    if facts.is_duplicate:
        return Verdict(Reason.MERGED)
    held_at = [facts.began_at] if facts.began_at else []
    for condition in rules.counting_conditions:
        met = CHECKS[CountingCondition(condition)](facts, rules)
        if isinstance(met, Reason):
            return Verdict(met)
        if met is not None:
            held_at.append(met)
    return Verdict(Reason.COUNTED, timezone.localdate(max(held_at)))


Met: TypeAlias = datetime | Reason | None


def _verified(facts: Facts, rules: Rules) -> Met:
    return facts.verified_at or Reason.UNVERIFIED


def _employed(facts: Facts, rules: Rules) -> Met:
    return Reason.NO_EMPLOYER if facts.employed_by() is None else None


def _hours(facts: Facts, rules: Rules) -> Met:
    """Full in the ledger. If only the exam is missing to fill it, that is the reason.

    Hours enter the ledger when the exam is passed, so until then the learned seconds
    say whether the hours would be full.
    """
    required = rules.required_credit_hours
    full_at = facts.hours_full_at(required)
    if full_at is not None:
        return full_at
    awaits_exam = (
        CountingCondition.EXAM in rules.counting_conditions and facts.passed_at is None
    )
    if awaits_exam and hours_of(facts.learned_seconds, rules) >= required:
        return _exam(facts, rules)
    return Reason.HOURS_SHORT


def _exam(facts: Facts, rules: Rules) -> Met:
    if facts.passed_at is not None:
        return facts.passed_at
    return Reason.EXAM_FAILED if facts.exams_taken else Reason.EXAM_PENDING


def _certificate(facts: Facts, rules: Rules) -> Met:
    all_revoked = 0 < facts.certificates == facts.revoked_certificates
    return Reason.REVOKED if all_revoked else None


def _no_finding(facts: Facts, rules: Rules) -> Met:
    return Reason.FINDING if facts.has_finding else None


CHECKS: dict[CountingCondition, Callable[[Facts, Rules], Met]] = {
    CountingCondition.VERIFIED: _verified,
    CountingCondition.EMPLOYER: _employed,
    CountingCondition.HOURS: _hours,
    CountingCondition.EXAM: _exam,
    CountingCondition.CERTIFICATE: _certificate,
    CountingCondition.NO_FINDING: _no_finding,
}
