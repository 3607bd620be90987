"""The words of one question, and whether they make a question."""

from dataclasses import dataclass

from ankang.core.errors import Refusal
from ankang.quizzes.models import QuestionVersion

Kind = QuestionVersion.Kind
TRUE_FALSE_OPTIONS = ("对", "错")
FEWEST_OPTIONS, MOST_OPTIONS = 2, 8


class BadWording(Refusal):
    """The options and the answer do not make a question."""


@dataclass(frozen=True)
class Wording:
    """One question as it is asked. Answers are numbers of options, from 0."""

    kind: str
    stem: str
    options: tuple[str, ...]
    answer: tuple[int, ...]
    explanation: str
    source: str = ""

    def checked(self) -> "Wording":
        """Itself, with the answer in order.

        :raises BadWording: the sentence says what does not fit.
        """
        if not self.stem.strip() or not self.explanation.strip():
            raise BadWording("题干和解析都要写。")
        if not FEWEST_OPTIONS <= len(self.options) <= MOST_OPTIONS:
            raise BadWording("选项要有 2 到 8 个。")
        if len({option.strip() for option in self.options}) != len(self.options):
            raise BadWording("有两个选项一样，请改掉一个。")
        answer = tuple(sorted(set(self.answer)))
        if not answer or not set(answer) <= set(range(len(self.options))):
            raise BadWording("请选出正确答案。")
        if self.kind == Kind.MULTIPLE and len(answer) == 1:
            raise BadWording("多选题至少有两个正确答案；只有一个就改成单选题。")
        if self.kind != Kind.MULTIPLE and len(answer) > 1:
            raise BadWording("单选题和判断题只有一个正确答案。")
        return Wording(
            kind=self.kind,
            stem=self.stem.strip(),
            options=tuple(option.strip() for option in self.options),
            answer=answer,
            explanation=self.explanation.strip(),
            source=self.source.strip(),
        )


def wording_of(version: QuestionVersion) -> Wording:
    """The words of a version."""
    return Wording(
        kind=version.kind,
        stem=version.stem,
        options=tuple(version.options),
        answer=tuple(version.answer),
        explanation=version.explanation,
        source=version.source,
    )
