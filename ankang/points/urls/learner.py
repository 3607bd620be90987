"""Addresses of a person's own points."""

from django.urls import path

from ankang.points.views import learner

app_name = "points"
urlpatterns = [
    path("", learner.mine, name="mine"),
    path("joining/", learner.join, name="join"),
    path("leaving/", learner.leave, name="leave"),
    path("name/", learner.consent_to_name, name="name"),
    path("boards/<slug:board>/<slug:period>/", learner.board, name="board"),
]
