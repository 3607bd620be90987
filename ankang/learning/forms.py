"""What staff write about learning."""

from typing import Any

from django import forms

from ankang.learning.models import Course
from ankang.learning.services.courses import Plan
from ankang.organizations.models import Industry, Strand
from ankang.quizzes.models import Question


class AnswerForm(forms.Form):
    """The answer to an objection."""

    answer = forms.CharField(
        label="答复",
        max_length=500,
        help_text="写清楚查到了什么、怎么处理。答复以后不能修改，本人会收到通知。",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写明答复。"},
    )


class CourseForm(forms.Form):
    """What an editor sets of a course; one field of questions for each strand."""

    title = forms.CharField(label="名称", max_length=60)
    summary = forms.CharField(label="简介", max_length=200, required=False)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    is_required = forms.BooleanField(label="必修", required=False, initial=True)
    industries = forms.ModelMultipleChoiceField(
        label="适用行业",
        queryset=Industry.objects.order_by("code"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="不选就是全部行业；按住 Ctrl 可以多选。",
    )
    posts = forms.CharField(
        label="适用岗位",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="每行一个岗位，例如：电焊工；空着就是全部岗位。",
    )
    exam_minutes = forms.IntegerField(
        label="考试时间（分钟）", min_value=1, max_value=180, initial=30
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        industries: Any = self.fields["industries"]
        industries.label_from_instance = lambda one: f"{one.code} {one.name}"
        self.strands = list(Strand.objects.order_by("pk"))
        for strand in self.strands:
            there = Question.objects.in_the_bank().filter(strand=strand).count()
            self.fields[f"draw_{strand.code}"] = forms.IntegerField(
                label=f"考试从“{strand.name}”抽几道",
                min_value=0,
                max_value=100,
                initial=0,
                help_text=f"题库里可用的有 {there} 道。",
            )

    @staticmethod
    def initial_of(course: Course) -> dict[str, Any]:
        """The form's values for a course as it is."""
        return {
            "title": course.title,
            "summary": course.summary,
            "year": course.year,
            "is_required": course.is_required,
            "industries": list(course.industries.all()),
            "posts": "\n".join(course.posts),
            "exam_minutes": course.exam_minutes,
            **{f"draw_{code}": number for code, number in course.exam_draw.items()},
        }

    def clean_posts(self) -> tuple[str, ...]:
        """One post a line."""
        lines = self.cleaned_data["posts"].splitlines()
        return tuple(line.strip() for line in lines if line.strip())

    def plan(self) -> Plan:
        """What the editor set."""
        cleaned = self.cleaned_data
        return Plan(
            title=cleaned["title"],
            summary=cleaned["summary"],
            year=cleaned["year"],
            is_required=cleaned["is_required"],
            industries=tuple(cleaned["industries"]),
            posts=cleaned["posts"],
            exam_draw={
                strand.code: cleaned[f"draw_{strand.code}"] for strand in self.strands
            },
            exam_minutes=cleaned["exam_minutes"],
        )
