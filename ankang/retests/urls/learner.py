"""Addresses of retests on the phone."""

from django.urls import path

from ankang.retests.views import learner

app_name = "retests"
urlpatterns = [
    path("<int:pk>/", learner.invitation, name="invitation"),
    path("<int:pk>/paper/", learner.paper, name="paper"),
    path("<int:pk>/answers/", learner.paper_answer, name="answer"),
    path("<int:pk>/hand-in/", learner.paper_hand_in, name="hand-in"),
]
