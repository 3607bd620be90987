"""The shape of what people type: a worker, an employer, a roster to upload."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from ankang.core.validators import (
    has_organization_check,
    is_credit_code,
    normalized_code,
)
from ankang.organizations.models import District, DistrictAlias, Employer, Employment
from ankang.rosters.check import MINIMUM_AGE, MINOR_AGE
from ankang.rosters.codes import ADVICE, Code
from ankang.rosters.fields import (
    IdKind,
    Mistake,
    age_mistake,
    read_id_number,
    read_mobile,
    read_name,
    read_post,
)
from ankang.rosters.services.people import Details

CODE_LENGTH = 18
BUSINESS = "9"


def _refuse(mistake: Mistake | None) -> None:
    if mistake and mistake.code != Code.AGE_MINOR:
        raise ValidationError(f"{mistake.message}。{ADVICE[mistake.code]}。")


class WorkerForm(forms.Form):
    """One worker, read as strictly as a row of a roster."""

    name = forms.CharField(
        label="姓名",
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    id_number = forms.CharField(
        label="证件号码",
        max_length=40,
        help_text="身份证、港澳台通行证、居住证、永久居留身份证或护照",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    mobile = forms.CharField(
        label="手机号",
        max_length=20,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "tel"}
        ),
    )
    post = forms.CharField(label="岗位", max_length=60, required=False)
    kind = forms.ChoiceField(label="用工形式", choices=Employment.Kind.choices)

    def clean_name(self) -> str:
        name, mistake = read_name(self.cleaned_data["name"])
        _refuse(mistake)
        return name

    def clean_id_number(self) -> tuple[IdKind, str]:
        kind, number, mistake = read_id_number(self.cleaned_data["id_number"], "")
        _refuse(mistake)
        if kind == IdKind.RESIDENT:
            today = timezone.localdate()
            _refuse(age_mistake(number, today, MINIMUM_AGE, MINOR_AGE))
        return kind, number

    def clean_mobile(self) -> str:
        mobile, mistake = read_mobile(self.cleaned_data["mobile"])
        _refuse(mistake)
        return mobile

    def clean_post(self) -> str:
        post, mistake = read_post(self.cleaned_data["post"])
        _refuse(mistake)
        return post

    def details(self) -> Details:
        id_kind, id_number = self.cleaned_data["id_number"]
        fields = {name: self.cleaned_data[name] for name in ("name", "mobile")}
        return Details(
            **fields,
            id_kind=id_kind,
            id_number=id_number,
            post=self.cleaned_data["post"],
            kind=self.cleaned_data["kind"],
        )


class JoinForm(WorkerForm):
    """What a worker gives after scanning the code."""

    consent = forms.BooleanField(
        label="我已阅读并同意《个人信息处理告知书》",
        error_messages={"required": "请先阅读并同意《个人信息处理告知书》。"},
    )


class RosterForm(forms.Form):
    """A file, and whose roster it is."""

    employer = forms.CharField(
        label="用人单位",
        max_length=100,
        help_text="单位全称或统一社会信用代码",
    )
    file = forms.FileField(
        label="名册文件",
        help_text=".xlsx、.xls 或 .csv，不超过 50 MB",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": "请选择名册文件。", "empty": "文件是空的。"},
    )

    def __init__(self, *args: Any, employers: QuerySet[Employer], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.employers = employers

    def clean_employer(self) -> Employer:
        text = self.cleaned_data["employer"].strip()
        code = normalized_code(text)
        found = list(self.employers.filter(credit_code=code)[:1]) or list(
            self.employers.filter(name=text)[:2]
        )
        if len(found) != 1:
            raise ValidationError("没有找到这个单位，请填统一社会信用代码。")
        return found[0]


class EmployerForm(forms.ModelForm[Employer]):
    """A new employer; without a district its code tells which."""

    class Meta:
        model = Employer
        fields = (
            "credit_code",
            "name",
            "district",
            "industry",
            "headcount",
            "contact_name",
            "contact_phone",
            "address",
        )

    def __init__(self, *args: Any, district: District | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.own_district = district
        self.fields["credit_code"].widget.attrs["maxlength"] = 30
        self.fields["credit_code"].validators = []
        districts = District.objects.order_by("code")
        if district:
            districts = districts.filter(pk=district.pk)
            self.fields["district"].initial = district
        field = self.fields["district"]
        field.queryset = districts  # type: ignore[attr-defined]
        field.required = False
        field.help_text = "不选时按信用代码里的行政区划，旧代码也认得"

    def clean_credit_code(self) -> str:
        code = normalized_code(self.cleaned_data["credit_code"])
        if len(code) != CODE_LENGTH:
            raise ValidationError(
                f"现在是 {len(code)} 位，应为 18 位，请对照执照补全。"
            )
        if not is_credit_code(code):
            raise ValidationError("校验不对，请对照营业执照或登记证书改正。")
        return code

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        if not data.get("district") and "credit_code" in data:
            found = district_of(data["credit_code"][2:8])
            if self.own_district and found != self.own_district:
                found = self.own_district
            if found is None:
                self.add_error("district", "请选择所属区市。")
            data["district"] = found
        return data

    def has_odd_inner_check(self) -> bool:
        """A warning only: old codes of real employers fail it too."""
        code = self.cleaned_data["credit_code"]
        return code.startswith(BUSINESS) and not has_organization_check(code)


def district_of(code: str) -> District | None:
    """The district of a region code, abolished ones included."""
    found = District.objects.filter(code=code).first()
    if found:
        return found
    alias = DistrictAlias.objects.filter(code=code).select_related("district").first()
    return alias.district if alias else None
