"""Writing one question of the bank: its form, and the acts inside the form."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ankang.console.http import membership_of
from ankang.console.views.questions import visible_question
from ankang.core.errors import Refusal
from ankang.core.htmx import is_htmx
from ankang.organizations.http import staff_required
from ankang.organizations.models import Membership
from ankang.quizzes.forms import AnswerForm, Draft, QuestionForm
from ankang.quizzes.forms.question import kinds_of
from ankang.quizzes.models import Question, QuestionVersion
from ankang.quizzes.queries import pictures_of_the_bank, topics
from ankang.quizzes.services.pictures import add_picture
from ankang.quizzes.services.review import WaitsForReview, draft_question
from ankang.quizzes.wording import wording_of

Purpose = Question.Purpose
State = QuestionVersion.State
WRITTEN_HERE = [Purpose.EXAM, Purpose.PRACTICE]


@require_http_methods(["GET", "POST"])
@staff_required(Membership.Scope.CITY)
def question_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a question or its next version; while it is written, act on its rows."""
    question = visible_question(request, pk) if pk else _new_question(request)
    if pk and (refused := _refused(request, question)):
        return refused
    page = Editor(request, question)
    if request.method == "GET":
        return page.opened()
    return page.acted() if "act" in request.POST else page.saved()


class Editor:
    """One request of the editor's page: the question, its words before, its pictures."""

    def __init__(self, request: HttpRequest, question: Question) -> None:
        self.request, self.question = request, question
        latest = question.versions.order_by("-number").first() if question.pk else None
        self.before = wording_of(latest) if latest else None
        self.place = (latest and latest.place) or question.place
        self.pictures = {one.number: one for one in pictures_of_the_bank()}
        self.kinds = [value for value, _ in kinds_of(question.purpose)]

    def opened(self) -> HttpResponse:
        """The form as it is first shown."""
        draft = Draft.of(self.before) if self.before else Draft.new(self.kinds[0])
        form = self._form(AnswerForm(draft), initial=self._initial())
        return self._page(form, is_choosing=not draft.picture)

    def acted(self) -> HttpResponse:
        """The half of the kind after an act; without a script the whole page."""
        act = self.request.POST["act"]
        draft = Draft.posted(self.request.POST, self.kinds)
        draft.do(act, self.request.POST.get("stem", ""))
        answer = AnswerForm(draft)
        if act == "upload":
            self._upload(answer, is_asked=True)
        form = self._form(answer, initial=self._typed())
        is_choosing = not draft.picture or act in {"picture", "upload"}
        template = "_question_fields" if is_htmx(self.request) else "question_edit"
        return self._page(form, template=template, is_choosing=is_choosing)

    def saved(self) -> HttpResponse:
        """Save, or show every mistake at its field."""
        draft = Draft.posted(self.request.POST, self.kinds)
        draft.fit(self.request.POST.get("stem", ""))
        answer = AnswerForm(draft, is_sent=True)
        self._upload(answer, is_asked=False)
        form = self._form(answer, data=self.request.POST)
        if not form.is_valid():
            return self._page(form, status=422, is_choosing=bool(answer.picture_errors))
        version = draft_question(
            question=form.placed(),
            membership=membership_of(self.request),
            wording=form.wording(),
            at=timezone.now(),
        )
        return redirect("console:question-preview", version.question_id)

    def _upload(self, answer: AnswerForm, *, is_asked: bool) -> None:
        """Keep a picture that came along, and choose it."""
        file = self.request.FILES.get("upload")
        if file is None:
            if is_asked:
                answer.picture_errors.append("请先选一个图片文件。")
            return
        try:
            made = add_picture(
                membership=membership_of(self.request),
                file=file,
                name=str(file.name),
                at=timezone.now(),
            )
        except Refusal as refusal:
            answer.picture_errors.append(str(refusal))
        else:
            answer.draft.picture = str(made.pk)
            self.pictures = {one.number: one for one in pictures_of_the_bank()}

    def _form(self, answer: AnswerForm, **values: Any) -> QuestionForm:
        return QuestionForm(
            question=self.question,
            answer=answer,
            pictures=self.pictures,
            before=self.before,
            **values,
        )

    def _initial(self) -> dict[str, Any]:
        return QuestionForm.initial_of(self.place, self.before)

    def _typed(self) -> dict[str, Any]:
        """What stands in the fields, to be shown again unchecked."""
        sent = self.request.POST
        return {
            **{name: sent[name] for name in sent},
            "industries": sent.getlist("industries"),
        }

    def _page(
        self,
        form: QuestionForm,
        *,
        is_choosing: bool,
        template: str = "question_edit",
        status: int = 200,
    ) -> HttpResponse:
        draft = form.answer.draft
        context = {
            "form": form,
            "answer": form.answer,
            "draft": draft,
            "question": self.question,
            "picture": self.pictures.get(draft.picture),
            "pictures": list(self.pictures.values()),
            "is_choosing": is_choosing,
            "topics": topics(),
        }
        return render(self.request, f"console/{template}.html", context, status=status)


def _refused(request: HttpRequest, question: Question) -> HttpResponse | None:
    """Back to the question for whoever may not write it, or not now."""
    is_waiting = question.versions.filter(state=State.SUBMITTED).exists()
    may_write = not question.is_retired and question.may_be_written_by(
        membership_of(request)
    )
    if may_write and not is_waiting:
        return None
    if may_write:
        messages.error(request, str(WaitsForReview()))
    return redirect("console:question-detail", question.pk)


def _new_question(request: HttpRequest) -> Question:
    said = request.POST.get("purpose") or request.GET.get("purpose", Purpose.EXAM)
    if said not in WRITTEN_HERE:
        raise Http404
    return Question(code=f"{said}-{secrets.token_hex(4)}", purpose=said)
