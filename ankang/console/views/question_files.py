"""Questions as files: the template, the export, and the import as drafts."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ankang.console.http import membership_of
from ankang.core.errors import Refusal
from ankang.core.http import whole_number
from ankang.core.sheets import CONTENT_TYPE
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership, Strand
from ankang.quizzes.check import Checked, check_rows
from ankang.quizzes.grading import PERCENT
from ankang.quizzes.models import Question
from ankang.quizzes.plain_text import read_text, write_text
from ankang.quizzes.queries import known_to, latest_versions, limits_on
from ankang.quizzes.services.importing import (
    Difference,
    difference_of,
    import_questions,
)
from ankang.quizzes.sheets import Field, Row, row_of
from ankang.quizzes.similar import alike
from ankang.quizzes.workbook import read_questions, write_questions

LONGEST_TEXT = 1_000_000
LARGEST_FILE = 5 * 1024 * 1024
MOST_QUESTIONS = 1_000


class QuestionsForm(forms.Form):
    """A file or a typed text; one of them."""

    file = forms.FileField(
        label="Excel 文件或文本文件",
        required=False,
        help_text="模板填好的 .xlsx，或者文本 .txt；最多 1,000 题。",
    )
    text = forms.CharField(
        label="或者直接写在这里",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 16}),
    )

    def rows(self) -> list[Row]:
        """The questions as they were written.

        :raises Refusal: nothing was given, or it cannot be read.
        """
        file = self.cleaned_data.get("file")
        text = self.cleaned_data.get("text", "")
        if file is not None and file.size > LARGEST_FILE:
            raise Refusal("文件超过 5 MB，请分成几份导入。")
        if file is None:
            rows = read_text(text)
        elif file.name.lower().endswith(".txt"):
            rows = read_text(_decoded(file.read()))
        else:
            rows = read_questions(file.read())
        if not rows:
            raise Refusal("没有读到题目。请选文件，或者把题写在下面的框里。")
        if len(rows) > MOST_QUESTIONS:
            raise Refusal(f"有 {len(rows)} 题，一次最多 1,000 题，请分成几份导入。")
        return rows


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refusal("认不出文件的编码，请另存为 UTF-8 文本再传。")


@require_http_methods(["GET", "POST"])
@staff_required(Membership.Scope.CITY)
def question_import(request: HttpRequest) -> HttpResponse:
    """Check what was sent and show it; save it once that is confirmed."""
    membership = membership_of(request)
    known = known_to(membership)
    context: dict[str, Any] = {"strand_name": next(iter(known.strand_names()), "")}
    if request.method == "GET":
        context["form"] = QuestionsForm(initial={"text": _text_of_one(request)})
        return render(request, "console/question_import.html", context)
    form = QuestionsForm(request.POST, request.FILES)
    context["form"] = form
    try:
        rows = form.rows() if form.is_valid() else []
        checked = check_rows(rows, known)
        if rows and "confirm" in request.POST:
            saved = import_questions(
                checked=checked,
                leaves_out="skip-bad" in request.POST,
                membership=membership,
                at=timezone.now(),
            )
            messages.success(request, f"已存为草稿 {len(saved)} 题，请逐题提交审核。")
            return redirect(f"{reverse('console:question-list')}?state=draft")
        if rows:
            context |= _found(rows, checked)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    status = 422 if form.errors else 200
    return render(request, "console/question_import.html", context, status=status)


@require_GET
@staff_required(Membership.Scope.CITY)
def question_template(request: HttpRequest) -> FileResponse:
    """The empty workbook with an example of each kind."""
    return _workbook(_examples(), "题库模板")


def exported(rows: Any, form: str) -> HttpResponseBase:
    """The listed questions as a workbook, or as a text with `form` text."""
    versions = sorted(latest_versions(rows), key=lambda one: one.question.code)
    found = [row_of(one.question, one) for one in versions]
    if form != "text":
        return _workbook(found, "题库")
    response = HttpResponse(write_text(found), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = (
        "attachment; filename*=UTF-8''%E9%A2%98%E5%BA%93.txt"
    )
    return response


def _workbook(rows: list[Row], name: str) -> FileResponse:
    names = list(Strand.objects.order_by("pk").values_list("name", flat=True))
    return FileResponse(
        write_questions(rows, strands=names),
        as_attachment=True,
        filename=f"{name}.xlsx",
        content_type=CONTENT_TYPE,
    )


def _text_of_one(request: HttpRequest) -> str:
    """The words of the question that the address names, to be changed."""
    pk = whole_number(request.GET.get("question", ""))
    if not pk:
        return ""
    rows = Question.objects.visible_to(membership_of(request)).filter(pk=pk)
    question = get_object_or_404(rows, purpose=Question.Purpose.PRACTICE)
    (version,) = latest_versions(Question.objects.filter(pk=question.pk))
    return write_text([row_of(version.question, version)])


def _found(rows: list[Row], checked: Checked) -> dict[str, Any]:
    difference = difference_of(checked.entries)
    return {
        "count": len(rows),
        "faults": checked.faults,
        "difference": difference,
        "bad": len(checked.bad_rows()) + len(difference.refused),
        "saves": len(difference.new) + len(difference.changed),
        "pairs": _pairs(difference),
        "kept": write_text(rows),
    }


def _pairs(difference: Difference) -> list[dict[str, Any]]:
    """New questions beside those of the bank that they are nearly the same as."""
    rules = limits_on(timezone.localdate())
    versions = {one.pk: one.stem for one in latest_versions()}
    new = {-number: one for number, one in enumerate(difference.new, start=1)}
    stems = versions | {key: one.wording.stem for key, one in new.items()}
    found = alike(stems, among=new, least=rules.alike_percent / PERCENT)
    return [
        {
            "percent": round(PERCENT * pair.share),
            "one": stems[pair.one],
            "other": stems[pair.other],
        }
        for pair in found[:50]
    ]


def _examples() -> list[Row]:
    """One example of each kind that is written without a picture."""
    strand = Strand.objects.order_by("pk").values_list("name", flat=True).first() or ""
    common = {Field.STRAND: strand, Field.EXPLANATION: "示例：说明为什么。"}
    return [
        Row(
            0,
            {**common, Field.KIND: "单选题", Field.STEM: "示例：进罐以前先做什么？"}
            | {Field.ANSWER: "A"},
            {"A": "通风、检测", "B": "直接下去"},
        ),
        Row(
            0,
            {**common, Field.KIND: "多选题", Field.STEM: "示例：哪些做法对？"}
            | {Field.ANSWER: "AC"},
            {"A": "戴安全帽", "B": "穿拖鞋", "C": "系安全带"},
        ),
        Row(
            0,
            {**common, Field.KIND: "判断题", Field.STEM: "示例：可以戴手套开钻床。"}
            | {Field.ANSWER: "错"},
        ),
        Row(
            0,
            {**common, Field.KIND: "填空题", Field.STEM: "示例：单位在____日内申请。"}
            | {Field.ANSWER: "30/三十"},
        ),
        Row(
            0,
            {**common, Field.KIND: "排序题", Field.STEM: "示例：灭火器的用法。"}
            | {Field.ANSWER: "BAC"},
            {"A": "拔销", "B": "提起", "C": "压下"},
        ),
    ]
