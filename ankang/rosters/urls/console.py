"""Addresses of roster imports."""

from django.urls import URLPattern

app_name = "rosters"
urlpatterns: list[URLPattern] = []
