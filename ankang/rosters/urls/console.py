"""Addresses of rosters in the console."""

from django.urls import path

from ankang.rosters.views import imports, people

app_name = "rosters"
urlpatterns = [
    path("", imports.imports, name="imports"),
    path("new/", imports.import_create, name="import-create"),
    path("template/", imports.roster_template, name="template"),
    path("<int:pk>/", imports.import_detail, name="import-detail"),
    path("<int:pk>/progress/", imports.import_progress, name="import-progress"),
    path("<int:pk>/confirmation/", imports.import_confirm, name="import-confirm"),
    path("<int:pk>/drop/", imports.import_drop, name="import-drop"),
    path(
        "<int:pk>/corrections/", imports.import_corrections, name="import-corrections"
    ),
    path("employers/new/", people.employer_create, name="employer-create"),
    path("employers/<int:pk>/", people.employer, name="employer"),
    path("employers/<int:pk>/workers/new/", people.worker_create, name="worker-create"),
    path("employers/<int:pk>/poster/", people.poster, name="poster"),
    path("requests/", people.join_requests, name="join-requests"),
    path("requests/<int:pk>/confirmation/", people.join_confirm, name="join-confirm"),
    path("requests/<int:pk>/refusal/", people.join_decline, name="join-decline"),
]
