"""Addresses of the console's own pages."""

from django.urls import path

from ankang.console.views import audit, jobs, membership

app_name = "console"
urlpatterns = [
    path("audit/", audit.audit, name="audit"),
    path("audit/export/", audit.audit_export, name="audit-export"),
    path("membership/", membership.membership, name="membership"),
    path("jobs/<int:pk>/", jobs.job_detail, name="job-detail"),
    path("jobs/<int:pk>/progress/", jobs.job_progress, name="job-progress"),
    path("jobs/<int:pk>/cancellation/", jobs.job_cancel, name="job-cancel"),
]
