"""The shape of what people type to sign in."""

from django import forms
from django.core.exceptions import ValidationError

from ankang.core.validators import is_mobile, normalized_code


class MobileForm(forms.Form):
    """A mobile number in any of the ways people write it."""

    mobile = forms.CharField(
        label="手机号",
        max_length=20,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "tel"}
        ),
        error_messages={"required": "请填写手机号。"},
    )

    def clean_mobile(self) -> str:
        mobile = normalized_code(self.cleaned_data["mobile"]).removeprefix("+86")
        if not is_mobile(mobile):
            raise ValidationError("手机号应为 11 位数字，请核对。")
        return mobile


class SignInForm(MobileForm):
    """Mobile, code, and consent."""

    code = forms.CharField(
        label="验证码",
        max_length=12,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "placeholder": "6 位数字",
            }
        ),
        error_messages={"required": "请填写短信里的 6 位验证码。"},
    )
    consent = forms.BooleanField(
        label="我已阅读并同意《个人信息处理告知书》",
        error_messages={"required": "请先阅读并同意《个人信息处理告知书》。"},
    )

    def clean_code(self) -> str:
        return normalized_code(self.cleaned_data["code"])
