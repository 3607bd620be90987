"""The shape of what the console's composed pages take."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from ankang.accounts.models import Person
from ankang.counting.models import SamplingFrame
from ankang.counting.sampling import SIZE
from ankang.integrity.models import Case, Decision
from ankang.integrity.services.deciding import NobodyExcluded, excludes_nobody
from ankang.integrity.services.objecting import Answer
from ankang.organizations.models import District
from ankang.quizzes.forms import WordingForm


class _People(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """People by name and masked number."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} {obj.id_mask}"


class _Districts(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Districts by name alone."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class CheckQuestionForm(WordingForm):
    """A check question and the second that it is about."""

    at_second = forms.IntegerField(
        label="对应时间（秒）",
        min_value=0,
        initial=0,
        help_text="讲到这道题的那一秒，在场确认时会问刚讲过的题。",
    )

    @staticmethod
    def initial_at(drafted: Any) -> dict[str, Any]:
        """The form's values for a drafted question."""
        return {
            **WordingForm.initial_of(drafted.wording),
            "at_second": drafted.at_second,
        }


class FlexibleForm(forms.Form):
    """In which district somebody works without an employer, and as what."""

    district = _Districts(
        label="区市", queryset=District.objects.none(), empty_label="请选择"
    )
    post = forms.CharField(
        label="从事的工作",
        max_length=40,
        required=False,
        help_text="例如：外卖骑手、家政、零工。",
    )

    def __init__(
        self, *args: Any, districts: QuerySet[District], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["district"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = districts


class FindingObjectionForm(forms.Form):
    """Why a finding about one's employer is wrong."""

    text = forms.CharField(
        label="为什么不对",
        max_length=500,
        help_text="写清楚当时的情况和能证明的材料，例如培训签到表、排班表。提交以后不能修改。",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写明申诉的理由。"},
    )


class MergeForm(forms.Form):
    """Why two records are one person, and which of them is kept."""

    reason = forms.CharField(
        label="原因",
        max_length=200,
        help_text="写清楚凭什么认定是同一个人，例如“本人带两份证件到窗口核对”。",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明原因。"},
    )


class UndoMergeForm(forms.Form):
    """Why two records are two people after all."""

    reason = forms.CharField(
        label="撤回的原因",
        max_length=200,
        help_text="例如“核对证件，是同名的两个人”。",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明原因。"},
    )


class DecisionForm(forms.Form):
    """Uphold or dismiss a case, whom that excludes, and why."""

    verdict = forms.ChoiceField(
        label="决定",
        choices=[
            (Decision.Verdict.UPHOLD, "认定：勾选的人员本年度不计入"),
            (Decision.Verdict.DISMISS, "不成立：谁都照常计入"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择认定或者不成立。"},
    )
    exclude = _People(
        label="认定时不计的人员",
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    comment = forms.CharField(
        label="理由",
        max_length=500,
        help_text="本人会看到这段话，写清楚查了什么、为什么。",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明理由，本人能看到这段话。"},
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        field = self.fields["exclude"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = Person.objects.filter(involvements__case=case).order_by(
                "involvements__pk"
            )
        if case.person_id is not None:
            field.initial = [case.person_id]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        verdict = cleaned.get("verdict", "")
        if excludes_nobody(self.case, verdict, cleaned.get("exclude", ())):
            self.add_error("exclude", str(NobodyExcluded()))
        return cleaned

    def excluded(self) -> list[Person]:
        """Whom a finding excludes; ticks beside a dismissal mean nothing."""
        if self.cleaned_data["verdict"] == Decision.Verdict.DISMISS:
            return []
        return list(self.cleaned_data["exclude"])

    def verdict_label(self) -> str:
        return str(Decision.Verdict(self.cleaned_data["verdict"]).label)

    def sent(self) -> list[tuple[str, str]]:
        """What was sent, to be sent again once it is confirmed."""
        return [
            ("verdict", self.cleaned_data["verdict"]),
            ("comment", self.cleaned_data["comment"]),
            *(("exclude", str(one.pk)) for one in self.cleaned_data["exclude"]),
        ]


class FindingAnswerForm(forms.Form):
    """Keep a finding or reverse it, and why."""

    verdict = forms.ChoiceField(
        label="结果",
        choices=[
            (Answer.KEEP, "维持认定：仍不计入"),
            (Answer.REVERSE, "撤销认定：恢复计入"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择维持或者撤销。"},
    )
    answer = forms.CharField(
        label="理由",
        max_length=500,
        help_text="申诉的人会看到这段话。",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明理由，申诉的人能看到这段话。"},
    )


class FrameForm(forms.Form):
    """Which list to fix before drawing from it."""

    population = forms.ChoiceField(
        label="抽谁",
        choices=SamplingFrame.Population.choices,
        initial=SamplingFrame.Population.COUNTED,
    )
    district = _Districts(
        label="区市",
        queryset=District.objects.order_by("code"),
        required=False,
        empty_label="全市",
        help_text="按区市分层：每个区市各固定一份名单，各抽各的。",
    )


class SampleForm(forms.Form):
    """The public seed, where it comes from, and how many to draw."""

    seed = forms.CharField(
        label="种子",
        max_length=100,
        help_text="名单固定以后才出现的数：你当场想的，或当天的开奖号码、收盘指数。",
    )
    seed_source = forms.CharField(
        label="种子的来源",
        max_length=200,
        help_text="写到别人查得到：例如“体彩七星彩第 20091 期开奖号码”。",
    )
    size = forms.IntegerField(label="抽几人", initial=SIZE, min_value=1)
