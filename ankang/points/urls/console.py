"""Addresses of points in the console."""

from django.urls import path

from ankang.points.views import console

app_name = "points_console"
urlpatterns = [
    path("", console.entries, name="entries"),
    path("export/", console.entries_export, name="entries-export"),
    path("people/<int:pk>/", console.person_points, name="person"),
    path("people/<int:pk>/corrections/", console.correct, name="correct"),
]
