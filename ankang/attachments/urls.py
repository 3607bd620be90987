"""Addresses of uploaded files."""

from django.urls import path

from ankang.attachments import views

app_name = "attachments"
urlpatterns = [path("<int:pk>/", views.file, name="file")]
