"""What pages ask of the question bank."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, QuerySet, Subquery

from ankang.attachments.models import Attachment
from ankang.organizations.models import Industry, Membership, Strand
from ankang.policies.bank import BankRules
from ankang.policies.models import NoEdition, edition_for
from ankang.quizzes.check import Known
from ankang.quizzes.models import (
    USUAL_PROPORTION,
    Question,
    QuestionVersion,
    may_write_questions,
)

PERCENT, PICTURE_WIDTH = 100, 800
# what lists show of the figures of the night
FIGURES = ("needs_look", "reasons", "easiness", "discrimination", "seconds")
PICTURE_KINDS = [Attachment.Kind.DRAWING, Attachment.Kind.PICTURE]


def with_current(rows: QuerySet[Question]) -> QuerySet[Question]:
    """Questions with the words, kind and state of their version; a draft's come first.

    A question that was never approved has no current version, only its draft.
    """
    versions = QuestionVersion.objects.filter(question=OuterRef("pk"))
    shown = versions.order_by("-is_current", "-number")
    current = versions.filter(is_current=True)
    open_ones = versions.exclude(state=QuestionVersion.State.APPROVED)
    return rows.annotate(
        current_stem=Subquery(shown.values("stem")[:1]),
        current_kind=Subquery(shown.values("kind")[:1]),
        open_state=Subquery(open_ones.values("state")[:1]),
        **{name: Subquery(current.values(f"figures__{name}")[:1]) for name in FIGURES},
    )


def latest_versions(rows: QuerySet[Question] | None = None) -> list[QuestionVersion]:
    """The newest version of each question, its draft if there is one; one query."""
    versions = QuestionVersion.objects.select_related("question__strand")
    if rows is not None:
        versions = versions.filter(question__in=rows.order_by().values("pk"))
    newest = {one.question_id: one for one in versions.order_by("question", "number")}
    return list(newest.values())


def known_to(membership: Membership) -> Known:
    """What a file of questions may name when this office imports it."""
    strands = list(Strand.objects.select_related("reviewer").order_by("pk"))
    pictures = Attachment.objects.filter(
        kind__in=[Attachment.Kind.IMAGE, *PICTURE_KINDS]
    )
    return Known(
        strands={one.name: one.code for one in strands}
        | {one.code: one.code for one in strands},
        writable=frozenset(
            one.code for one in strands if may_write_questions(membership, one)
        ),
        industries=frozenset(Industry.objects.values_list("code", flat=True)),
        pictures=frozenset(str(pk) for pk in pictures.values_list("pk", flat=True)),
    )


def proportion_of(picture: str) -> float:
    """Height by width of the picture with this number; the usual one if not known."""
    if not picture.isdecimal():
        return USUAL_PROPORTION
    pictures = Attachment.objects.filter(pk=picture).exclude(proportion=None)
    return pictures.values_list("proportion", flat=True).first() or USUAL_PROPORTION


@dataclass(frozen=True)
class Picture:
    """A picture that hazards can be placed in, as the editor offers it."""

    number: str
    name: str
    proportion: float
    questions: int

    @property
    def pixels(self) -> int:
        """The height of its place on a page, 800 wide, before it is loaded."""
        return round(PICTURE_WIDTH * self.proportion)

    @property
    def tall(self) -> float:
        """Its height in percent of its width."""
        return round(PERCENT * self.proportion, 2)


def pictures_of_the_bank() -> list[Picture]:
    """The pictures for hazard questions, newest first, in two queries."""
    used = Counter(
        QuestionVersion.objects.exclude(picture="")
        .order_by()
        .values_list("picture", "question")
        .distinct()
        .values_list("picture", flat=True)
    )
    rows = Attachment.objects.filter(kind__in=PICTURE_KINDS).order_by("-pk")
    return [
        Picture(
            number=str(row.pk),
            # the name of a drawing from the city folder is a hash
            name=row.name if row.uploaded_by_id else "",
            proportion=row.proportion or USUAL_PROPORTION,
            questions=used[str(row.pk)],
        )
        for row in rows
    ]


def topics() -> list[str]:
    """What practice questions are about."""
    rows = Question.objects.for_practice().exclude(topic="").order_by("topic")
    return list(rows.values_list("topic", flat=True).distinct())


def limits_on(day: date) -> BankRules:
    """The limits of the edition in force; the usual ones while none is loaded."""
    try:
        return edition_for(day.year).rules().bank
    except NoEdition:
        return BankRules.usual()
