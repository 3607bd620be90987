"""Addresses of the whole site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from ankang.config.views import health
from ankang.console.views import demo

# One door for staff, with its limits and second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("healthz", health, name="health"),
    path("", include("ankang.learner.urls")),
    path("mine/points/", include("ankang.points.urls.learner")),
    path("mine/", include("ankang.teams.urls")),
    path("accounts/", include("ankang.accounts.urls")),
    path("accounts/", include("ankang.accounts.urls.staff")),
    path("learning/", include("ankang.learning.urls.learner")),
    path("practice/", include("ankang.practice.urls")),
    path("retests/", include("ankang.retests.urls.learner")),
    path("certificates/", include("ankang.credits.urls.learner")),
    path("join/", include("ankang.rosters.urls.learner")),
    path("evidence/", include("ankang.evidence.urls")),
    path("files/", include("ankang.attachments.urls")),
    path("console/", include("ankang.console.urls")),
    path("console/rosters/", include("ankang.rosters.urls.console")),
    path("console/retests/", include("ankang.retests.urls.console")),
    path("console/points/", include("ankang.points.urls.console")),
    path("console/courses/", include("ankang.learning.urls.console")),
    path("demo/", demo.demo, name="demo"),
    path("demo/texts/", demo.demo_texts, name="demo-texts"),
    path("demo/<slug:key>/", demo.demo_enter, name="demo-enter"),
    path("admin/", admin.site.urls),
]
