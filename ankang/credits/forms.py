"""Shapes of input about certificates."""

import re
import unicodedata

from django import forms

from ankang.credits.models import Certificate

SERIAL = re.compile(r"\d{6}-\d{4}-\d{6,}")


class SerialForm(forms.Form):
    """The serial number that stands on a certificate."""

    serial = forms.CharField(
        label="证明编号",
        max_length=40,
        help_text="印在证明标题下面，例如 990100-2020-000001。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_serial(self) -> str:
        """Half-width, without spaces, with plain hyphens."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["serial"])
        serial = re.sub(r"\s", "", typed)
        if not SERIAL.fullmatch(serial):
            raise forms.ValidationError("编号的样子是 990100-2020-000001，请核对。")
        return serial

    def found(self) -> Certificate | None:
        """The certificate of this number, if there is one."""
        return Certificate.objects.filter(serial=self.cleaned_data["serial"]).first()


class ReasonForm(forms.Form):
    """Why a certificate is revoked or issued again."""

    reason = forms.CharField(
        label="原因",
        max_length=200,
        help_text="写清事实和依据，会记入审计日志。",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
