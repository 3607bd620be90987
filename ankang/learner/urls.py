"""Addresses of the learner's own pages."""

from django.urls import path

from ankang.learner.views import decisions, exams, home, mine, objections

app_name = "learner"
urlpatterns = [
    path("", home.home, name="home"),
    path("courses/<int:course_id>/", home.course, name="course"),
    path("mine/", mine.mine, name="mine"),
    path("mine/decisions/", decisions.decisions, name="decisions"),
    path("mine/decisions/<int:decision_id>/", decisions.decision, name="decision"),
    path("mine/certificates/", mine.certificates, name="certificates"),
    path("mine/notices/", mine.notices, name="notices"),
    path("mine/notices/read/", mine.read_all_notices, name="notices-read"),
    path("mine/notices/<int:notice_id>/read/", mine.read_notice, name="notice-read"),
    path("mine/objections/new/", objections.object_page, name="object"),
    path("mine/objections/<int:objection_id>/", objections.objection, name="objection"),
    path("papers/<int:paper_id>/hand-in/", exams.hand_in_paper, name="paper-hand-in"),
]
