"""Addresses of lessons and exams."""

from django.urls import path

from ankang.learning.views import exams, lessons

app_name = "learning"
urlpatterns = [
    path("lessons/<int:lesson_id>/", lessons.lesson, name="lesson"),
    path(
        "lessons/<int:lesson_id>/ledger/",
        lessons.lesson_ledger_fragment,
        name="lesson-ledger",
    ),
    path("lessons/<int:lesson_id>/sessions/", lessons.open_lesson, name="lesson-open"),
    path(
        "lessons/<int:lesson_id>/question/",
        lessons.check_question,
        name="lesson-question",
    ),
    path("beats/", lessons.beats, name="beats"),
    path("courses/<int:course_id>/exam/", exams.exam, name="exam"),
    path("papers/<int:paper_id>/", exams.paper, name="paper"),
    path("papers/<int:paper_id>/answers/", exams.paper_answer, name="paper-answer"),
    path("papers/<int:paper_id>/result/", exams.paper_result, name="paper-result"),
    path("presence/", lessons.presence, name="presence"),
]
