"""Addresses of retests in the console."""

from django.urls import path

from ankang.retests.views import console

app_name = "retests_console"
urlpatterns = [
    path("", console.retests, name="list"),
    path("announcements/", console.announce, name="announce"),
    path("<int:pk>/", console.retest, name="retest"),
    path("<int:pk>/draw/", console.draw, name="draw"),
    path("<int:pk>/file/", console.holder_file, name="file"),
    path("<int:pk>/export/", console.export, name="export"),
]
