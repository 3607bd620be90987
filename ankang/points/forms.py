"""The shape of a correction."""

import secrets
from typing import Any

from django import forms

from ankang.points.models import PointEntry
from ankang.points.services.correcting import MOST, Correction

KINDS = [
    (PointEntry.Kind.SUPPLEMENT.value, "补发：该得的没有记上"),
    (PointEntry.Kind.OPTIMIZE.value, "优化：系统记错了，增加或减少"),
    (PointEntry.Kind.DEDUCT.value, "违规扣减：不按规定得到的分"),
]


class CorrectionForm(forms.Form):
    """Kind, points and reason. The hidden source books a form sent twice only once."""

    kind = forms.ChoiceField(label="类别", choices=KINDS)
    points = forms.IntegerField(
        label="分数",
        min_value=-MOST,
        max_value=MOST,
        help_text="补发、扣减都写正数；优化要减少时写负数。",
    )
    comment = forms.CharField(
        label="原因",
        max_length=200,
        help_text="本人会在通知和积分记录里看到这句话。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    source = forms.RegexField(regex=r"\Aform:[0-9a-f]{16}\Z", widget=forms.HiddenInput)

    @classmethod
    def fresh(cls) -> "CorrectionForm":
        return cls(initial={"source": f"form:{secrets.token_hex(8)}"})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        points, kind = cleaned.get("points"), cleaned.get("kind")
        if points is not None and (
            points == 0 or (points < 0 and kind != PointEntry.Kind.OPTIMIZE)
        ):
            self.add_error("points", f"请写 1 到 {MOST} 之间的整数。")
        return cleaned

    def correction(self) -> Correction:
        """What was asked for; a deduction is negative."""
        sign = -1 if self.cleaned_data["kind"] == PointEntry.Kind.DEDUCT else 1
        return Correction(
            points=sign * self.cleaned_data["points"],
            comment=self.cleaned_data["comment"],
            source=self.cleaned_data["source"],
        )
