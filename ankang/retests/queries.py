"""Who holds a certificate, what a retest may ask, and what came out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from ankang.counting.models import PersonMerge
from ankang.credits.models import Certificate
from ankang.learning.drawing import Candidate
from ankang.organizations.models import District, Employment, Industry
from ankang.quizzes.models import Question, QuestionVersion
from ankang.retests.drawing import WHOLE, Holder
from ankang.retests.figures import Outcome
from ankang.retests.models import Retest, RetestInvitation

NOWHERE = "0"
Strata = Retest.Strata


@dataclass(frozen=True)
class StratumOutcome:
    """What came out in one stratum."""

    code: str
    label: str
    people: int
    outcome: Outcome


def holders(*, year: int, strata: str) -> list[Holder]:
    """Stratum and opaque number of everybody who holds a valid certificate of the year.

    A record that was merged into another is left out: that person is on the list once.
    """
    merged = PersonMerge.objects.holding().values("duplicate")
    rows = Certificate.objects.valid().filter(year=year).exclude(person__in=merged)
    people = dict(rows.values_list("person", "person__number"))
    if strata == Strata.NONE:
        return sorted((WHOLE, number) for number in people.values())
    column = f"employer__{strata}__code"
    terms = Employment.objects.current().order_by("-pk").values_list("person", column)
    codes = {person: code for person, code in terms.iterator() if person in people}
    return sorted(
        (codes.get(person) or NOWHERE, number) for person, number in people.items()
    )


def stratum_labels(strata: str) -> dict[str, str]:
    """The names of the strata by their codes."""
    if strata == Strata.NONE:
        return {WHOLE: "全部"}
    model = District if strata == Strata.DISTRICT else Industry
    named = dict(model.objects.values_list("code", "name"))
    return {**named, NOWHERE: "不在名册" if strata == Strata.DISTRICT else "行业不明"}


def exam_candidates(strands: Iterable[str]) -> dict[int, QuestionVersion]:
    """The current versions of the exam bank in these strands, by their keys."""
    rows = QuestionVersion.objects.filter(
        is_current=True,
        question__in=Question.objects.in_the_bank().filter(strand__code__in=strands),
    )
    return {one.pk: one for one in rows.select_related("question__strand")}


def as_candidates(versions: dict[int, QuestionVersion]) -> list[Candidate]:
    return [
        Candidate(pk, one.question.strand.code, one.question.difficulty)
        for pk, one in versions.items()
    ]


def outcome_of(retest: Retest) -> Outcome:
    """Invited, taken, passed."""
    return Outcome(**retest.invitations.aggregate(**_COUNTS))


def outcomes_by_stratum(retest: Retest) -> list[StratumOutcome]:
    """The same for each stratum, in the order of its code."""
    grouped: Any = retest.invitations.order_by().values("stratum").annotate(**_COUNTS)
    rows = {
        row["stratum"]: Outcome(row["invited"], row["taken"], row["passed"])
        for row in grouped
    }
    return [
        StratumOutcome(
            code, stratum["label"], stratum["people"], rows.get(code, Outcome(0, 0, 0))
        )
        for code, stratum in sorted(retest.quotas.items())
    ]


_COUNTS = {
    "invited": Count("pk"),
    "taken": Count("pk", filter=Q(handed_in_at__isnull=False)),
    "passed": Count("pk", filter=Q(is_passed=True)),
}


def right_by_strand(invitation: RetestInvitation) -> list[tuple[str, int, int]]:
    """Of each strand: its name, right answers, questions."""
    rows = invitation.questions.order_by().values("question__question__strand__name")
    counted = rows.annotate(
        right=Count("pk", filter=Q(is_right=True)), total=Count("pk")
    ).order_by("question__question__strand")
    return [
        (row["question__question__strand__name"], row["right"], row["total"])
        for row in counted
    ]
