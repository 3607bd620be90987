"""Open addresses of the log, after C2SP tlog-tiles, and a page for people."""

from django.urls import path

from ankang.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.log, name="log"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("tile/<path:place>", views.tile, name="tile"),
    path("keys", views.keys, name="keys"),
]
