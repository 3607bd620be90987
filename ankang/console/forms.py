"""The shape of what the console's composed pages take."""

from typing import Any

from django import forms

from ankang.quizzes.forms import WordingForm


class CheckQuestionForm(WordingForm):
    """A check question and the second that it is about."""

    at_second = forms.IntegerField(
        label="对应时间（秒）",
        min_value=0,
        initial=0,
        help_text="讲到这道题的那一秒，在场确认时会问刚讲过的题。",
    )

    @staticmethod
    def initial_at(drafted: Any) -> dict[str, Any]:
        """The form's values for a drafted question."""
        return {
            **WordingForm.initial_of(drafted.wording),
            "at_second": drafted.at_second,
        }
