"""Checking a whole file of questions: every mistake with its place, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ankang.quizzes.models import QuestionVersion
from ankang.quizzes.sheets import Field, Row, blanks_of, hazards_of
from ankang.quizzes.wording import (
    BLANK,
    LETTERS,
    TRUE_FALSE_OPTIONS,
    BadWording,
    Wording,
)

Kind = QuestionVersion.Kind
KINDS = {str(kind.label): kind.value for kind in Kind} | {
    kind.value: kind.value for kind in Kind
}
TRUE_FALSE = {"对": 0, "正确": 0, "A": 0, "错": 1, "错误": 1, "B": 1}
LONGEST = {
    Field.CODE: 60,
    Field.TOPIC: 40,
    Field.STEM: 500,
    Field.HINT: 200,
    Field.SOURCE: 200,
}


@dataclass(frozen=True)
class Known:
    """What a file may name: strands by name, those one may write, industries, pictures."""

    strands: Mapping[str, str]
    writable: frozenset[str]
    industries: frozenset[str]
    pictures: frozenset[str]

    def strand_names(self) -> list[str]:
        """The strands one may write, or all: the name of each, which stands first."""
        names: dict[str, str] = {}
        for name, code in self.strands.items():
            names.setdefault(code, name)
        own = [name for code, name in names.items() if code in self.writable]
        return own or list(names.values())


@dataclass(frozen=True)
class Fault:
    """Something wrong with one question: where, what, what to do."""

    number: int
    field: str
    reason: str
    advice: str


@dataclass(frozen=True)
class Entry:
    """One question that can be saved; `strand` is a code."""

    number: int
    code: str
    strand: str
    topic: str
    difficulty: int
    industries: tuple[str, ...]
    posts: tuple[str, ...]
    wording: Wording


@dataclass
class Checked:
    """The good questions of a file, and what is wrong with the others."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def bad_rows(self) -> set[int]:
        return {fault.number for fault in self.faults}


def check_rows(rows: list[Row], known: Known) -> Checked:
    """Check every row; a code or the same words twice are a mistake of the second."""
    checked = Checked()
    codes: dict[str, int] = {}
    words: dict[tuple[str, str], int] = {}
    for row in rows:
        checker = _Checker(row, known)
        entry = checker.entry()
        if entry is not None:
            checker.once(codes, entry.code, Field.CODE)
            checker.once(words, (entry.wording.kind, entry.wording.stem), Field.STEM)
        if checker.faults:
            checked.faults.extend(checker.faults)
        elif entry is not None:
            checked.entries.append(entry)
    return checked


class _Checker:
    """One row, and what is wrong with it."""

    def __init__(self, row: Row, known: Known) -> None:
        self.row, self.known = row, known
        self.faults: list[Fault] = []

    def entry(self) -> Entry | None:
        """The question, or None after noting why not."""
        self._check_lengths()
        strand = self._strand()
        difficulty = self._difficulty()
        industries = self._listed(Field.INDUSTRIES)
        unknown = [one for one in industries if one not in self.known.industries]
        if unknown:
            self._wrong(
                Field.INDUSTRIES,
                f"没有这个行业：{'、'.join(unknown)}",
                "填行业大类的两位代码，例如 33；不填就是所有人",
            )
        wording = self._wording(self._kind())
        if self.faults or wording is None:
            return None
        return Entry(
            number=self.row.number,
            code=self.row.text(Field.CODE),
            strand=strand,
            topic=self.row.text(Field.TOPIC),
            difficulty=difficulty,
            industries=industries,
            posts=self._listed(Field.POSTS),
            wording=wording,
        )

    def once(self, seen: dict[Any, int], key: Any, name: Field) -> None:
        """Note a key that an earlier row has too."""
        if key and key in seen:
            self._wrong(name, f"和第 {seen[key]} 行重复", "删去其中一题")
        elif key:
            seen[key] = self.row.number

    def _check_lengths(self) -> None:
        for name, most in LONGEST.items():
            if (length := len(self.row.text(name))) > most:
                self._wrong(name, f"有 {length} 个字", f"缩短到 {most} 个字以内")

    def _strand(self) -> str:
        name = self.row.text(Field.STRAND)
        code = self.known.strands.get(name, "")
        allowed = "、".join(self.known.strand_names())
        if not code:
            self._wrong(
                Field.STRAND,
                f"没有这个板块：{name or '（空）'}",
                f"填其中一个：{allowed}",
            )
        elif code not in self.known.writable:
            self._wrong(
                Field.STRAND, f"{name}的题由别的部门写", "请那个部门导入，或者改板块"
            )
        return code

    def _difficulty(self) -> int:
        text = self.row.text(Field.DIFFICULTY) or "2"
        if text not in {"1", "2", "3"}:
            self._wrong(Field.DIFFICULTY, f"难度是“{text}”", "填 1、2 或 3")
            return 2
        return int(text)

    def _listed(self, name: Field) -> tuple[str, ...]:
        text = self.row.text(name)
        for sign in ",，;；\n":
            text = text.replace(sign, "、")
        return tuple(one.strip() for one in text.split("、") if one.strip())

    def _kind(self) -> str:
        text = self.row.text(Field.KIND)
        if text:
            if text not in KINDS:
                labels = "、".join(str(label) for label in Kind.labels)
                self._wrong(Field.KIND, f"没有这种题型：{text}", f"填{labels}")
            return KINDS.get(text, "")
        answer = self.row.text(Field.ANSWER)
        if self.row.text(Field.HAZARDS):
            return Kind.HAZARD
        if not self.row.options:
            has_blank = BLANK in self.row.text(Field.STEM)
            return Kind.FILL_IN if has_blank else Kind.TRUE_FALSE
        return Kind.SINGLE if len(_letters(answer)) == 1 else Kind.MULTIPLE

    def _wording(self, kind: str) -> Wording | None:
        if not kind:
            return None
        options, answer = self._options(kind), self._answer(kind)
        if self.faults:
            return None
        words = Wording(
            kind=kind,
            stem=self.row.text(Field.STEM),
            options=options,
            answer=answer,
            explanation=self.row.text(Field.EXPLANATION),
            source=self.row.text(Field.SOURCE),
            hint=self.row.text(Field.HINT),
            picture=self.row.text(Field.PICTURE) if kind == Kind.HAZARD else "",
        )
        try:
            return words.checked()
        except BadWording as refusal:
            self._wrong(Field.STEM, str(refusal).rstrip("。"), "照说明改好这一题")
            return None

    def _options(self, kind: str) -> tuple[str, ...]:
        if kind == Kind.TRUE_FALSE:
            return TRUE_FALSE_OPTIONS
        if kind in {Kind.FILL_IN, Kind.HAZARD}:
            return ()
        letters = sorted(self.row.options)
        if letters != list(LETTERS[: len(letters)]):
            self._wrong("选项", f"有选项 {'、'.join(letters)}", "选项从 A 起，中间不空")
        return tuple(self.row.options[letter].strip() for letter in letters)

    def _answer(self, kind: str) -> tuple[Any, ...]:
        text = self.row.text(Field.ANSWER)
        match kind:
            case Kind.HAZARD:
                return self._hazards()
            case Kind.FILL_IN:
                return tuple(blanks_of(text)) if text else ()
            case Kind.TRUE_FALSE:
                if text.upper() not in TRUE_FALSE:
                    self._wrong(Field.ANSWER, f"答案是“{text}”", "判断题填 对 或 错")
                    return ()
                return (TRUE_FALSE[text.upper()],)
            case _:
                return self._numbers(text)

    def _numbers(self, text: str) -> tuple[int, ...]:
        letters = _letters(text)
        if not letters or not set(letters) <= set(self.row.options):
            self._wrong(
                Field.ANSWER, f"答案是“{text}”", "填选项的字母，例如 B、ACD、CADB"
            )
            return ()
        return tuple(LETTERS.index(letter) for letter in letters)

    def _hazards(self) -> tuple[Any, ...]:
        if self.row.text(Field.PICTURE) not in self.known.pictures:
            self._wrong(Field.PICTURE, "没有这张图片", "填题库里图片的编号")
        try:
            return tuple(hazards_of(self.row.text(Field.HAZARDS)))
        except ValueError:
            self._wrong(
                Field.HAZARDS,
                "有一行读不懂",
                "一处一行：名称|横|纵|半径|为什么，数是百分数",
            )
            return ()

    def _wrong(self, name: str, reason: str, advice: str) -> None:
        self.faults.append(Fault(self.row.number, str(name), reason, advice))


def _letters(text: str) -> str:
    return "".join(one for one in text.upper() if one not in " ,，、")
