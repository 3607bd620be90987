"""Addresses of courses and objections in the console."""

from django.urls import URLPattern

app_name = "courses"
urlpatterns: list[URLPattern] = []
