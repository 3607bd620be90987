"""What a learner writes."""

from django import forms


class ObjectionForm(forms.Form):
    """Why something should have counted."""

    text = forms.CharField(
        label="理由",
        max_length=500,
        help_text="写清楚当时的情况，例如在哪里、用什么手机看的。",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写明理由。"},
    )


class FindingObjectionForm(forms.Form):
    """Why a finding about oneself is wrong."""

    text = forms.CharField(
        label="为什么不对",
        max_length=500,
        help_text="写清楚当时的情况：在哪里、用谁的手机、谁能作证。只能提一次，想好再写。",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写明申诉的理由。"},
    )
