"""Addresses of the whole site."""

from django.contrib import admin
from django.urls import path

from ankang.config.views import health

urlpatterns = [
    path("healthz", health, name="health"),
    path("admin/", admin.site.urls),
]
