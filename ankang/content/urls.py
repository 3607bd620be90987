"""Addresses of courseware in the console."""

from django.urls import URLPattern

app_name = "content"
urlpatterns: list[URLPattern] = []
