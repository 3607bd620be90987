"""Check questions as a courseware version keeps them, beside those that are live."""

from dataclasses import dataclass
from typing import Any

from ankang.content.models import Courseware, CoursewareVersion
from ankang.learning.models import CheckQuestion
from ankang.quizzes.wording import Wording, wording_of

LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class Choice:
    """One option as a page shows it."""

    letter: str
    text: str
    is_right: bool


@dataclass(frozen=True)
class Drafted:
    """A check question of a version, as a page shows it."""

    code: str
    at_second: int
    wording: Wording

    @property
    def choices(self) -> list[Choice]:
        return choices_of(self.wording)


def choices_of(wording: Wording) -> list[Choice]:
    """The options with their letters."""
    return [
        Choice(LETTERS[place], option, place in wording.answer)
        for place, option in enumerate(wording.options)
    ]


def questions_of(version: CoursewareVersion) -> list[Drafted]:
    """What learners are asked after a version, or will be once it is published.

    Versions that came with the city folder have live questions only.
    """
    items = version.check_questions
    if not items and version.state == CoursewareVersion.State.PUBLISHED:
        items = live_items(version.courseware)
    return [
        Drafted(item["code"], item["at_second"], wording_of_item(item))
        for item in items
    ]


def live_items(courseware: Courseware) -> list[dict[str, Any]]:
    """The live check questions in the form that a version keeps."""
    links = (
        CheckQuestion.objects.filter(
            courseware=courseware,
            question__is_retired=False,
            question__versions__is_current=True,
        )
        .select_related("question")
        .prefetch_related("question__versions")
        .order_by("at_second", "pk")
    )
    return [
        item_of(
            link.question.code,
            wording_of(next(v for v in link.question.versions.all() if v.is_current)),
            link.at_second,
        )
        for link in links
    ]


def item_of(code: str, wording: Wording, at_second: int) -> dict[str, Any]:
    """What a version keeps of a check question.

    :raises BadWording: the options and the answer do not make a question.
    """
    words = wording.checked()
    return {
        "code": code,
        "at_second": at_second,
        "kind": words.kind,
        "stem": words.stem,
        "options": list(words.options),
        "answer": list(words.answer),
        "explanation": words.explanation,
        "source": words.source,
    }


def wording_of_item(item: dict[str, Any]) -> Wording:
    """The words of what a version keeps."""
    return Wording(
        kind=item["kind"],
        stem=item["stem"],
        options=tuple(item["options"]),
        answer=tuple(item["answer"]),
        explanation=item["explanation"],
        source=item.get("source", ""),
    )
