"""Addresses of the learner's own pages."""

from django.urls import URLPattern

app_name = "learner"
urlpatterns: list[URLPattern] = []
