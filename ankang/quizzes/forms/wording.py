"""The words of a question that goes with a lesson: options one a line, letters."""

from typing import Any

from django import forms

from ankang.quizzes.models import QuestionVersion
from ankang.quizzes.wording import TRUE_FALSE_OPTIONS, Wording

LETTERS = "ABCDEFGH"
Kind = QuestionVersion.Kind
PAPER_KINDS = [
    (kind.value, kind.label) for kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE)
]


class WordingForm(forms.Form):
    """The words of one question: options one a line, the answer in letters."""

    kind = forms.ChoiceField(label="题型", choices=PAPER_KINDS)
    stem = forms.CharField(
        label="题干", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    options = forms.CharField(
        label="选项",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="每行一个选项，第一行是 A；判断题不用填，A 是对，B 是错。",
    )
    answer = forms.CharField(
        label="正确答案", max_length=16, help_text="选项的字母，例如 B；多选题如 ACD。"
    )
    explanation = forms.CharField(
        label="解析",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="答完以后学员看到的，说明为什么。",
    )
    source = forms.CharField(
        label="依据", max_length=200, required=False, help_text="法规名称和条号。"
    )

    @staticmethod
    def initial_of(wording: Wording) -> dict[str, Any]:
        """The form's values for these words."""
        return {
            "kind": wording.kind,
            "stem": wording.stem,
            "options": ""
            if wording.kind == Kind.TRUE_FALSE
            else "\n".join(wording.options),
            "answer": "".join(LETTERS[place] for place in wording.answer),
            "explanation": wording.explanation,
            "source": wording.source,
        }

    def clean_answer(self) -> tuple[int, ...]:
        """Letters as numbers of options."""
        letters = [
            letter
            for letter in self.cleaned_data["answer"].upper()
            if letter not in " ,，、"
        ]
        if not set(letters) <= set(LETTERS):
            raise forms.ValidationError("请填选项的字母，例如 B 或 ACD。")
        return tuple(LETTERS.index(letter) for letter in letters)

    def clean(self) -> dict[str, Any]:
        """Options as a tuple; those of a true-or-false question are fixed."""
        cleaned = super().clean() or {}
        lines = cleaned.get("options", "").splitlines()
        options = tuple(line.strip() for line in lines if line.strip())
        if cleaned.get("kind") == Kind.TRUE_FALSE:
            options = TRUE_FALSE_OPTIONS
        cleaned["options"] = options
        return cleaned

    def wording(self) -> Wording:
        """What the author wrote."""
        cleaned = self.cleaned_data
        return Wording(
            kind=cleaned["kind"],
            stem=cleaned["stem"],
            options=cleaned["options"],
            answer=cleaned["answer"],
            explanation=cleaned["explanation"],
            source=cleaned["source"],
        )
