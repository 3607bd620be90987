"""Addresses of the console's own pages."""

from django.urls import URLPattern

app_name = "console"
urlpatterns: list[URLPattern] = []
