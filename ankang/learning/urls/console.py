"""Addresses of courses and objections in the console."""

from django.urls import path

from ankang.learning.views import courses, objections

app_name = "courses"
urlpatterns = [
    path("", courses.course_list, name="course-list"),
    path("new/", courses.course_edit, name="course-create"),
    path("<int:pk>/", courses.course_detail, name="course-detail"),
    path("<int:pk>/draft/", courses.course_edit, name="course-edit"),
    path("<int:pk>/publication/", courses.course_publish, name="course-publish"),
    path("<int:pk>/withdrawal/", courses.course_withdraw, name="course-withdraw"),
    path("<int:pk>/lessons/", courses.lesson_add, name="lesson-add"),
    path("lessons/<int:pk>/earlier/", courses.lesson_raise, name="lesson-raise"),
    path("lessons/<int:pk>/later/", courses.lesson_lower, name="lesson-lower"),
    path("lessons/<int:pk>/removal/", courses.lesson_drop, name="lesson-drop"),
    path("objections/", objections.objections, name="objections"),
    path("objections/export/", objections.objections_export, name="objections-export"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
]
