"""A friend code as people type it."""

import re

from django import forms

from ankang.teams.models.friends import ALPHABET, CODE_LENGTH

WELL_FORMED = re.compile(f"[{ALPHABET}]{{{CODE_LENGTH}}}")


class CodeForm(forms.Form):
    """The code that a colleague read out: any case, with or without spaces."""

    code = forms.CharField(
        label="同事的好友码",
        max_length=40,
        help_text="8 个字母和数字，在对方的“好友”页面上。",
        error_messages={"required": "请输入同事的好友码。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters"}
        ),
    )

    def clean_code(self) -> str:
        code = re.sub(r"[\s-]", "", self.cleaned_data["code"]).upper()
        if not WELL_FORMED.fullmatch(code):
            raise forms.ValidationError(
                "好友码是 8 个字母和数字，没有字母 I、L、O 和数字 0、1。"
            )
        return code
