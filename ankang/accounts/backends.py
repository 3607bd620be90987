"""Who is behind a session."""

from allauth.account.auth_backends import AuthenticationBackend

from ankang.accounts.models import User


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """Sign-in as configured; each request reads user and person in one query."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user is not None and user.is_active else None
