"""Addresses of the console's own pages."""

from django.urls import path

from ankang.console.views import jobs

app_name = "console"
urlpatterns = [
    path("jobs/<int:pk>/", jobs.job_detail, name="job-detail"),
    path("jobs/<int:pk>/progress/", jobs.job_progress, name="job-progress"),
    path("jobs/<int:pk>/cancellation/", jobs.job_cancel, name="job-cancel"),
]
