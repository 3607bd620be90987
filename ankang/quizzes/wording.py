"""The words of one question, and whether they make a question."""

from dataclasses import dataclass, replace
from typing import Any

from ankang.core.errors import Refusal
from ankang.quizzes.grading import PERCENT, normal
from ankang.quizzes.models import QuestionVersion

Kind = QuestionVersion.Kind
LETTERS = "ABCDEFGH"
TRUE_FALSE_OPTIONS = ("对", "错")
FEWEST_OPTIONS, MOST_OPTIONS = 2, len(LETTERS)
BLANK = "____"


class BadWording(Refusal):
    """The options and the answer do not make a question."""


@dataclass(frozen=True)
class Wording:
    """One question as it is asked.

    The answer is numbers of options from 0: of those that are right, or of all steps in
    their right order. For blanks it is lists of accepted texts, for a picture its
    hazards. `picture` is the number of an attachment.
    """

    kind: str
    stem: str
    options: tuple[str, ...]
    answer: tuple[Any, ...]
    explanation: str
    source: str = ""
    hint: str = ""
    picture: str = ""

    def checked(self) -> "Wording":
        """Itself, with the answer in order.

        :raises BadWording: the sentence says what does not fit.
        """
        if not self.stem.strip() or not self.explanation.strip():
            raise BadWording("题干和解析都要写。")
        return replace(
            self,
            stem=self.stem.strip(),
            options=tuple(option.strip() for option in self.options),
            answer=self._checked_answer(),
            explanation=self.explanation.strip(),
            source=self.source.strip(),
            hint=self.hint.strip(),
        )

    def _checked_answer(self) -> tuple[Any, ...]:
        match self.kind:
            case Kind.FILL_IN:
                return _blanks(self)
            case Kind.HAZARD:
                return _hazards(self)
            case Kind.ORDERING:
                _check_options(self.options)
                return _order(self)
            case _:
                _check_options(self.options)
                return _chosen(self)


def wording_of(version: QuestionVersion) -> Wording:
    """The words of a version."""
    return Wording(
        kind=version.kind,
        stem=version.stem,
        options=tuple(version.options),
        answer=tuple(version.answer),
        explanation=version.explanation,
        source=version.source,
        hint=version.hint,
        picture=version.picture,
    )


def _check_options(options: tuple[str, ...]) -> None:
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        raise BadWording("选项要有 2 到 8 个。")
    if len({option.strip() for option in options}) != len(options):
        raise BadWording("有两个选项一样，请改掉一个。")


def _chosen(words: Wording) -> tuple[int, ...]:
    answer = tuple(sorted(set(words.answer)))
    if not answer or not set(answer) <= set(range(len(words.options))):
        raise BadWording("请选出正确答案。")
    if words.kind == Kind.MULTIPLE and len(answer) == 1:
        raise BadWording("多选题至少有两个正确答案；只有一个就改成单选题。")
    if words.kind != Kind.MULTIPLE and len(answer) > 1:
        raise BadWording("单选题和判断题只有一个正确答案。")
    return answer


def _order(words: Wording) -> tuple[int, ...]:
    if sorted(words.answer) != list(range(len(words.options))):
        raise BadWording("排序题的答案要把每一步的字母各写一次，例如 CADB。")
    return tuple(words.answer)


def _blanks(words: Wording) -> tuple[list[str], ...]:
    blanks = words.stem.count(BLANK)
    if not blanks:
        raise BadWording("填空题的题干里，用四个下划线 ____ 表示一个空。")
    if len(words.answer) != blanks:
        raise BadWording(f"题干里有 {blanks} 个空，答案却有 {len(words.answer)} 个。")
    if words.options:
        raise BadWording("填空题没有选项。")
    if not all(
        accepted and all(normal(text) for text in accepted) for accepted in words.answer
    ):
        raise BadWording("每个空都要写出正确的填法，要有字或数字。")
    return tuple([text.strip() for text in accepted] for accepted in words.answer)


def _hazards(words: Wording) -> tuple[dict[str, Any], ...]:
    if not words.picture:
        raise BadWording("隐患找茬题要有图片。")
    if not words.answer:
        raise BadWording("请在图上标出至少一处隐患。")
    for hazard in words.answer:
        is_inside = all(0 <= hazard[axis] <= PERCENT for axis in "xy")
        if not hazard["name"].strip() or not is_inside or hazard["r"] <= 0:
            raise BadWording("每处隐患都要有名称、图里的位置和大于零的半径。")
    return words.answer
