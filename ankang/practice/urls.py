"""Addresses of practice."""

from django.urls import path

from ankang.practice import views

app_name = "practice"
urlpatterns = [
    path("", views.hub, name="hub"),
    path("<slug:name>/", views.mode_page, name="mode"),
    path("<slug:name>/groups/", views.start, name="start"),
    path("groups/<int:group_id>/", views.group_page, name="group"),
    path("groups/<int:group_id>/answers/", views.answers, name="answers"),
    path(
        "groups/<int:group_id>/questions/<int:position>/",
        views.question_form,
        name="question",
    ),
    path("groups/<int:group_id>/end/", views.end, name="end"),
    path("groups/<int:group_id>/result/", views.result, name="result"),
]
