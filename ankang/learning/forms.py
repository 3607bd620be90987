"""What staff write about learning."""

from django import forms


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = forms.CharField(
        label="答复",
        max_length=500,
        help_text="写清楚查到了什么、怎么处理。答复以后不能修改，本人会收到通知。",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写明答复。"},
    )
