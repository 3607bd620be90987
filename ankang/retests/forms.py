"""Announcing a retest, and entering the seed once it is out."""

from django import forms

from ankang.retests.models import Retest


class AnnounceForm(forms.Form):
    """How many to draw, in which strata, and which public number will be the seed."""

    size = forms.IntegerField(
        label="抽几人",
        min_value=1,
        initial=200,
        help_text="按各层人数的比例分给每一层。",
    )
    strata = forms.ChoiceField(
        label="分层", choices=Retest.Strata.choices, initial=Retest.Strata.NONE
    )
    seed_source = forms.CharField(
        label="用什么做种子",
        max_length=200,
        help_text="以后才产生、谁都查得到的数，例如“体彩七星彩第 20091 期开奖号码”。"
        "写清楚怎么抄：几位、带不带空格。",
    )
    seed_at = forms.DateTimeField(
        label="种子什么时候产生",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="要在现在以后。到时才能抽。",
    )


class DrawForm(forms.Form):
    """The seed, as announced."""

    seed = forms.CharField(
        label="种子",
        max_length=100,
        help_text="照公告的来源原样抄录，抽一次，不能重抽。",
    )
