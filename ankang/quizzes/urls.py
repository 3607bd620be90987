"""Addresses of the question bank in the console."""

from django.urls import URLPattern

app_name = "quizzes"
urlpatterns: list[URLPattern] = []
