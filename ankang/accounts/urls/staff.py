"""Addresses of staff's sign-in, under the names that allauth looks for."""

from allauth.account import views
from allauth.mfa.webauthn.views import login_webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

urlpatterns = [
    path("staff/", views.login, name="account_login"),
    path("staff/leave/", views.logout, name="account_logout"),
    path("staff/closed/", views.account_inactive, name="account_inactive"),
    path("staff/again/", views.reauthenticate, name="account_reauthenticate"),
    path("staff/password/", views.password_change, name="account_change_password"),
    # Theirs is closed to strangers by our middleware, and it is strangers who need it.
    path(
        "mfa/webauthn/login/",
        login_not_required(login_webauthn),
        name="mfa_login_webauthn",
    ),
    path("mfa/", include("allauth.mfa.urls")),
]
