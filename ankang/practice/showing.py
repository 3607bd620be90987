"""A group as its page shows it: without answers before, with everything after."""

from dataclasses import dataclass, field
from typing import Any

from ankang.practice.models import (
    GroupQuestion,
    Mode,
    PracticeAnswer,
    PracticeGroup,
    ReviewCard,
)
from ankang.quizzes.grading import SPARE_TAPS, is_hit
from ankang.quizzes.models import USUAL_PROPORTION, QuestionVersion

LETTERS = "ABCDEFGH"
BLANK = "____"
PERCENT = 100
WIDTH = 800
LABEL_MARGIN = 2.5
Kind = QuestionVersion.Kind
CHOICES = {Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE}


@dataclass(frozen=True)
class ShownOption:
    """An option or a step at its place on the page."""

    place: int
    letter: str
    text: str


class Pictured:
    """The sizes of a picture on a page, from its height by its width."""

    proportion: float

    @property
    def tall(self) -> float:
        """The height of the picture in the units of its width's percent."""
        return round(PERCENT * self.proportion, 2)

    @property
    def pixels(self) -> int:
        """The height of a picture 800 wide, which keeps its place until it is loaded."""
        return round(WIDTH * self.proportion)


@dataclass(frozen=True)
class ShownQuestion(Pictured):
    """A question as it is asked. Nothing in it tells what is right.

    `hazards` is how many hazards the picture has, `taps` how many taps it takes;
    `proportion` is its height by its width.
    """

    position: int
    kind: str
    kind_name: str
    strand: str
    stem: str
    hint: str
    options: list[ShownOption]
    blanks: range
    picture_url: str = ""
    hazards: int = 0
    taps: int = 0
    proportion: float = USUAL_PROPORTION

    @property
    def template(self) -> str:
        """The fragment with the inputs of this kind."""
        name = "choices" if self.kind in CHOICES else self.kind
        return f"practice/kinds/_{name}.html"


@dataclass(frozen=True)
class Line:
    """One line of the explanation: an option, a blank, a step or a hazard."""

    label: str
    text: str
    tone: str = ""
    said: str = ""
    note: str = ""


@dataclass(frozen=True)
class Spot:
    """A place in a picture, in percent of the width (x, radius) and height (y)."""

    x: float
    y: float
    radius: float
    tone: str
    label: str
    proportion: float = USUAL_PROPORTION

    @property
    def cy(self) -> float:
        """The height in the picture's own units: percent of the width."""
        return round(self.y * self.proportion, 2)

    @property
    def label_y(self) -> float:
        """The number stands on the ring, clear of the taps inside, and in the picture."""
        return max(LABEL_MARGIN, round(self.cy - self.radius, 2))


@dataclass(frozen=True)
class Explained(Pictured):
    """An answered question: what was said, what is right, and why."""

    position: int
    answer: PracticeAnswer
    kind: str
    kind_name: str
    strand: str
    stem: str
    right_text: str
    explanation: str
    source: str
    lines: list[Line]
    picture_url: str = ""
    spots: list[Spot] = field(default_factory=list)
    proportion: float = USUAL_PROPORTION

    @property
    def is_right(self) -> bool:
        return self.answer.is_right


@dataclass(frozen=True)
class Place:
    """One place of a group: a question to answer, or an answered one."""

    position: int
    question: ShownQuestion | None = None
    explained: Explained | None = None


def rows_of(group: PracticeGroup) -> list[GroupQuestion]:
    """The questions of a group in their order, in one query."""
    return list(
        group.questions.select_related("version__question__strand").order_by("position")
    )


def places_of(group: PracticeGroup) -> list[Place]:
    """The whole group, in two queries."""
    answers = {one.version_id: one for one in group.answers.all()}
    return [place_of(row, answers.get(row.version_id)) for row in rows_of(group)]


def place_of(row: GroupQuestion, answer: PracticeAnswer | None) -> Place:
    """One place as it stands."""
    if answer is None:
        return Place(row.position, question=shown(row))
    return Place(row.position, explained=explained(row, answer))


def picture_url(version: QuestionVersion) -> str:
    return f"/files/{version.picture}/"


def shown(row: GroupQuestion) -> ShownQuestion:
    """A question without what is right."""
    version = row.version
    is_hazard = version.kind == Kind.HAZARD
    hazards = len(version.answer) if is_hazard else 0
    return ShownQuestion(
        position=row.position,
        kind=version.kind,
        kind_name=version.get_kind_display(),
        strand=version.question.strand.name,
        stem=version.stem,
        hint=version.hint,
        options=[
            ShownOption(place, LETTERS[place], version.options[original])
            for place, original in enumerate(row.option_order)
        ],
        blanks=range(1, version.stem.count(BLANK) + 1),
        picture_url=picture_url(version) if is_hazard else "",
        hazards=hazards,
        taps=hazards + SPARE_TAPS if is_hazard else 0,
        proportion=version.proportion,
    )


def explained(row: GroupQuestion, answer: PracticeAnswer) -> Explained:
    """A question that was answered, with what is right and why."""
    version = row.version
    lines, right_text = _LINES[version.kind](row, answer.response)
    is_hazard = version.kind == Kind.HAZARD
    return Explained(
        position=row.position,
        answer=answer,
        kind=version.kind,
        kind_name=version.get_kind_display(),
        strand=version.question.strand.name,
        stem=version.stem,
        right_text=right_text,
        explanation=version.explanation,
        source=version.source,
        lines=lines,
        picture_url=picture_url(version) if is_hazard else "",
        spots=_spots(version, answer.response) if is_hazard else [],
        proportion=version.proportion,
    )


def _choice_lines(row: GroupQuestion, response: Any) -> tuple[list[Line], str]:
    lines, right = [], []
    for place, original in enumerate(row.option_order):
        is_right, is_chosen = original in row.version.answer, original in response
        said = "正确" if is_right else "你选的" if is_chosen else ""
        if is_right and is_chosen:
            said = "正确，你选的"
        tone = "ok" if is_right else "bad" if is_chosen else ""
        letter = LETTERS[place]
        lines.append(Line(letter, row.version.options[original], tone, said))
        if is_right:
            right.append(letter)
    return lines, "、".join(right)


def _blank_lines(row: GroupQuestion, response: Any) -> tuple[list[Line], str]:
    from_bank = row.version.answer
    lines = []
    for number, accepted in enumerate(from_bank, start=1):
        given = response[number - 1] if number <= len(response) else ""
        lines.append(
            Line(str(number), accepted[0], "ok", note=f"你填的：{given or '没有填'}")
        )
    return lines, "、".join(accepted[0] for accepted in from_bank)


def _step_lines(row: GroupQuestion, response: Any) -> tuple[list[Line], str]:
    version = row.version
    lines = []
    for number, original in enumerate(version.answer, start=1):
        given = response.index(original) + 1 if original in response else 0
        is_same = given == number
        said = "" if is_same else f"你排在第 {given}" if given else "你没有排"
        tone = "ok" if is_same else "bad"
        lines.append(Line(str(number), version.options[original], tone, said))
    return lines, "这样的次序"


def _hazard_lines(row: GroupQuestion, response: Any) -> tuple[list[Line], str]:
    lines = [
        Line(
            str(number),
            hazard["name"],
            "ok" if is_found else "bad",
            "找到了" if is_found else "没有找到",
            hazard.get("why", ""),
        )
        for number, (hazard, is_found) in enumerate(
            _found(row.version, response), start=1
        )
    ]
    return lines, f" {len(lines)} 处隐患"


_LINES = {
    Kind.SINGLE.value: _choice_lines,
    Kind.MULTIPLE.value: _choice_lines,
    Kind.TRUE_FALSE.value: _choice_lines,
    Kind.FILL_IN.value: _blank_lines,
    Kind.ORDERING.value: _step_lines,
    Kind.HAZARD.value: _hazard_lines,
}


def _found(
    version: QuestionVersion, taps: list[list[float]]
) -> list[tuple[dict[str, Any], bool]]:
    """Each hazard, and whether a tap hit it."""
    return [
        (hazard, any(is_hit(hazard, tap, version.proportion) for tap in taps))
        for hazard in version.answer
    ]


def _spots(version: QuestionVersion, taps: list[list[float]]) -> list[Spot]:
    tall = version.proportion
    spots = [
        Spot(
            hazard["x"],
            hazard["y"],
            hazard["r"],
            "ok" if is_found else "bad",
            str(number),
            tall,
        )
        for number, (hazard, is_found) in enumerate(_found(version, taps), start=1)
    ]
    return spots + [Spot(x, y, 1, "run", "", tall) for x, y in taps]


@dataclass(frozen=True)
class Noted:
    """A question of the notebook, with how often it was mended and when it may be."""

    stem: str
    kind_name: str
    strand: str
    rights_apart: int
    is_waiting: bool


def notebook_of(cards: list[ReviewCard], mendable: list[ReviewCard]) -> list[Noted]:
    """The questions of these cards in their current words, in one query."""
    versions = {
        version.question_id: version
        for version in QuestionVersion.objects.filter(
            is_current=True, question__in=[card.question_id for card in cards]
        ).select_related("question__strand")
    }
    now = {card.pk for card in mendable}
    return [
        Noted(
            stem=versions[card.question_id].stem,
            kind_name=versions[card.question_id].get_kind_display(),
            strand=versions[card.question_id].question.strand.name,
            rights_apart=card.rights_apart,
            is_waiting=card.pk not in now,
        )
        for card in sorted(cards, key=lambda card: (card.pk not in now, card.last_at))
        if card.question_id in versions
    ]


@dataclass(frozen=True)
class Result:
    """How a group came out."""

    group: PracticeGroup
    places: list[Place]
    points: int = 0

    @property
    def explained(self) -> list[Explained]:
        return [one.explained for one in self.places if one.explained]

    @property
    def wrong(self) -> list[Explained]:
        return [one for one in self.explained if not one.is_right]

    @property
    def unanswered(self) -> int:
        return len(self.places) - len(self.explained)

    @property
    def quick(self) -> int:
        return sum(one.answer.is_quick for one in self.explained)

    @property
    def percent(self) -> int:
        whole = len(self.places)
        return PERCENT * self.group.right // whole if whole else 0

    @property
    def is_run(self) -> bool:
        return self.group.mode == Mode.CHALLENGE
