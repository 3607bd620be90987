"""How one version of a question does, from exam papers and from practice."""

from decimal import Decimal

from django.db.models import Count, Q

from ankang.learning.models import PaperQuestion
from ankang.policies.bank import BankRules
from ankang.practice.models import PracticeAnswer
from ankang.quizzes.models import QuestionVersion
from ankang.quizzes.statistics import Given, Item, item_of, reasons_to_look

# Kinds whose options are chosen, so that one that nobody chose tells something.
CHOOSING = {
    QuestionVersion.Kind.SINGLE,
    QuestionVersion.Kind.MULTIPLE,
    QuestionVersion.Kind.TRUE_FALSE,
}
# The newest answers say enough; a page must not read a year of them.
MOST_ANSWERS = 1_000


def item_figures(version: QuestionVersion) -> Item:
    """The figures of the newest answers to a version, in three queries."""
    return item_of([*_on_papers(version), *_in_practice(version)])


def reasons_of(version: QuestionVersion, item: Item, limits: BankRules) -> list[str]:
    """In words, why somebody should look at this version."""
    options = len(version.options) if version.kind in CHOOSING else 0
    return reasons_to_look(item, options, limits)


def _on_papers(version: QuestionVersion) -> list[Given]:
    rows = list(
        PaperQuestion.objects.filter(
            question=version, paper__handed_in_at__isnull=False
        ).order_by("-pk")[:MOST_ANSWERS]
    )
    papers = {
        paper: (whole, right)
        for paper, whole, right in PaperQuestion.objects.filter(
            paper__in=[row.paper_id for row in rows]
        )
        .values_list("paper")
        .annotate(whole=Count("pk"), right=Count("pk", filter=Q(is_right=True)))
    }
    return [
        Given(
            row.is_right,
            _rest(row.is_right, *papers[row.paper_id]),
            None,
            tuple(row.chosen),
        )
        for row in rows
    ]


def _in_practice(version: QuestionVersion) -> list[Given]:
    rows = PracticeAnswer.objects.filter(version=version, is_quick=False)
    has_options = bool(version.options) and version.kind != "ordering"
    return [
        Given(
            is_right,
            _rest(is_right, answered, right),
            float(seconds),
            tuple(response) if has_options else (),
        )
        for is_right, answered, right, seconds, response in rows.order_by(
            "-pk"
        ).values_list(
            "is_right", "group__answered", "group__right", "seconds", "response"
        )[:MOST_ANSWERS]
    ]


def _rest(is_right: bool, whole: int, right: int) -> float | None:
    """The share of right answers among the others of the paper or group."""
    others = whole - 1
    return float(Decimal(right - is_right) / others) if others > 0 else None
