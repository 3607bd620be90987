"""Addresses of courses and objections in the console."""

from django.urls import path

from ankang.learning.views import objections

app_name = "courses"
urlpatterns = [
    path("objections/", objections.objections, name="objections"),
    path("objections/export/", objections.objections_export, name="objections-export"),
    path("objections/<int:pk>/", objections.objection, name="objection"),
]
