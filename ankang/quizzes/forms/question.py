"""The form of one question: its place in the bank, its words, and the half of its kind."""

from collections.abc import Collection
from typing import Any

from django import forms

from ankang.organizations.models import Industry, Strand
from ankang.quizzes.forms.answer import AnswerForm
from ankang.quizzes.forms.wording import PAPER_KINDS
from ankang.quizzes.models import Question, QuestionVersion
from ankang.quizzes.wording import BLANK, BadWording, Wording

Kind = QuestionVersion.Kind
LONGEST_POST = 20
SWAP_KIND = {"hx-post": "", "hx-trigger": "change", "hx-vals": '{"act": "kind"}'}
SIGNS = ",，;；\n"


def kinds_of(purpose: str) -> list[tuple[str, str]]:
    """A paper is answered by choosing; practice has every kind."""
    if purpose == Question.Purpose.PRACTICE:
        return [(kind.value, str(kind.label)) for kind in Kind]
    return [(value, str(label)) for value, label in PAPER_KINDS]


class QuestionForm(forms.Form):
    """One question. Valid only together with the rows of its kind."""

    strand = forms.ModelChoiceField(
        label="内容板块", queryset=Strand.objects.order_by("pk"), empty_label=None
    )
    kind = forms.ChoiceField(label="题型", widget=forms.Select(attrs=SWAP_KIND))
    stem = forms.CharField(
        label="题干",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写题干。"},
    )
    hint = forms.CharField(
        label="提示",
        max_length=200,
        required=False,
        help_text="答不出时可以点开看，不能说出答案。",
    )
    explanation = forms.CharField(
        label="解析",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="答完以后学员看到的，说明为什么。",
        error_messages={"required": "请写解析，说明为什么。"},
    )
    source = forms.CharField(
        label="依据",
        max_length=200,
        required=False,
        help_text="法规名称和条号，或者标准号。",
    )
    topic = forms.CharField(
        label="主题",
        max_length=40,
        required=False,
        help_text="尽量用已有的主题，专项答题按主题选题。",
        widget=forms.TextInput(attrs={"list": "topics", "autocomplete": "off"}),
    )
    difficulty = forms.TypedChoiceField(
        label="难度",
        choices=[(1, "1 易"), (2, "2 中"), (3, "3 难")],
        coerce=int,
        initial=2,
    )
    posts = forms.CharField(
        label="岗位",
        required=False,
        max_length=200,
        help_text="例如：焊工、磨工。不填就是所有岗位。",
    )
    industries = forms.MultipleChoiceField(
        label="行业",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不选就是所有行业。",
    )

    def __init__(
        self,
        *args: Any,
        question: Question,
        answer: AnswerForm,
        pictures: Collection[str] = (),
        before: Wording | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.question, self.answer = question, answer
        self.pictures, self.before = pictures, before
        fields: Any = self.fields
        fields["kind"].choices = kinds_of(question.purpose)
        fields["strand"].label_from_instance = lambda strand: strand.name
        if question.pk:
            del fields["strand"]
        if question.purpose == Question.Purpose.PRACTICE:
            rows = Industry.objects.order_by("code").values_list("code", "name")
            fields["industries"].choices = [
                (code, f"{code} {name}") for code, name in rows
            ]
        else:
            for name in ("hint", "posts", "industries"):
                del fields[name]

    @staticmethod
    def initial_of(place: dict[str, Any], wording: Wording | None) -> dict[str, Any]:
        """The form's values for a question's place in the bank and its words."""
        placed = {**place, "posts": "、".join(place["posts"])}
        if wording is None:
            return placed
        names = ("kind", "stem", "hint", "explanation", "source")
        return placed | {name: getattr(wording, name) for name in names}

    def clean_posts(self) -> list[str]:
        """Posts one by one."""
        text = self.cleaned_data["posts"]
        for sign in SIGNS:
            text = text.replace(sign, "、")
        posts = [one.strip() for one in text.split("、") if one.strip()]
        if any(len(one) > LONGEST_POST for one in posts):
            raise forms.ValidationError("岗位之间用顿号隔开，例如：焊工、磨工。")
        return list(dict.fromkeys(posts))

    def clean(self) -> dict[str, Any]:
        """Put both halves together; mistakes are noted at their fields."""
        cleaned = super().clean() or {}
        kind, stem = cleaned.get("kind", ""), cleaned.get("stem", "")
        if kind == Kind.FILL_IN and stem and BLANK not in stem:
            self.add_error("stem", "题干里用四个下划线 ____ 表示一个空。")
        options, answer = self.answer.checked(
            stem=stem, pictures=self.pictures, before=self.before
        )
        if self.errors or not self.answer.is_good:
            return cleaned
        picture = self.answer.draft.picture if kind == Kind.HAZARD else ""
        words = Wording(
            kind=kind,
            stem=stem,
            options=options,
            answer=answer,
            explanation=cleaned["explanation"],
            source=cleaned["source"],
            hint=cleaned.get("hint", ""),
            picture=picture,
        )
        try:
            cleaned["wording"] = words.checked()
        except BadWording as refusal:
            self.answer.errors.append(str(refusal))
        return cleaned

    def is_valid(self) -> bool:
        """Both halves."""
        return super().is_valid() and self.answer.is_good

    def wording(self) -> Wording:
        """What the author wrote."""
        wording: Wording = self.cleaned_data["wording"]
        return wording

    def placed(self) -> Question:
        """The question with its place in the bank."""
        question, cleaned = self.question, self.cleaned_data
        for name in ("strand", "topic", "difficulty", "industries", "posts"):
            if name in cleaned:
                setattr(question, name, cleaned[name])
        return question
