"""Addresses of sign-in."""

from django.urls import path

from ankang.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/code/", views.request_sign_in_code, name="sign-in-code"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("sign-out-everywhere/", views.sign_out_of_all, name="sign-out-everywhere"),
    path("privacy/", views.privacy, name="privacy"),
]
