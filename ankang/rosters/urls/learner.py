"""Addresses behind the workshop's QR code."""

from django.urls import path

from ankang.rosters.views import learner

app_name = "join"
urlpatterns = [
    path("<str:code>/", learner.join, name="join"),
    path("<str:code>/done/", learner.join_done, name="join-done"),
]
