"""The shape of what authors and reviewers send."""

from typing import Any

from django import forms

from ankang.content.models import Courseware, CoursewareVersion
from ankang.content.services.drafts import Words
from ankang.organizations.models import Strand

LONGEST_SOURCE = 200


class BeginForm(forms.Form):
    """What a piece of courseware begins with."""

    title = forms.CharField(
        label="标题", max_length=60, help_text="学员在手机上看到的名称，不超过 60 字。"
    )
    kind = forms.ChoiceField(
        label="形式", choices=Courseware.Kind.choices, widget=forms.RadioSelect
    )
    strand = forms.ModelChoiceField(
        label="内容板块",
        queryset=Strand.objects.select_related("reviewer").order_by("pk"),
        empty_label=None,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        strands: Any = self.fields["strand"]
        strands.label_from_instance = lambda strand: (
            f"{strand.name}（{strand.reviewer.short_name}审核）"
        )


class DraftForm(forms.Form):
    """The words of one version."""

    title = forms.CharField(label="标题", max_length=60)
    summary = forms.CharField(
        label="简介",
        max_length=200,
        required=False,
        help_text="一两句话，出现在课程目录里。",
    )
    topic = forms.CharField(
        label="主题",
        max_length=40,
        required=False,
        help_text="例如：有限空间作业、工伤认定。",
    )
    reading_minutes = forms.IntegerField(
        label="阅读时长（分钟）",
        min_value=1,
        max_value=60,
        help_text="每节课 3 到 8 分钟为宜；一分钟大约读 300 字。",
    )
    body_html = forms.CharField(
        label="正文", required=False, widget=forms.Textarea(attrs={"rows": 14})
    )
    sources = forms.CharField(
        label="依据",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="法规、标准的名称和条号，每行一条。",
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == Courseware.Kind.VIDEO:
            del self.fields["reading_minutes"]
            self.fields["body_html"].label = "文字稿"
            self.fields["body_html"].help_text = "给看不了视频、听不见的学员。"

    @staticmethod
    def initial_of(version: CoursewareVersion) -> dict[str, Any]:
        """The form's values for a version as it is."""
        return {
            "title": version.title,
            "summary": version.summary,
            "topic": version.courseware.topic,
            "reading_minutes": max(1, version.reading_minutes()),
            "body_html": version.body_html,
            "sources": "\n".join(version.sources),
        }

    def clean_sources(self) -> tuple[str, ...]:
        """One source a line."""
        lines = [line.strip() for line in self.cleaned_data["sources"].splitlines()]
        if any(len(line) > LONGEST_SOURCE for line in lines):
            raise forms.ValidationError("每条依据不超过 200 字，请分成几行。")
        return tuple(line for line in lines if line)

    def words(self) -> Words:
        """What the author wrote."""
        return Words(**self.cleaned_data)


class FileForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label="文件",
        error_messages={"required": "请先选择文件。", "empty": "这个文件是空的。"},
    )


class ReviewForm(forms.Form):
    """A reviewer's comment."""

    comment = forms.CharField(
        label="审核意见",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="退回时必须写明要改什么。",
    )
