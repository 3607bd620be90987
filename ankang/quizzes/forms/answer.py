"""The half of a question's form that depends on its kind, checked row by row."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django import forms

from ankang.quizzes.forms.draft import BLANK_ROW, HAZARD, MOST, OPTION, Draft
from ankang.quizzes.grading import normal
from ankang.quizzes.models import QuestionVersion
from ankang.quizzes.wording import (
    BLANK,
    FEWEST_OPTIONS,
    LETTERS,
    TRUE_FALSE_OPTIONS,
    Wording,
)

__all__ = ["AnswerForm", "Draft", "Line"]

Kind = QuestionVersion.Kind
PERCENT = 100
LEAST_RADIUS, LARGEST_RADIUS = 1, 50


class OptionRow(forms.Form):
    """An option, or a step of an order."""

    text = forms.CharField(label="选项", max_length=200, required=False)


class BlankRow(forms.Form):
    """The texts that are right in one blank, one a line."""

    texts = forms.CharField(
        label="正确的填法",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _percent(label: str, least: float, most: int) -> forms.FloatField:
    sentence = f"填 {least:g} 到 {most} 之间的数。"
    codes = ("required", "invalid", "min_value", "max_value")
    return forms.FloatField(
        label=label,
        min_value=least,
        max_value=most,
        error_messages=dict.fromkeys(codes, sentence),
        widget=forms.NumberInput(attrs={"step": "0.1", "inputmode": "decimal"}),
    )


class HazardRow(forms.Form):
    """One hazard: a circle in the picture, its name and why it is one."""

    name = forms.CharField(
        label="名称",
        max_length=60,
        error_messages={"required": "写出这处隐患叫什么。"},
    )
    x = _percent("从左 %", 0, PERCENT)
    y = _percent("从上 %", 0, PERCENT)
    r = _percent("半径 %", LEAST_RADIUS, LARGEST_RADIUS)
    why = forms.CharField(label="为什么危险", max_length=200, required=False)


ROW_FORMS: dict[str, type[forms.Form]] = {
    OPTION: OptionRow,
    BLANK_ROW: BlankRow,
    HAZARD: HazardRow,
}


@dataclass
class Line:
    """A row as the page shows it."""

    key: str
    letter: str
    number: int
    form: forms.Form
    is_right: bool
    is_added: bool

    @property
    def places(self) -> list[forms.BoundField]:
        """Where a hazard is, and how large."""
        return [self.form[axis] for axis in "xyr"]

    def text(self, name: str = "text") -> str:
        """What was typed, once the row was checked."""
        return str(self.form.cleaned_data.get(name, ""))


class AnswerForm:
    """Options, blanks, steps or hazards. `errors` are of the whole, others of a row."""

    def __init__(self, draft: Draft, *, is_sent: bool = False) -> None:
        self.draft = draft
        self.errors: list[str] = []
        self.picture_errors: list[str] = []
        self.lines = [self._line(place, is_sent) for place in range(len(draft.shown))]

    def _line(self, place: int, is_sent: bool) -> Line:
        row, sort = self.draft.shown[place], self.draft.sort
        prefix = f"{sort}-{row.key}"
        values = {f"{prefix}-{name}": text for name, text in row.values.items()}
        made = ROW_FORMS[sort](
            data=values if is_sent else None, initial=row.values, prefix=prefix
        )
        return Line(
            key=row.key,
            letter=LETTERS[place] if sort == OPTION else "",
            number=place + 1,
            form=made,
            is_right=row.key in self.draft.right,
            is_added=row.key == self.draft.added,
        )

    @property
    def new_hazard(self) -> Line:
        """The row that a script copies for each new hazard."""
        form = HazardRow(prefix=f"{HAZARD}-KEY")
        return Line("KEY", "", 0, form, is_right=False, is_added=False)

    @property
    def is_full(self) -> bool:
        return len(self.lines) >= MOST.get(self.draft.sort, 0)

    @property
    def most(self) -> int:
        return MOST.get(self.draft.sort, 0)

    def checked(
        self, *, stem: str, pictures: Collection[str], before: Wording | None
    ) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """Options and answer; what is wrong is noted, and `is_good` says no.

        `before` are the words that are changed: equal steps keep the order in which the
        bank has them.
        """
        for line in self.lines:
            line.form.is_valid()
        match self.draft.kind:
            case Kind.TRUE_FALSE:
                return TRUE_FALSE_OPTIONS, self._truth()
            case Kind.FILL_IN:
                return (), self._blanks(stem)
            case Kind.HAZARD:
                return (), self._hazards(pictures)
            case Kind.ORDERING:
                return self._steps(before)
            case _:
                return self._chosen()

    @property
    def is_good(self) -> bool:
        """Was nothing wrong found?"""
        is_whole = not self.errors and not self.picture_errors
        return is_whole and all(line.form.is_valid() for line in self.lines)

    def _truth(self) -> tuple[int, ...]:
        if self.draft.truth not in {"0", "1"}:
            self.errors.append("请选这句话是对还是错。")
            return ()
        return (int(self.draft.truth),)

    def _filled(self) -> list[Line]:
        """The rows with a text; an empty one that is marked right is a mistake."""
        is_marked = self.draft.kind != Kind.ORDERING
        for line in self.lines:
            if not line.text() and line.is_right and is_marked:
                line.form.add_error("text", "标成正确的选项要写出来。")
        filled = [line for line in self.lines if line.text()]
        seen: dict[str, Line] = {}
        for line in filled:
            first = seen.setdefault(line.text(), line)
            if first is not line:
                sign = first.letter if is_marked else f"第 {first.number} 步"
                line.form.add_error("text", f"和 {sign} 一样，请改掉一个。")
        what = "选项" if is_marked else "步骤"
        if len(filled) < FEWEST_OPTIONS:
            self.errors.append(f"{what}至少要写 {FEWEST_OPTIONS} 个。")
        return filled

    def _chosen(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        filled = self._filled()
        right = [place for place, line in enumerate(filled) if line.is_right]
        is_multiple = self.draft.kind == Kind.MULTIPLE
        if not right:
            self.errors.append("请标出正确答案。")
        elif is_multiple and len(right) == 1:
            self.errors.append("多选题至少有两个正确答案；只有一个就改成单选题。")
        elif not is_multiple and len(right) > 1:
            self.errors.append("单选题只有一个正确答案。")
        return tuple(line.text() for line in filled), tuple(right)

    def _steps(self, before: Wording | None) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Written in their right order; kept in another, lest the order is the answer."""
        steps = [line.text() for line in self._filled()]
        options = tuple(sorted(set(steps)))
        if before is not None and tuple(sorted(before.options)) == options:
            options = before.options
        return options, tuple(options.index(step) for step in steps)

    def _blanks(self, stem: str) -> tuple[list[str], ...]:
        answer = []
        for line in self.lines:
            lines = [text.strip() for text in line.text("texts").splitlines()]
            accepted = [text for text in lines if text]
            if not accepted or not all(normal(text) for text in accepted):
                sentence = "写出这个空的正确填法，要有字或数字；几种写法一行一种。"
                line.form.add_error("texts", sentence)
            answer.append(accepted)
        blanks = stem.count(BLANK)
        if blanks and blanks != len(answer):
            self.errors.append(
                f"题干里有 {blanks} 个空，这里写了 {len(answer)} 个，请删去多的一行。"
            )
        return tuple(answer)

    def _hazards(self, pictures: Collection[str]) -> tuple[dict[str, Any], ...]:
        if self.draft.picture not in pictures:
            self.picture_errors.append("请选一张图片，或者上传一张。")
        if not self.lines:
            self.errors.append("请在图上标出至少一处隐患。")
        return tuple(
            {name: _plain(value) for name, value in line.form.cleaned_data.items()}
            for line in self.lines
        )


def _plain(value: Any) -> Any:
    """Whole numbers without a point, as the city folder and imports write them."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 1)
    return value
