"""What an author writes: a question of the bank, a question that goes with a lesson."""

from ankang.quizzes.forms.answer import AnswerForm, Draft
from ankang.quizzes.forms.question import QuestionForm
from ankang.quizzes.forms.wording import PAPER_KINDS, WordingForm

__all__ = ["PAPER_KINDS", "AnswerForm", "Draft", "QuestionForm", "WordingForm"]
