"""Open addresses of the log, after C2SP tlog-tiles, and a page for people."""

from django.urls import path

from ankang.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.log, name="log"),
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("checkpoints/<int:size>", views.checkpoint_at, name="checkpoint-at"),
    path("guide/", views.guide, name="guide"),
    path("verify.py", views.verifier, name="verifier"),
    path("tile/<path:place>", views.tile, name="tile"),
    path("keys", views.keys, name="keys"),
]
