"""Addresses of a learner's certificates, and of the public check."""

from django.urls import path

from ankang.credits.views import learner, public

app_name = "credits"
urlpatterns = [
    path("<int:pk>/", learner.certificate_detail, name="certificate-detail"),
    path("<int:pk>/pdf/", learner.certificate_pdf, name="certificate-pdf"),
    path("verify/", public.certificate_search, name="certificate-search"),
    path("verify/<str:code>/", public.certificate_verify, name="certificate-verify"),
]
