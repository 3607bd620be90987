"""What stands in the form of one question while it is written, as it was typed.

The form is sent with an act whenever a row is added, moved or dropped and whenever the
kind changes; nothing is checked then. Rows that the kind does not show are sent along
hidden, so that changing the kind and back loses nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.datastructures import MultiValueDict

from ankang.quizzes.models import QuestionVersion
from ankang.quizzes.wording import BLANK, MOST_OPTIONS, Wording

Kind = QuestionVersion.Kind
OPTION, BLANK_ROW, HAZARD = "option", "blank", "hazard"
FIELDS = {
    OPTION: ("text",),
    BLANK_ROW: ("texts",),
    HAZARD: ("name", "x", "y", "r", "why"),
}
SORT_OF: dict[str, str] = {
    Kind.SINGLE: OPTION,
    Kind.MULTIPLE: OPTION,
    Kind.ORDERING: OPTION,
    Kind.FILL_IN: BLANK_ROW,
    Kind.HAZARD: HAZARD,
}
MOST_HAZARDS = 12
MOST = {OPTION: MOST_OPTIONS, BLANK_ROW: 10, HAZARD: MOST_HAZARDS}
FIRST_OPTIONS = 4
MIDDLE, FIRST_RADIUS = "50", "8"
LONGEST_KEY = 4


@dataclass
class Typed:
    """One row; its key stays with it when it moves."""

    key: str
    values: dict[str, str]

    def is_empty(self) -> bool:
        return not any(text.strip() for text in self.values.values())


@dataclass
class Draft:
    """The half of the form that depends on the kind, as typed.

    `right` are the keys of the options marked right, `truth` is "0" for true and "1" for
    false, `picture` the number of an attachment, `added` the key of a row just added.
    """

    kind: str
    rows: dict[str, list[Typed]] = field(default_factory=dict)
    right: list[str] = field(default_factory=list)
    truth: str = ""
    picture: str = ""
    added: str = ""

    @classmethod
    def posted(cls, data: MultiValueDict[str, str], kinds: list[str]) -> Self:
        """What a browser sent."""
        kind = data.get("kind", "")
        return cls(
            kind=kind if kind in kinds else kinds[0],
            rows={sort: _rows(data, sort) for sort in FIELDS},
            right=data.getlist("right"),
            truth=data.get("truth", ""),
            picture=data.get("picture", ""),
        )

    @classmethod
    def of(cls, wording: Wording) -> Self:
        """The form of words that are written already."""
        draft = cls(kind=wording.kind, picture=wording.picture)
        draft.rows = {sort: [] for sort in FIELDS}
        match wording.kind:
            case Kind.TRUE_FALSE:
                draft.truth = str(wording.answer[0])
            case Kind.ORDERING:
                for place in wording.answer:
                    draft._append(OPTION, text=wording.options[place])
            case Kind.FILL_IN:
                for accepted in wording.answer:
                    draft._append(BLANK_ROW, texts="\n".join(accepted))
            case Kind.HAZARD:
                for hazard in wording.answer:
                    draft._append(HAZARD, **_hazard_texts(hazard))
            case _:
                keys = [draft._append(OPTION, text=text) for text in wording.options]
                draft.right = [keys[place] for place in wording.answer]
        return draft

    @classmethod
    def new(cls, kind: str) -> Self:
        """An empty form."""
        draft = cls(kind=kind, rows={sort: [] for sort in FIELDS})
        draft.fit("")
        return draft

    @property
    def sort(self) -> str:
        """The sort of rows that this kind has."""
        return SORT_OF.get(self.kind, "")

    @property
    def shown(self) -> list[Typed]:
        return self.rows.get(self.sort, [])

    def hidden(self) -> Iterator[tuple[str, str]]:
        """Names and values of what this kind does not show."""
        for sort, rows in self.rows.items():
            if sort != self.sort:
                for row in rows:
                    yield sort, row.key
                    for name, text in row.values.items():
                        yield f"{sort}-{row.key}-{name}", text
        if self.kind not in {Kind.SINGLE, Kind.MULTIPLE}:
            yield from (("right", key) for key in self.right)
        if self.kind != Kind.TRUE_FALSE:
            yield "truth", self.truth
        if self.kind != Kind.HAZARD:
            yield "picture", self.picture

    def do(self, act: str, stem: str) -> None:
        """Apply an act of a button: `sort-add`, or `sort-up-key`, `-down-`, `-drop-`."""
        sort, _, rest = act.partition("-")
        verb, _, key = rest.partition("-")
        rows = self.rows.get(sort)
        if rows is not None and verb == "add":
            self._add(sort)
        elif rows is not None:
            place = next((n for n, row in enumerate(rows) if row.key == key), None)
            if place is not None:
                _move(rows, place, verb)
        if self.kind == Kind.SINGLE:
            self.right = self.right[:1]
        self.fit(stem)

    def fit(self, stem: str) -> None:
        """At least the rows that the kind needs; of blanks, what the stem has."""
        if self.kind == Kind.FILL_IN:
            rows, blanks = self.rows[BLANK_ROW], stem.count(BLANK)
            while len(rows) < min(blanks, MOST[BLANK_ROW]):
                self._append(BLANK_ROW)
            while len(rows) > blanks and rows[-1].is_empty():
                rows.pop()
        elif self.sort == OPTION and not self.rows[OPTION]:
            for _ in range(FIRST_OPTIONS):
                self._append(OPTION)

    def _add(self, sort: str) -> None:
        if len(self.rows[sort]) < MOST[sort]:
            first = {"x": MIDDLE, "y": MIDDLE, "r": FIRST_RADIUS}
            self.added = self._append(sort, **(first if sort == HAZARD else {}))

    def _append(self, sort: str, **values: str) -> str:
        rows = self.rows[sort]
        key = str(max((int(row.key) for row in rows), default=-1) + 1)
        rows.append(Typed(key, {name: values.get(name, "") for name in FIELDS[sort]}))
        return key


def _rows(data: MultiValueDict[str, str], sort: str) -> list[Typed]:
    keys = dict.fromkeys(
        key
        for key in data.getlist(sort)
        if key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY
    )
    return [
        Typed(
            key, {name: data.get(f"{sort}-{key}-{name}", "") for name in FIELDS[sort]}
        )
        for key in list(keys)[: MOST[sort]]
    ]


def _move(rows: list[Typed], place: int, verb: str) -> None:
    row = rows.pop(place)
    match verb:
        case "up":
            rows.insert(max(0, place - 1), row)
        case "down":
            rows.insert(place + 1, row)
        case "drop":
            return
        case _:
            rows.insert(place, row)


def _hazard_texts(hazard: dict[str, Any]) -> dict[str, str]:
    places = {axis: f"{hazard[axis]:g}" for axis in "xyr"}
    return {"name": hazard["name"], **places, "why": hazard.get("why", "")}
