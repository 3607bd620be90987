"""The published rule of who counts, as one pure function over a person's facts."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from ankang.counting.models import Standing
from ankang.learning.queries import hours_of
from ankang.policies.models import Rules


@dataclass(frozen=True)
class Term:
    """A span at one employer (用工关系); `to_date` None is still open."""

    employer: int
    district: int
    from_date: date
    to_date: date | None

    def covers(self, day: date) -> bool:
        return self.from_date <= day and (self.to_date is None or day <= self.to_date)


@dataclass
class Facts:
    """What the evidence says of one person in one year."""

    verified_at: datetime | None
    began_at: datetime | None = None
    learned_seconds: int = 0
    credits: list[tuple[datetime, Decimal]] = field(default_factory=list)
    exams_taken: int = 0
    passed_at: datetime | None = None
    certificates: int = 0
    revoked_certificates: int = 0
    terms: list[Term] = field(default_factory=list)

    def employed_by(self) -> Term | None:
        """The employer of the day of passing, or today's; of several the latest."""
        if self.passed_at is None:
            holding = [term for term in self.terms if term.to_date is None]
        else:
            day = timezone.localdate(self.passed_at)
            holding = [term for term in self.terms if term.covers(day)]
        return max(holding, key=lambda t: (t.from_date, t.employer), default=None)

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
    """The reasons in the order in which a person could mend them."""
    if facts.verified_at is None:
        return Verdict(Standing.Reason.UNVERIFIED)
    if facts.employed_by() is None:
        return Verdict(Standing.Reason.NO_EMPLOYER)
    if facts.passed_at is None:
        return Verdict(_missing_before_passing(facts, rules))
    full_at = facts.hours_full_at(rules.required_credit_hours)
    if full_at is None:
        return Verdict(Standing.Reason.HOURS_SHORT)
    if facts.certificates and facts.certificates == facts.revoked_certificates:
        return Verdict(Standing.Reason.REVOKED)
    held_at = max(facts.verified_at, full_at, facts.passed_at)
    return Verdict(Standing.Reason.COUNTED, timezone.localdate(held_at))


def _missing_before_passing(facts: Facts, rules: Rules) -> Standing.Reason:
    """Hours, exam, or a better exam.

    Hours enter the ledger when the exam is passed, so until then the learned seconds
    say whether the hours are full and only the exam is missing.
    """
    required = rules.required_credit_hours
    learned = hours_of(facts.learned_seconds, rules)
    if learned < required and facts.hours_full_at(required) is None:
        return Standing.Reason.HOURS_SHORT
    if facts.exams_taken:
        return Standing.Reason.EXAM_FAILED
    return Standing.Reason.EXAM_PENDING
